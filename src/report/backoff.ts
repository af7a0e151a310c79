// When deferred mail is tried again: growing steps, each anywhere between half and one and a half of its length, so that what failed
// together is spread as wide as it waits and never comes back together.

const MINUTE = 60_000;
const STEPS = [1, 5, 15, 30, 60, 120, 240].map(minutes => minutes * MINUTE);

/** "Dot sent, no answer" is tried again at most this often: each try may be a copy. */
export const UNKNOWN_PACE_MS = 240 * MINUTE;
/** A delay warning is due after this long where it was asked for. */
export const WARN_AFTER_MS = 240 * MINUTE;

/** Epoch ms of the next attempt behind one at `now` that `attemptsBefore` others failed before; `chance` is 0..1. */
export function nextDue(now: number, attemptsBefore: number, chance = Math.random()): number {
  const step = STEPS[Math.min(attemptsBefore, STEPS.length - 1)] as number;
  return Math.round(now + step * (0.5 + chance));
}
