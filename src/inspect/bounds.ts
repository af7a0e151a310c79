// Bounds of the inspection, each with its reason.
import { KiB } from '../limits.ts';

/** Mail up to this size without attachments is judged on the door's own loop: measured under 10 ms for every hostile shape of our tests. */
export const INLINE = 32 * KiB;
/** One message's time for filter and scanner together; after that its verdict is PROCESSING_FAILED, which is never clean. */
export const BUDGET_MS = 30_000;
/** A worker ends after this many messages, and with it every string it made of them. */
export const RECYCLE_AFTER = 500;
/** Scanning processes of one door: a second one starts when the first is busy, so that mail goes on beside a bomb. */
export const SCANNERS = 2;
/** Messages that wait for a worker of one door; more are told to come back. */
export const MAX_WAITING = 200;
