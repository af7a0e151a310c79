// Bounds of the scanning of one message, each with its reason. What is over a bound is unscannable, never clean (docs/attachments.md).
import { KiB, MiB } from '../limits.ts';

/** Container in container: honest mail has two or three. */
export const MAX_DEPTH = 12;
/** Things in one message, unpacked ones too: a project folder has some thousand. */
export const MAX_ITEMS = 10_000;
/** Bytes that come out of all containers of one message. With what a level holds while the next is opened it stays under MAX_RESIDENT. */
export const MAX_UNPACKED = 96 * MiB;
/** Bytes of one member. */
export const MAX_MEMBER = 48 * MiB;
/** Out over in, for one stream above 1 MiB: text packs 1:20, a bomb 1:1000. */
export const MAX_RATIO = 200;
export const RATIO_FROM = MiB;
/** Parts and findings that are told one by one; all are looked at and counted. */
export const MAX_TOLD = 500;
/** Things that could not be seen, before the rest is left: it is a bomb, and no verdict gets worse. */
export const MAX_UNSEEN = 50;
/** Time for one message, looked at between two things; a share of CPU_MS, which ends the process. */
export const MAX_MS = 4_000;

/** What one message may cost the scanning process. Its own fault: unscannable. */
export const CPU_MS = 8_000;
export const MAX_RESIDENT = 256 * MiB;
/** A process that holds more after a message is not used again. */
export const TIDY_RESIDENT = 184 * MiB;
/** Wall time, when the machine and not the message is slow: the scan has not finished, try again. */
export const WALL_MS = 30_000;
/** Parts of an Office file that rules read. */
export const MAX_OFFICE_PART = 2 * MiB;
export const MAX_OFFICE_PARTS = 16 * MiB;
/** Text in which a password may stand. */
export const PASSWORD_TEXT = 64 * KiB;
