// Bounds of reading a message, each with its reason. Beyond one the message is `complete: false`, which never counts as clean.

/** Parts of one message: postal-mime takes 1 s for 50,000; no honest mail has a thousand. */
export const MAX_PARTS = 5_000;
/** Levels of multipart and message/rfc822: honest mail has under ten, the deepest test message twenty. */
export const MAX_DEPTH = 60;
/** Bytes that the search for boundaries may look at, as a multiple of the message: each level looks at its own bytes once. */
export const SCAN_FACTOR = 24;
/** Bytes of all leaves and decoded containers in all readings together, as a multiple of the message: honest mail needs two. */
export const READ_FACTOR = 6;
/** And what is always allowed, so that small messages nest as deep as they like. */
export const READ_LEAST = 512 * 1024;
/** Encoded words of one text; the rest stays as it is written. A subject of 998 bytes has at most 70. */
export const MAX_WORDS = 2_000;
/** Characters of a charset label or of a transfer encoding that are looked at: the longest registered name has 45. */
export const MAX_LABEL = 100;
/** Blocks of uuencoded or yEnc text in one part. */
export const MAX_BLOCKS = 100;
/** Other readings of one ambiguous part. */
export const MAX_READINGS = 4;
