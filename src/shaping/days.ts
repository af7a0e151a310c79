// The caps of a day. A warming address grows only by days that were used and content, and falls after trouble; what a provider was seen to take
// in a day is a cap for every address, tried again carefully. Both remember the level at which the provider complained.
import * as bounds from './bounds.ts';
import type { Rules } from './rules.ts';
import { dayOf, type Day, type PaceState } from './state.ts';

/** The state on the day that `now` is in: what the days before add up to. A clock that was set back changes nothing. */
export function onDay(rules: Rules, state: PaceState, now: number): PaceState {
  const number = dayOf(rules, now);
  const { day } = state;
  if (number <= day.number) return state;
  const idle = number - day.number - 1 + (day.taken === 0 ? 1 : 0);
  const next = { ...afterWarmDay(rules, day), ...afterCappedDay(day) };
  const cooled = idle >= bounds.COOL_DAYS ? Math.max(rules.warmUp.firstDay, Math.floor(next.warm / 2)) : next.warm;
  const { mailsPerConnection } = state;
  const more = day.taken >= bounds.DAY_MAILS ? Math.min(rules.mailsPerConnection, mailsPerConnection + 1) : mailsPerConnection;
  return { ...state, mailsPerConnection: more, day: { ...day, ...next, warm: cooled, number, taken: 0, complaints: 0, trouble: 'none' } };
}

/** So many complaints that the provider did not like the day, whatever single ones mean. */
export const troubled = (day: Day): boolean =>
  day.trouble !== 'none' || (day.complaints > 5 && day.complaints > bounds.DAY_TROUBLE * (day.taken + day.complaints));

function afterWarmDay(rules: Rules, day: Day): Pick<Day, 'warm' | 'warmLevel' | 'good'> {
  const { full } = rules.warmUp;
  if (troubled(day)) {
    const level = Math.min(day.warm, Math.max(day.taken, 1));
    // What was taken before the day was full will be taken again; a block asks for less. Also under the first day's cap.
    const part = day.trouble === 'limit' ? bounds.REST : bounds.DAY_STEP_DOWN;
    return { warm: Math.max(1, Math.floor(level * part)), warmLevel: level, good: 0 };
  }
  const { warm, warmLevel: level, good } = day;
  if (day.taken < bounds.DAY_USED * warm) return { warm, warmLevel: level, good };
  const below = level !== null && warm < Math.floor(level * bounds.REST);
  return { warm: Math.min(full, nextWarm(rules, day)), warmLevel: level, good: below ? 0 : good + 1 };
}

/** The cap after a day that was used and content. */
function nextWarm(rules: Rules, { warm, warmLevel: level, good }: Day): number {
  const { firstDay, growth } = rules.warmUp;
  const least = Math.min(firstDay, warm + 1);
  // Nobody complained yet: each content day is trust, and growth itself grows, up to a bound.
  if (level === null)
    return Math.max(least, Math.ceil(warm * Math.min(Math.max(growth, bounds.MOST_GROWTH), growth * bounds.DAY_TRUST ** good)));
  const rest = Math.floor(level * bounds.REST);
  if (warm < rest) return Math.min(rest, Math.max(least, Math.ceil(warm * growth)));
  if (good < bounds.DAY_PATIENCE) return warm;
  return Math.ceil(warm * Math.min(growth, 1 + bounds.DAY_PROBE * 2 ** (good - bounds.DAY_PATIENCE)));
}

function afterCappedDay(day: Day): Pick<Day, 'cap' | 'capLevel' | 'capDays'> {
  const { cap, capLevel, capDays } = day;
  if (cap === null || capLevel === null || troubled(day) || day.taken < bounds.DAY_USED * cap) return { cap, capLevel, capDays };
  // It held well above the old level: the limit is gone.
  if (cap > (1 + bounds.DAY_PROBE) * capLevel) return { cap: null, capLevel: null, capDays: 0 };
  if (cap <= capLevel && capDays + 1 < bounds.DAY_PATIENCE) return { cap, capLevel, capDays: capDays + 1 };
  return { cap: Math.ceil(cap * (1 + bounds.DAY_PROBE)), capLevel, capDays: capDays + 1 };
}

/** The provider refused for so long that it is a limit of the day: what it took today is what it takes in a day. */
export function dayLimitSeen(day: Day): Day {
  const level = Math.max(1, day.taken);
  return {
    ...day,
    trouble: day.trouble === 'none' ? 'limit' : day.trouble,
    cap: Math.max(1, Math.floor(level * bounds.REST)),
    capLevel: level,
    capDays: 0,
  };
}
