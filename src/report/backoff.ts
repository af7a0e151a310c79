// When deferred mail is tried again: growing steps with a fifth of chance either way, so that what failed together does not come together.

const MINUTE = 60_000;
const STEPS = [1, 5, 15, 30, 60, 120, 240].map(minutes => minutes * MINUTE);

/** "Dot sent, no answer" is tried again at most this often: each try may be a copy. */
export const UNKNOWN_PACE_MS = 240 * MINUTE;
/** A delay warning is due after this long where it was asked for. */
export const WARN_AFTER_MS = 240 * MINUTE;

export function nextDue(now: number, attemptsBefore: number, chance = Math.random()): number {
  const step = STEPS[Math.min(attemptsBefore, STEPS.length - 1)] as number;
  return Math.round(now + step * (0.8 + 0.4 * chance));
}
