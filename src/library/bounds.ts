// Bounds of the blocked library's lists, imports and feeds, each with its reason.
import { MiB } from '../limits.ts';

/** An import without the name of a list up to this: its entries become rows, each with a life of its own. More would keep the writer busy. */
export const ROW_ENTRIES = 1_000;
/** Entries of all lists: 26 bytes of memory each, so 650 MB. */
export const ENTRIES_IN_ALL = 25_000_000;
/** Of one account: lists are memory of the whole server. */
export const ENTRIES_OF_ACCOUNT = 2_000_000;
/** Each look-up asks all lists of its account and all that are for everybody. */
export const LISTS_FOR_ALL = 64;
export const LISTS_OF_ACCOUNT = 8;
/** Bytes of one import: three times ten million lines of a plain list; of an account. */
export const UPLOAD = 2_048 * MiB;
export const UPLOAD_OF_ACCOUNT = 128 * MiB;
/** Imports that wait for their turn, of one account (and of the operator). */
export const WAITING = 16;
/** Room that is left on the disk for mail: an import that would take it is not begun. */
export const DISK_RESERVE = 512 * MiB;
/** Lines that are told with their number and what is wrong with them. */
export const TOLD_LINES = 100;
/** Characters of a line. */
export const MAX_LINE = 4_096;
export const MAX_REASON = 500;
export const MAX_SOURCE = 100;
/** How long an import is answered for; longer ones go on and are asked about. */
export const ANSWER_MS = 10_000;
/** How long what became of an import is kept. */
export const TOLD_MS = 7 * 86_400_000;
/** Bytes of lists that one page of a search looks through: a page may be short and still have a next one. */
export const SEARCH_BYTES = 16 * MiB;

/** A feed's answer: about three million lines. */
export const FEED_BYTES = 64 * MiB;
export const FEED_TIMEOUT_MS = 60_000;
/** How often a feed may be asked, and must be. */
export const FEED_SECONDS = { least: 300, most: 7 * 86_400, default: 3_600 } as const;
/** After a failure: the interval, at most this. */
export const FEED_AGAIN_MS = 3_600_000;
/** A feed that comes back with less than this share of what it had, or with nothing, is not taken without the operator's word. */
export const FEED_SHRINK = 0.5;
/** More bad lines than this share: it is not what it was taken for (an error page, another format). */
export const BAD_SHARE = 0.1;
export const FEEDS = 32;
