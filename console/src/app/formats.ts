// Numbers, times and sizes as each language writes them (Intl). null is "–", what is unknown is "?", never 0. Times are absolute and in the zone
// chosen; only "updated" is relative.
import type { LanguageId } from '../words/languages.ts';

const LOCALES: Readonly<Record<LanguageId, string>> = { en: 'en', id: 'id', zh: 'zh-CN' };
const NOTHING = '–';

export type Moment = string | number | null | undefined;

export type Formats = {
  readonly zone: string;
  readonly number: (n: number | null | undefined) => string;
  /** For axes only: 1.2M. */
  readonly compact: (n: number) => string;
  /** A share of 0 to 1: two digits under 1 %, one above. */
  readonly percent: (share: number | null | undefined) => string;
  /** Bytes as KB and MB of 1000. */
  readonly bytes: (n: number | null | undefined) => string;
  /** `5 min 1 s`; under a second in ms. */
  readonly duration: (ms: number) => string;
  readonly time: (at: Moment) => string;
  /** To the millisecond: for evidence. */
  readonly clock: (at: Moment) => string;
  readonly date: (at: Moment) => string;
  /** For axes: the day, the hour. */
  readonly day: (at: Moment) => string;
  readonly hour: (at: Moment) => string;
  readonly ago: (at: Moment, now: number) => string;
  readonly list: (items: readonly string[]) => string;
};

export function formatsOf(language: LanguageId, zone: string): Formats {
  const locale = LOCALES[language];
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const times = (options: Intl.DateTimeFormatOptions): ((at: Moment) => string) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options });
    return at => (at === null || at === undefined ? NOTHING : format.format(new Date(at)));
  };
  const list = new Intl.ListFormat(locale);
  return {
    zone,
    number: n => (n === null || n === undefined ? NOTHING : number.format(n)),
    compact: n => compact.format(n),
    percent: share => (share === null || share === undefined ? NOTHING : percentOf(locale, share)),
    bytes: n => (n === null || n === undefined ? NOTHING : bytesOf(locale, n)),
    duration: ms => durationOf(locale, ms),
    time: times({ dateStyle: 'medium', timeStyle: 'short' }),
    clock: times({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 }),
    date: times({ dateStyle: 'medium' }),
    day: times({ month: 'short', day: 'numeric' }),
    hour: times({ hour: '2-digit', minute: '2-digit' }),
    ago: (at, now) => (at === null || at === undefined ? NOTHING : agoOf(locale, now - new Date(at).getTime())),
    list: items => list.format(items),
  };
}

function percentOf(locale: string, share: number): string {
  const digits = share !== 0 && Math.abs(share) < 0.01 ? 2 : 1;
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(share);
}

const SIZES = [
  ['gigabyte', 1e9],
  ['megabyte', 1e6],
  ['kilobyte', 1e3],
] as const;

function bytesOf(locale: string, n: number): string {
  const [unit, size] = SIZES.find(([, least]) => n >= least) ?? (['byte', 1] as const);
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(n / size);
}

const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** The two largest units. */
function durationOf(locale: string, ms: number): string {
  const unit = (name: string, n: number): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(n);
  if (ms < 10) return unit('millisecond', Math.max(0, Math.round(ms * 10) / 10));
  const whole = Math.round(ms);
  if (whole < 1000) return unit('millisecond', whole);
  const first = STEPS.findIndex(([, size]) => whole >= size);
  const [name, size] = STEPS[first] ?? STEPS[3];
  const next = STEPS[first + 1];
  const rest = next ? Math.floor((whole % size) / next[1]) : 0;
  return next && rest > 0 ? `${unit(name, Math.floor(whole / size))} ${unit(next[0], rest)}` : unit(name, Math.floor(whole / size));
}

function agoOf(locale: string, ms: number): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const [name, size] = STEPS.find(([, least]) => Math.abs(ms) >= least) ?? (['second', 1000] as const);
  return relative.format(-Math.round(ms / size), name);
}
