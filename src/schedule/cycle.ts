// When a batch that repeats runs: every so many seconds from its first run, or at a time of day in a zone, where summer time begins and ends
// as the zone's rules say: a time that the clocks skip is an hour later that day, one that they have twice is the first.

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

export type Rhythm =
  | { readonly everySeconds: number }
  /** `at`: `HH:MM`. Without `days` every day. */
  | { readonly at: string; readonly timeZone: string; readonly days?: readonly Day[] };
/** `times`: runs in all. `until`: epoch ms; a run that would be due later is none. */
export type Cycle = Rhythm & { readonly times?: number; readonly until?: number };

export const isZone = (timeZone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
  } catch {
    return false;
  }
};

/** The first time after `after` (epoch ms, as all); `first` is when the batch was first due. */
export function nextAfter(rhythm: Rhythm, first: number, after: number): number {
  if ('everySeconds' in rhythm) {
    const step = rhythm.everySeconds * 1_000;
    return after < first ? first : first + (Math.floor((after - first) / step) + 1) * step;
  }
  return found(rhythm, after, 1, at => at > after);
}

/** The last time up to `now` (epoch ms): what was missed while nobody ran it is run once. */
export function latestUpTo(rhythm: Rhythm, first: number, now: number): number {
  if ('everySeconds' in rhythm) {
    const step = rhythm.everySeconds * 1_000;
    return first + Math.max(0, Math.floor((now - first) / step)) * step;
  }
  return Math.max(
    first,
    found(rhythm, now, -1, at => at <= now),
  );
}

/** Is there another run behind the `runs`-th, and when? null: the cycle is over. */
export function nextRun(cycle: Cycle, first: number, planned: number, runs: number): number | null {
  if (cycle.times !== undefined && runs >= cycle.times) return null;
  const next = nextAfter(cycle, first, planned);
  return cycle.until !== undefined && next > cycle.until ? null : next;
}

/** Day by day from that of `from`, in one direction: a week and a day on either side holds one of each weekday. */
function found(
  { at, timeZone, days = DAYS }: Extract<Rhythm, { at: string }>,
  from: number,
  direction: 1 | -1,
  fits: (time: number) => boolean,
): number {
  const start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone).toPlainDate();
  const plainTime = Temporal.PlainTime.from(at);
  for (let n = 0; n <= 8; n++) {
    const date = start.add({ days: n * direction });
    const day = DAYS[date.dayOfWeek - 1];
    const time = date.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
    if (day && days.includes(day) && fits(time)) return time;
  }
  throw new Error('no day of the week fits');
}
