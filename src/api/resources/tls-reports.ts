// TLS reports (RFC 8460): what others tell of sessions with our domains (`in`), and what we count and tell of sessions with others (`out`).
import { Type } from 'typebox';
import type { ShownSum } from '../../engines/store/control/tls-results.ts';
import { domainName } from '../../message/addresses.ts';
import { isoDay, policiesOf } from '../../upkeep/tls-reports.ts';
import { callerOf } from '../caller.ts';
import { ApiError, invalid } from '../errors.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { ApiDeps, Resource } from '../types.ts';

export const ReportQuery = {
  ...PageQuery,
  domain: Type.Optional(Type.String({ maxLength: 253 })),
  day: Type.Optional(Type.String({ maxLength: 10, description: 'UTC day such as 2026-11-29' })),
};
const Query = Type.Object(
  { ...ReportQuery, direction: Type.Optional(Type.Union([Type.Literal('in'), Type.Literal('out')])) },
  { additionalProperties: false },
);

export const tlsReports: Resource = (app, deps) => {
  app.get(
    '/v1/tls-reports',
    { config: { access: 'read' }, schema: { querystring: Query, summary: 'TLS reports: received (in) and sent (out)' } },
    async request => {
      const { query } = request;
      const ask = { accountId: callerOf(request).accountId, ...asked(query) };
      return query.direction === 'out' ? sent(deps, query, ask) : received(deps, query, ask);
    },
  );
};

type Wish = { readonly domain?: string; readonly day?: string; readonly after?: string; readonly limit?: string };
type Ask = { readonly accountId: string | null; readonly domain: string | null; readonly day: number | null };

/** The filters that both lists of reports have. */
export function asked({ domain, day }: Wish): Pick<Ask, 'domain' | 'day'> {
  const name = domain === undefined ? null : domainName(domain.toLowerCase());
  if (domain !== undefined && name === null) throw invalid('domain', 'is no domain name.');
  const at = day === undefined ? null : Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  if (at !== null && !(/^\d{4}-\d\d-\d\d$/.test(day ?? '') && Number.isInteger(at))) throw invalid('day', 'is no day such as 2026-11-29.');
  return { domain: name, day: at };
}

/** Where a list of rows goes on: `cursor` is the number of the last one shown. */
export function beforeOf(query: Wish): number {
  const before = Number(cursorOf(query, String(Number.MAX_SAFE_INTEGER)));
  if (Number.isSafeInteger(before)) return before;
  throw new ApiError('invalid_request', '"after" is no cursor of this list.', { field: 'after' });
}

async function received({ store }: ApiDeps, query: Wish, ask: Ask): Promise<unknown> {
  const limit = limitOf(query);
  const rows = await store.receivedReports.listTls({ ...ask, before: beforeOf(query), limit: limit + 1 });
  return page(
    rows,
    limit,
    row => row.seq,
    row => ({
      direction: 'in',
      domain: row.domain,
      day: isoDay(row.day),
      signed: row.signed,
      reporter: row.reporter,
      organization: row.organization,
      reportId: row.reportId,
      from: time(row.from),
      to: time(row.to),
      receivedAt: time(row.at),
      policy: { type: row.policyType, domain: row.policyDomain, strings: row.policy, mxHosts: row.mxHosts },
      successful: row.successful,
      failed: row.failed,
      failures: row.failures,
    }),
  );
}

async function sent({ store }: ApiDeps, query: Wish, ask: Ask): Promise<unknown> {
  const limit = limitOf(query);
  const found = /^(\d{1,9}) (\S*)$/.exec(cursorOf(query, '999999999 '));
  if (!found) throw new ApiError('invalid_request', '"after" is no cursor of this list.', { field: 'after' });
  const before = { day: Number(found[1]), domain: found[2] ?? '' };
  const rows = await store.tlsResults.days({ ...ask, before, limit: limit + 1 });
  const { data, next } = page(
    rows,
    limit,
    row => `${row.day} ${row.domain}`,
    row => row,
  );
  const shown = data.map(async ({ domain, day, report }) => ({
    direction: 'out',
    domain,
    day: isoDay(day),
    state: report?.state ?? 'counting',
    reportId: report?.reportId ?? null,
    nextAt: time(report?.nextAt ?? null),
    destinations: report?.destinations ?? [],
    ...told(domain, await store.tlsResults.sums({ domain, day })),
  }));
  return { data: await Promise.all(shown), next };
}

/** As the report tells it (RFC 8460 section 4.4), in the words of this API. */
function told(domain: string, sums: readonly ShownSum[]): Readonly<Record<string, unknown>> {
  const policies = policiesOf(domain, sums);
  const total = (key: 'successful' | 'failed'): number => policies.reduce((sum, one) => sum + (one[key] ?? 0), 0);
  return {
    successful: total('successful'),
    failed: total('failed'),
    policies: policies.map(({ type, domain: at, strings, mxHosts, successful, failed, failures }) => ({
      policy: { type, domain: at, strings, mxHosts },
      successful,
      failed,
      failures: failures.map(one => ({
        type: one.type,
        count: one.count,
        sendingIp: one.sendingIp,
        mxHost: one.mxHost,
        receivingIp: one.receivingIp,
        info: one.reasonCode,
      })),
    })),
  };
}
