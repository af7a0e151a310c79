// Bounds of the unpacking, each with its reason. What is over a bound is unscannable, never clean.
import { MiB } from '../limits.ts';

/** Container in container: honest mail has two or three. */
export const MAX_DEPTH = 8;
/** Things in one message, unpacked ones too. */
export const MAX_ITEMS = 2_000;
/** Bytes that come out of all containers of one message. */
export const MAX_UNPACKED = 200 * MiB;
/** Out over in, for one member above 1 MiB: text packs 1:20, a bomb 1:1000. */
export const MAX_RATIO = 200;
export const RATIO_FROM = MiB;
/** Time for one message, looked at between items. */
export const MAX_MS = 15_000;
