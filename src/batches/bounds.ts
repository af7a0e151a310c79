// Bounds of batches, each with its reason (docs/lists.md).

/** Batches of one account that are not over. */
export const MAX_BATCHES = 100;
/** Recipients that a call names itself; more are a list. */
export const MAX_RECIPIENTS = 1_000;
/** `sendAt` may lie a year ahead: what is kept until then is configuration, sealed, and no mail yet. */
export const MAX_AHEAD_MS = 366 * 86_400_000;
/** A run takes longer than less than this. */
export const LEAST_CYCLE_SECONDS = 300;
/** A quarter of a century of days; also fits where numbers are small. */
export const MOST_RUNS = 10_000;
/** Places that one step looks at: what a crash makes a start look at again. */
export const A_STEP = 100;
/** Mails of one step that are on their way at once: enough to share a commit, few enough to leave the door to others. */
export const AT_ONCE = 8;
/** Of the account's mails a second; the rest is for what it sends meanwhile. */
export const SHARE_OF_SECOND = 0.8;
/** So often somebody looks for batches that are due. */
export const LOOK_MS = 500;
/** What waits for a quota, a suspension or the server is tried again after this. */
export const WAIT_MS = 10_000;
/** Batches of one look. */
export const A_LOOK = 20;
