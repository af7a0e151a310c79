// Days and hours of a time zone as spans of quarters of an hour, whatever its offset and its changes of clock: the day that has 23 hours and the
// one that begins at one o'clock are as the zone's own law has them (IANA time zone database, as the runtime carries it).
import { SLOT_MS } from './bounds.ts';

/** Epoch ms, `to` exclusive. */
export type Span = { readonly from: number; readonly to: number };
export type Unit = 'hour' | 'day' | 'total';

const HOUR = 3_600_000;

/** The zone's own spelling of an IANA name; null when there is none of that name. Offsets (`+07:00`) are none: they have no law. */
export function timeZoneOf(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}

/** The beginning of a local day such as 2026-11-30; null when the calendar has no such day. */
export function dayStart(day: string, zone: string): number | null {
  try {
    return Temporal.PlainDate.from(day, { overflow: 'reject' }).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return null;
  }
}

/** The beginning of the local day that is `days` before the one of `at`. */
export function daysBefore(at: number, days: number, zone: string): number {
  return local(at, zone).toPlainDate().subtract({ days }).toZonedDateTime(zone).epochMilliseconds;
}

/** From `from` on, in order: each hour or day of the zone, the first and last cut to what was asked; `total` is one. */
export function* spans({ from, to }: Span, unit: Unit, zone: string): Generator<Span> {
  if (unit === 'total') {
    if (from < to) yield { from, to };
    return;
  }
  const after = unit === 'day' ? nextDay : nextHour;
  for (let at = from; at < to;) {
    const next = Math.min(to, after(at, zone));
    yield { from: at, to: next };
    at = next;
  }
}

export const floorSlot = (at: number): number => Math.floor(at / SLOT_MS) * SLOT_MS;
export const ceilSlot = (at: number): number => Math.ceil(at / SLOT_MS) * SLOT_MS;

const local = (at: number, zone: string): Temporal.ZonedDateTime => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);

function nextDay(at: number, zone: string): number {
  return local(at, zone).toPlainDate().add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}

/** The next full hour on the zone's clock; where the clock is changed by half an hour, that change is a boundary too. */
function nextHour(at: number, zone: string): number {
  const clock = at + local(at, zone).offsetNanoseconds / 1_000_000;
  return at + HOUR - (((clock % HOUR) + HOUR) % HOUR);
}
