// Bounds of reputation, each with its reason.

/** What is judged: this week, and the four before it that it is compared with. */
export const WEEK_DAYS = 7;
export const BEFORE_DAYS = 28;
/** Days with mail below which nothing is said of their evenness. */
export const EVEN_DAYS = 7;
/** A score is told once so many attempts ended: below, a handful of mails decides. */
export const LEAST_ENDED = 100;
