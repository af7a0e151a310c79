// /v1/statistics: what happened, by day or hour of any time zone, in groups by domain, mailbox provider or sending IP.
import { Type } from 'typebox';
import { isIP } from 'node:net';
import type { Asked, Dimension, MeasureSum } from '../../engines/store/control/statistics.ts';
import { plainIp } from '../../library/networks.ts';
import { DAYS_KEPT, GROUPS_SHOWN, HOURS_ASKED } from '../../statistics/bounds.ts';
import { ceilSlot, dayStart, daysBefore, floorSlot, spans, timeZoneOf, type Span, type Unit } from '../../statistics/calendar.ts';
import { shownCounts } from '../../statistics/shown.ts';
import { accountOf, callerOf } from '../caller.ts';
import { ownDomain } from '../domains.ts';
import { ApiError, invalid } from '../errors.ts';
import { cursor, cursorOf, limitOf, momentOf, PageQuery, time } from '../pages.ts';
import { newPastSums, type Sums } from '../past-sums.ts';
import type { ApiDeps, Resource } from '../types.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS_BY_DEFAULT = 30;
const HOURS_BY_DEFAULT = 24;

const one = <const T extends readonly string[]>(words: T) => Type.Optional(Type.Union(words.map(word => Type.Literal(word as T[number]))));
const Query = Type.Object(
  {
    ...PageQuery,
    from: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339, or a day of the time zone such as 2026-11-30' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'exclusive; a day is told whole' })),
    timeZone: Type.Optional(Type.String({ maxLength: 64, description: 'IANA name; UTC without one' })),
    by: one(['day', 'hour', 'total']),
    groupBy: one(['domain', 'provider', 'ip']),
    domain: Type.Optional(Type.String({ maxLength: 253 })),
    provider: Type.Optional(Type.String({ maxLength: 32 })),
    ip: Type.Optional(Type.String({ maxLength: 45 })),
  },
  { additionalProperties: false },
);
type Wish = { readonly from?: string; readonly to?: string; readonly timeZone?: string; readonly by?: Unit };

export const statistics: Resource = (app, deps) => {
  const sums = newPastSums(deps);
  app.get(
    '/v1/statistics',
    { config: { access: 'read' }, schema: { querystring: Query, summary: 'Counts by day, domain, mailbox provider' } },
    async request => {
      const { query } = request;
      const { by = 'day', groupBy, provider, ip } = query;
      const zone = timeZoneOf(query.timeZone ?? 'UTC');
      if (zone === null) throw invalid('timeZone', 'is no IANA time zone such as Asia/Jakarta.');
      const asked = askedSpan(query, by, zone, deps.clock.now());
      const limit = limitOf(query);
      const domain = query.domain === undefined ? undefined : await ownDomain(deps, callerOf(request).accountId, query.domain);
      // Of the whole installation no domains are kept.
      const accountId = domain?.accountId ?? (groupBy === 'domain' ? accountOf(request) : callerOf(request).accountId);
      notUnknown(deps, query);
      const filter = {
        accountId,
        ...(groupBy ? { groupBy } : {}),
        ...(domain ? { domain: domain.name } : {}),
        ...(provider === undefined ? {} : { provider }),
        ...(ip === undefined ? {} : { ip: ip === 'system' ? '' : plainIp(ip) }),
      };
      return counted(deps, sums, { ...asked, from: startOf(query, asked) }, { by, zone, filter, limit });
    },
  );
};

/** A misspelt filter must not look like "nothing happened". */
function notUnknown({ rules }: ApiDeps, { provider, ip }: { readonly provider?: string; readonly ip?: string }): void {
  const keys = [...rules.providers.map(one => one.key), 'other'];
  if (provider !== undefined && !keys.includes(provider)) throw invalid('provider', `is one of ${keys.join(', ')}.`);
  if (ip !== undefined && ip !== 'system' && isIP(ip) === 0) throw invalid('ip', 'is an IP address, or "system".');
}

