// Bounds of the entries that make themselves, each with its reason.

const DAY = 86_400_000;

/** The first entry of a hard bounce: long enough that the next mailings are spared, short enough for a mailbox that comes back. */
export const FIRST_MS = 14 * DAY;
/** Doubled at each repeat up to this: an address that was of no use for half a year is tried twice a year. */
export const MOST_MS = 180 * DAY;
/** One account's word counts for all when it was told again after this: a fault of an evening at the other side is over by then. */
export const APART_MS = DAY;
/** Accounts that must have been told. */
export const ACCOUNTS = 2;
/** How long an entry that is over is remembered, as a keyed hash, so that the next one is a repeat. */
export const REMEMBERED_MS = 180 * DAY;
/** Characters of the peer's own words that stay with an entry: enough for a code and a sentence. */
export const EVIDENCE = 300;
