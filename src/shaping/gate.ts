// May the next mail go? A pace is kept by the generic cell rate algorithm (ITU-T I.371): one number a pair, the time up to which its rate is
// given away. Pure arithmetic on that number and on the day's count, so that threads can change both by compare and exchange.

/** What one pair of sending IP and provider may do. */
export type Limits = {
  /** Mails a second; null = no pace. `burst`: mails that may go at once after a pause. */
  readonly perSecond: number | null;
  readonly burst: number;
  /** Epoch ms before which nothing goes. */
  readonly heldUntil: number;
  readonly connections: number;
  readonly mailsPerConnection: number;
  /** Mails a day for any address, null = no such limit; and for a warming one. */
  readonly dayCap: number | null;
  readonly warmCap: number;
  /** A warming address spreads its day: mails a second at most. */
  readonly warmPerSecond: number;
  readonly utcOffsetHours: number;
};

/** This part of a warming address's day may go at once, so that a receipt does not wait for nothing. */
const WARM_BURST = 0.1;

export type Turn = { readonly ok: true; readonly at: number; readonly paidUntil: number } | { readonly ok: false; readonly until: number };

/** What one address may do at one provider: the part of its limits that a turn is taken by. */
export type Pace = Pick<Limits, 'perSecond' | 'burst' | 'heldUntil'>;

export function paceOf(limits: Limits, warming: boolean): Pace {
  if (!warming || (limits.perSecond !== null && limits.perSecond <= limits.warmPerSecond)) return limits;
  const burst = Math.max(1, Math.floor(limits.warmPerSecond), Math.floor(limits.warmCap * WARM_BURST));
  return { perSecond: limits.warmPerSecond, burst, heldUntil: limits.heldUntil };
}

/** A place in the pace: the mail may go at `at`, which is at most `patienceMs` away. All times in ms, `paidUntil` with fractions. */
export function nextTurn(pace: Pace, paidUntil: number, now: number, patienceMs: number): Turn {
  if (pace.perSecond === null) return { ok: true, at: now, paidUntil };
  const interval = 1_000 / pace.perSecond;
  // Given away further ahead than anybody waits: the clock was set back.
  const ahead = paidUntil - now > (pace.burst + 1) * interval + patienceMs;
  const from = ahead ? now : Math.max(paidUntil, now);
  const at = Math.max(now, from - (pace.burst - 1) * interval);
  return at - now <= patienceMs ? { ok: true, at, paidUntil: from + interval } : { ok: false, until: Math.ceil(at) };
}

/** A new pace is published: as many mails as the old one gave away ahead of time are given away under the new one. A hold forgets them. */
export function repaid(before: Pace, after: Pace, paidUntil: number, now: number): number {
  if (before.perSecond === null || after.perSecond === null || after.heldUntil > now) return now;
  return now + (Math.max(0, paidUntil - now) * before.perSecond) / after.perSecond;
}

/** The day's cap that holds; null = none. */
export function capOf(limits: Pick<Limits, 'dayCap' | 'warmCap'>, warming: boolean): number | null {
  if (!warming) return limits.dayCap;
  return limits.dayCap === null ? limits.warmCap : Math.min(limits.dayCap, limits.warmCap);
}

/** One more of the day's mails: the new count, or false when the cap is reached. The day of another number has no count yet. */
export function nextUse(
  day: { readonly number: number; readonly used: number },
  today: number,
  cap: number | null,
): { readonly number: number; readonly used: number } | false {
  // A clock that was set back finds a later day: that day's count goes on, so that no cap is given twice.
  const used = day.number < today ? 0 : day.used;
  return cap !== null && used >= cap ? false : { number: Math.max(day.number, today), used: used + 1 };
}