/** Spans until the page is full. */
async function counted(
  { store }: ApiDeps,
  sums: Sums,
  asked: Span,
  ask: { readonly by: Unit; readonly zone: string; readonly filter: Omit<Asked, 'from' | 'to'>; readonly limit: number },
): Promise<object> {
  const data: object[] = [];
  let next: string | null = null;
  const finestFrom = time((await store.statistics.finestFrom()) || null);
  for (const span of spans(asked, ask.by, ask.zone)) {
    if (data.length >= ask.limit) {
      next = cursor(span.from);
      break;
    }
    // A long time in one piece would hold the thread.
    const pieces = ask.by === 'total' ? spans(span, 'day', 'UTC') : [span];
    const rows: MeasureSum[] = [];
    for (const piece of pieces) rows.push(...(await sums({ ...ask.filter, ...piece })));
    for (const [group, counts] of groupsOf(rows, ask.filter.groupBy)) {
      const named = ask.filter.groupBy ? { [ask.filter.groupBy]: group } : {};
      data.push({ from: time(span.from), to: time(span.to), ...named, counts: shownCounts(counts) });
    }
  }
  return { timeZone: ask.zone, data, next, finestFrom };
}

/** The largest groups first; the smaller ones beyond the bound are one, `rest`. Without groups there is one, also when it is empty. */
function groupsOf(rows: readonly MeasureSum[], by: Dimension | undefined): readonly (readonly [string, ReadonlyMap<string, number>])[] {
  const groups = new Map<string, Map<string, number>>(by ? [] : [['', new Map()]]);
  for (const { group, measure, count } of rows) {
    const counts = groups.get(group) ?? new Map<string, number>();
    groups.set(group, counts.set(measure, (counts.get(measure) ?? 0) + count));
  }
  const size = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const sorted = [...groups].toSorted(([, a], [, b]) => size(b) - size(a));
  const rest = new Map<string, number>();
  for (const [, counts] of sorted.slice(GROUPS_SHOWN))
    for (const [measure, count] of counts) rest.set(measure, (rest.get(measure) ?? 0) + count);
  return [...sorted.slice(0, GROUPS_SHOWN), ...(rest.size > 0 ? [['rest', rest] as const] : [])];
}

function askedSpan(query: Wish, by: Unit, zone: string, now: number): Span {
  const to = query.to === undefined ? now : moment(query.to, 'to', zone, 1);
  const otherwise = by === 'hour' ? to - HOURS_BY_DEFAULT * HOUR : daysBefore(to - 1, DAYS_BY_DEFAULT - 1, zone);
  const from = query.from === undefined ? otherwise : moment(query.from, 'from', zone, 0);
  if (from >= to) throw invalid('from', 'is not before "to".');
  const [most, words] =
    by === 'hour' ? [HOURS_ASKED * HOUR, `${HOURS_ASKED / 24} days by hour`] : [(DAYS_KEPT + 1) * DAY, `${DAYS_KEPT} days`];
  if (to - from > most) throw invalid('from', `is too long before "to": at most ${words} are told at once.`);
  return { from: floorSlot(from), to: ceilSlot(to) };
}

/** A moment, or the beginning of a day of the zone `days` later. */
function moment(text: string, field: string, zone: string, days: number): number {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return momentOf(text, field);
  const start = dayStart(text, zone);
  if (start === null) throw invalid(field, 'is no day of the calendar such as 2026-11-30.');
  return daysBefore(start, -days, zone);
}

function startOf(query: { readonly after?: string }, { from, to }: Span): number {
  const at = Number(cursorOf(query, String(from)));
  if (Number.isSafeInteger(at) && at >= from && at < to) return at;
  throw new ApiError('invalid_request', '"after" is no cursor of this list: ask with the same "from" and "to" as before.', {
    field: 'after',
  });
}
