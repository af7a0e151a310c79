// Bounds of the queue and of sessions, each with its reason.

/** Jobs that a lane which nobody knows yet may have at once: enough for a burst, few enough when it turns out to hang. */
export const LANE_START = 20;
/** Jobs that a lane keeps when its site does not answer: two tell as much as a hundred that it is back. */
export const LANE_FLOOR = 2;
/** Jobs of one lane that all doors may hold at once, however well it answers. */
export const LANE_MOST = 400;
/** Lanes whose width is remembered; an idle one beyond that starts anew. About 200 bytes each. */
export const LANES_KEPT = 20_000;
/** A full lane is looked at again after this: its jobs take at least so long to become fewer. */
export const FULL_MS = 50;

/** Jobs in a row without an answer before their lane rests: a site with one bad host of several still answers some. */
export const DEAD_AFTER = 10;
/** The first rest of a lane that does not answer; it doubles with each probe that finds nothing. */
export const REST_FIRST_MS = 30_000;
/** A site that came back is found after this at the latest. */
export const REST_MOST_MS = 10 * 60_000;
/** A pause that was asked for is looked into at least this often: mail whose time is over meanwhile must be told so. */
export const PAUSE_MOST_MS = 15 * 60_000;
/** Pauses held in memory; one that is forgotten costs one job that is put off again. */
export const PAUSES_KEPT = 50_000;

/** Recipients an account may have served before the next account's turn: small, so that one mail of somebody waits for few. */
export const QUANTUM = 16;
/** Bulk mail has at least one place in so many, so that it never starves. */
export const BULK_ONE_IN = 8;
/** Lanes looked at beyond those wanted in one visit to an account: some are full or paused. */
export const LANES_BESIDE = 8;
/** Accounts visited in one claim: bounds the claim when each has mail for full lanes only. */
export const ACCOUNTS_A_CLAIM = 500;
/** Lanes of one message that are tried at once by the door that took it; the others are claimed by whoever has room. */
export const LEASED_LANES = 64;
/** Rows read for each job wanted: recipients of one mail in one lane are one job. */
export const ROWS_A_JOB = 4;

/** A browser that nobody uses is signed out after this. */
export const IDLE_MS = 3_600_000;
/** Browsers that are signed in with one key; the one that was idle for longest makes room. */
export const SESSIONS_PER_KEY = 50;
/** Names whose covering domain the writer remembers; beyond that it begins anew. About 200 bytes each. */
export const COVERED_KEPT = 10_000;
