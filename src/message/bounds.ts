// Bounds of reading a message, each with its reason. Beyond one the message is `complete: false`, which never counts as clean.

/** Parts of one message: postal-mime takes 1 s for 50,000 (dependencies.md); no honest mail has a thousand. */
export const MAX_PARTS = 5_000;
/** Levels of multipart and message/rfc822: honest mail has under ten, the deepest test message twenty. */
export const MAX_DEPTH = 60;
/** Bytes that the search for boundaries may look at, as a multiple of the message: each level looks at its own bytes once. */
export const SCAN_FACTOR = 24;
/** Blocks of uuencoded or yEnc text in one part. */
export const MAX_BLOCKS = 100;
/** Other readings of one ambiguous part. */
export const MAX_READINGS = 4;
