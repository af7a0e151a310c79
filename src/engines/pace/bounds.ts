// Bounds of the engine of paces, each with its reason.

/** Pairs of sending IP and provider: a sender of mail to all the world meets some thousand sites in a day. */
export const MAX_PAIRS = 20_000;
/** Cells of the shared table: enough that a neighbourhood is hardly ever full. */
export const CELLS = 1 << 15;
export const PROBES = 16;
/** A mail waits so long for its turn at the door; longer, it goes back into the queue or out by another address. */
export const PATIENCE_MS = 1_000;
/** Doors tell what they heard this often: under the learner's own reaction time. */
export const TELL_MS = 250;
/** Outcomes of one pair that one message holds: a provider that refuses is heard by its first words. */
export const MAX_TOLD = 50;
/** What was learned is written down this often; after kill -9 this much of it, and of the day's count, is lost. */
export const KEEP_MS = 10_000;
/** Rows in one write, so that it stays a short one. */
export const ROWS = 200;
/** Rows that nobody used for this long go. */
export const FORGET_MS = 180 * 86_400_000;
/** Tries to change a word that others change too, before a thread gives way. */
export const TRIES = 1_000;
