// Bounds of the API, each with its reason (docs/api.md).
/** Recipients of one email by HTTP. */
export const MAX_RECIPIENTS = 50;
export const MAX_ATTACHMENTS = 20;
export const MAX_BATCH = 100;
export const MAX_TAGS = 10;
/** `sendAt` may lie 72 hours ahead: content is not kept for longer. */
export const MAX_AHEAD_MS = 72 * 3_600_000;
/** A check of the blocked library must be no way to read it out. */
export const CHECKS_PER_MINUTE = 60;
/** Lessons of an account: each is a commit that all doors hear of. */
export const FEEDBACK_PER_MINUTE = 300;
/** Opens and clicks of one recipient of one email that are looked at: a picture that is loaded without end costs no more than its answer. */
export const VISITS_PER_MINUTE = 60;

/** Rules of TLS by destination: each delivery looks through all of them. */
export const DESTINATIONS = 1_000;
/** Names that one of them pins. */
export const PINNED_NAMES = 10;
