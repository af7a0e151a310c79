// Bounds of statistics, each with its reason.

/** Offsets of all time zones are whole quarters of an hour, so that any day and hour of any zone is a sum of such slots. */
export const SLOT_MS = 15 * 60_000;
export const SLOTS_A_DAY = 96;
/** Slots end with the metadata of mail; their sums by UTC day are kept for so long: a year can be compared with the one before. */
export const DAYS_KEPT = 400;
/** Hours in one question: a month of them; days may be all that are kept. */
export const HOURS_ASKED = 31 * 24;
/** Groups (domains, providers, sending IPs) told of one day or hour; those with less are added up as `rest`. */
export const GROUPS_SHOWN = 100;
/** An event is recorded this late at most: until then a span that is over is read again. */
export const SETTLED_MS = 3_600_000;
/** Sums that a thread remembers of the past: about 100 bytes each. */
export const SUMS_REMEMBERED = 200_000;
