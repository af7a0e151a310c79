// Bounds of what comes back to us, each with its reason.

/** What is read of a report: its own words and fields, and the header of the mail it returns, stand in front; the rest is that mail. */
export const READ_OF_REPORT = 256 * 1024;
/** What is kept of a Diagnostic-Code: a reply, cut like those of our own attempts but shorter, since the teller is a stranger. */
export const KEPT_DIAGNOSTIC = 200;
/** Feedback-ID fields of a returned mail that are looked at: ours is among the first, each costs a MAC. */
export const FEEDBACK_IDS = 10;
/** Complaints without a token of ours that are shown in an hour, of the whole server: a flood of forged ones must not fill the database. */
export const CLAIMS_SHOWN = 100;
export const CLAIMS_WINDOW_MS = 3_600_000;
