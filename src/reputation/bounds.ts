// Bounds of reputation, each with its reason.

/** What is judged: this week, and the four before it that it is compared with. */
export const WEEK_DAYS = 7;
export const BEFORE_DAYS = 28;
/** Days with mail below which nothing is said of their evenness. */
export const EVEN_DAYS = 7;
/** A score is told once so many attempts ended: below, a handful of mails decides. */
export const LEAST_ENDED = 100;
/** Days of past sums that a thread remembers; about 1 KB each. */
export const DAYS_REMEMBERED = 10_000;
/** An event is recorded this late at most: until then yesterday is read again. */
export const SETTLED_MS = 3_600_000;
