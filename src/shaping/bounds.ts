// Bounds of pacing, each with its reason. Times are in ms, rates in mails a second.

/** No step goes below this: a mail in 100 seconds is a probe, and a provider that takes less is as good as shut. */
export const LEAST_RATE = 0.01;
/** A pace begins here with a provider that had none and complained before anything could be measured. */
export const FIRST_RATE = 1;
/** The rate in use is an average over about this time: short enough to see a burst, long enough for a mail in some seconds. */
export const MEASURE_MS = 30_000;
/** Who uses less than this part of the rate learns nothing about it: unused room never grows (RFC 7661 says why for TCP). */
export const IN_USE = 0.6;
/** Slow start: the rate doubles in this time while it is used and nobody complains. */
export const DOUBLING_MS = 60_000;
/** Growth is counted for at most this time between two mails, so that a pause is no merit. */
export const GROWTH_STEP_MS = 10_000;
/** Below the remembered level: what is missing shrinks to a third in this time. */
export const RETURN_MS = 90_000;
/** Or in this many times the hold that was: who comes back at once is blocked again. */
export const RETURN_PER_HOLD = 3;
export const MAX_RETURN_MS = 3_600_000;
/** Where we rest: this near to the level at which the provider last complained. */
export const REST = 0.97;
/** A provider with a deep bucket complains late: this part of the rate at which it did is held to be the level. */
export const SURE = 0.96;
/** After a complaint: what is kept of the level; less when the one before is not AGAIN_MAILS ago. */
export const STEP_DOWN = 0.85;
export const STEP_DOWN_AGAIN = 0.7;
/** After a block: reputation is worth more than throughput. */
export const STEP_DOWN_BLOCK = 0.5;
/** So many mails that were taken earn one complaint that probing may cost: that keeps those that we cause under 1 %. Earned up to a bound. */
export const EARN_MAILS = 300;
export const MOST_EARNED = 10;
export const FIRST_EARNED = 2;
/** Time earns too, or who was put down to a few mails an hour would stay there. */
export const EARN_MS = 4 * 3_600_000;
/** A level is trusted for so many mails at least. */
export const PROBE_MAILS = 30;
/** A complaint after fewer mails than this is about the same excess as the one before. */
export const AGAIN_MAILS = 200;
/** And after this time; doubled with every probe that fails, up to the longest. */
export const PATIENCE_MS = 5 * 60_000;
export const MAX_PATIENCE_MS = 3_600_000;
export const PATIENCE_BLOCK_MS = 20 * 60_000;
export const MAX_PATIENCE_BLOCK_MS = 4 * 3_600_000;
/** Steps above the level: 2, 4, 8, 16, 32 %, each for so many mails and so long; after the last the level is forgotten (slow start). */
export const OVER_FIRST = 0.02;
export const OVER_STEPS = 5;
export const OVER_MAILS = 50;
export const OVER_MS = 20_000;
/** How long nothing goes out after a complaint, after a block for now (4xx) and one for good (5xx). Doubled with every probe that fails. */
export const HOLD_MS = 10_000;
export const HOLD_BLOCK_MS = 60_000;
export const HOLD_REFUSED_MS = 5 * 60_000;
/** The longest hold: six mails a day tell when a provider opens again. */
export const MAX_HOLD_MS = 4 * 3_600_000;
/** Refused for longer than this: it is a limit of the day, not of the rate. */
export const DAY_LIMIT_MS = 3_600_000;
/** A hold longer than this shows the average that a provider takes over a long time. */
export const AVERAGE_MS = 10 * 60_000;
/** Who was refused that long counts by windows as long: no step above the level is shorter, up to this. */
export const MAX_DWELL_MS = 2 * 3_600_000;
/** The average is of about this time: more than an hour, the longest window that providers are known to count by below a day. */
export const BUSY_MS = 3 * 3_600_000;
/** Complaints this soon after a step are about mail that was under way before it. */
export const REACTION_MS = 3_000;
/** Fewer mails than this since the beginning say nothing about the rate. */
export const FEW_MAILS = 20;
/** How much of a refusal of one mail (5xx to RCPT or DATA) counts as word of the provider, and how fast a taken mail makes it forgotten. */
export const ONE_MAIL_WEIGHT = 0.34;
export const FORGIVEN = 0.9;
/** Connections: what is kept after a complaint, mails for one more, and mails before the level is tried again. */
export const CONNECTIONS_DOWN = 0.75;
export const CONNECTION_MAILS = 100;
export const CONNECTION_PROBE_MAILS = 2_000;
/** A connection that breaks off counts as refused only if others were answered in this time: else the peer is down. */
export const ANSWERED_MS = 60_000;
/** A day counts as used from this part of its cap on. */
export const DAY_USED = 0.7;
/** Complaints in this share of a day's mails make it a day of trouble. */
export const DAY_TROUBLE = 0.02;
/** After a day of trouble: what is kept of what was taken. */
export const DAY_STEP_DOWN = 0.8;
/** Growth from day to day is so much faster after each good day in a row, up to this; doubling is what providers call steady. */
export const DAY_TRUST = 1.05;
export const MOST_GROWTH = 2;
/** After a day with so many mails one mail more is tried on a connection than was refused: it costs one complaint at most. */
export const DAY_MAILS = 1_000;
/** Days at the level of a day before it is tried again, and by how much at first; twice as much with each day that is content. */
export const DAY_PATIENCE = 2;
export const DAY_PROBE = 0.05;
/** After so many days without mail reputation has cooled: the cap of a warming address halves. */
export const COOL_DAYS = 30;
/** Steps that are kept for people. */
export const STEPS_KEPT = 10;
/** Of the peer's words. */
export const WORDS_KEPT = 160;
/** What one rules file may hold: a provider with a thousand names is a mistake. */
export const MAX_PROVIDERS = 500;
export const MAX_PATTERNS = 100;
