// TLS sessions with other domains, summed by UTC day (RFC 8460 section 4), and which report of them went where: one row a domain and day,
// so that a report is made once, whatever is restarted. A report by mail is queued in the commit that records it.
import { queue } from '../queue.ts';
import type { Db, NewMessage, Row, WriteContext } from '../types.ts';

/** `result` '' = successful. `day` = days since 1970, UTC. */
export type TlsSum = {
  readonly domain: string;
  readonly day: number;
  /** Digest of everything but the count; `bareKey` the same of type and result alone. */
  readonly key: string;
  readonly bareKey: string;
  readonly policyType: string;
  readonly policyDomain: string;
  readonly policy: readonly string[];
  readonly mxHosts: readonly string[];
  readonly result: string;
  readonly sendingIp: string | null;
  readonly receivingHost: string | null;
  readonly receivingIp: string | null;
  readonly detail: string | null;
  readonly count: number;
};
export type ShownSum = Omit<TlsSum, 'key' | 'bareKey'>;

/** `said`: the status or fault that the last try ended with. */
export type Destination = {
  readonly uri: string;
  readonly state: 'waiting' | 'queued' | 'sent' | 'unsigned';
  readonly said: string | null;
};
/** unwanted: the domain asks for none. unsigned: it wants mail only, and our mail would have no signature. */
export type ReportState = 'waiting' | 'sent' | 'unwanted' | 'unsigned' | 'failed';
export type OwnReport = {
  readonly domain: string;
  readonly day: number;
  readonly reportId: string;
  readonly state: ReportState;
  readonly tries: number;
  /** Epoch ms; null = it is over. */
  readonly nextAt: number | null;
  readonly giveUpAt: number;
  /** null = not looked up yet. */
  readonly destinations: readonly Destination[] | null;
};

/** Different rows of one domain and day: more are added up by type and result alone. */
const MAX_ROWS = 1_000;

async function add(db: Db, sums: readonly TlsSum[], _ctx: WriteContext): Promise<void> {
  for (const one of sums) {
    const at = [one.domain, one.day] as const;
    const known = await db.run('UPDATE tls_results SET count = count + ? WHERE domain = ? AND day = ? AND key = ?', [
      one.count,
      ...at,
      one.key,
    ]);
    if (known > 0) continue;
    const rows = Number((await db.get('SELECT count(*) AS rows FROM tls_results WHERE domain = ? AND day = ?', at))?.['rows'] ?? 0);
    await put(db, rows < MAX_ROWS ? one : bare(one));
  }
}

const bare = (one: TlsSum): TlsSum => ({
  ...one,
  key: one.bareKey,
  policyDomain: one.domain,
  policy: [],
  mxHosts: [],
  sendingIp: null,
  receivingHost: null,
  receivingIp: null,
  detail: null,
});

async function put(db: Db, one: TlsSum): Promise<void> {
  await db.run(
    `INSERT INTO tls_results (domain, day, key, policy_type, policy_domain, policy, mx_hosts, result, sending_ip, receiving_host,
      receiving_ip, detail, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (domain, day, key) DO UPDATE SET count = tls_results.count + excluded.count`,
    [
      one.domain,
      one.day,
      one.key,
      one.policyType,
      one.policyDomain,
      JSON.stringify(one.policy),
      JSON.stringify(one.mxHosts),
      one.result,
      one.sendingIp,
      one.receivingHost,
      one.receivingIp,
      one.detail,
      one.count,
    ],
  );
}

async function sums(db: Db, ask: { readonly domain: string; readonly day: number }): Promise<readonly ShownSum[]> {
  const rows = await db.all('SELECT * FROM tls_results WHERE domain = ? AND day = ? ORDER BY count DESC, key', [ask.domain, ask.day]);
  return rows.map(row => ({
    domain: row['domain'] as string,
    day: Number(row['day']),
    policyType: row['policy_type'] as string,
    policyDomain: row['policy_domain'] as string,
    policy: JSON.parse(row['policy'] as string) as readonly string[],
    mxHosts: JSON.parse(row['mx_hosts'] as string) as readonly string[],
    result: row['result'] as string,
    sendingIp: row['sending_ip'] as string | null,
    receivingHost: row['receiving_host'] as string | null,
    receivingIp: row['receiving_ip'] as string | null,
    detail: row['detail'] as string | null,
    count: Number(row['count']),
  }));
}

/** Domains and days before `before` that nobody has planned a report for. */
async function unplanned(
  db: Db,
  ask: { readonly before: number; readonly limit: number },
): Promise<readonly { readonly domain: string; readonly day: number }[]> {
  const rows = await db.all(
    `SELECT DISTINCT domain, day FROM tls_results r WHERE day < ?
      AND NOT EXISTS (SELECT 1 FROM tls_reports_out o WHERE o.domain = r.domain AND o.day = r.day) LIMIT ?`,
    [ask.before, ask.limit],
  );
  return rows.map(row => ({ domain: row['domain'] as string, day: Number(row['day']) }));
}

async function plan(
  db: Db,
  reports: readonly Pick<OwnReport, 'domain' | 'day' | 'reportId' | 'nextAt' | 'giveUpAt'>[],
  _ctx: WriteContext,
): Promise<void> {
  for (const { domain, day, reportId, nextAt, giveUpAt } of reports) {
    await db.run(
      `INSERT INTO tls_reports_out (domain, day, report_id, state, tries, next_at, give_up_at) VALUES (?, ?, ?, 'waiting', 0, ?, ?)
        ON CONFLICT (domain, day) DO NOTHING`,
      [domain, day, reportId, nextAt, giveUpAt],
    );
  }
}

async function due(db: Db, ask: { readonly now: number; readonly limit: number }): Promise<readonly OwnReport[]> {
  return (await db.all('SELECT * FROM tls_reports_out WHERE next_at <= ? ORDER BY next_at LIMIT ?', [ask.now, ask.limit])).map(reportOf);
}

/** Takes a due report for one try: nobody else gets it before `until`, and it comes again then if we do not settle it. False: somebody has it. */
async function take(db: Db, ask: { readonly report: OwnReport; readonly until: number }, _ctx: WriteContext): Promise<boolean> {
  const { domain, day, tries } = ask.report;
  const sql =
    'UPDATE tls_reports_out SET tries = tries + 1, next_at = ? WHERE domain = ? AND day = ? AND tries = ? AND next_at IS NOT NULL';
  return (await db.run(sql, [ask.until, domain, day, tries])) > 0;
}

/** What a try came to, and the mails that carry the report, in one commit. `report.tries` is the number of the try; `full`: no room for the
 * mails, `stale`: a later try has begun; nothing is recorded then. */
async function settle(
  db: Db,
  ask: { readonly report: OwnReport; readonly mails: readonly NewMessage[] },
  ctx: WriteContext,
): Promise<'recorded' | 'full' | 'stale'> {
  const { domain, day, state, tries, nextAt, destinations } = ask.report;
  if (ask.mails.length > 0 && ctx.full()) return 'full';
  const changed = await db.run(
    'UPDATE tls_reports_out SET state = ?, next_at = ?, destinations = ? WHERE domain = ? AND day = ? AND tries = ? AND next_at IS NOT NULL',
    [state, nextAt, destinations && JSON.stringify(destinations), domain, day, tries],
  );
  if (changed === 0) return 'stale';
  for (const mail of ask.mails) await queue.writes.accept(db, mail, ctx);
  return 'recorded';
}

/** Domains and days, the newest first; `accountId`: its domains only. */
async function days(
  db: Db,
  ask: {
    readonly accountId: string | null;
    readonly domain: string | null;
    readonly day: number | null;
    readonly before: { readonly day: number; readonly domain: string };
    readonly limit: number;
  },
): Promise<readonly { readonly domain: string; readonly day: number; readonly report: OwnReport | null }[]> {
  const { day, domain } = ask.before;
  const rows = await db.all(
    `SELECT DISTINCT domain, day FROM tls_results WHERE (day < ? OR (day = ? AND domain > ?))
      ${ask.domain === null ? '' : 'AND domain = ?'} ${ask.day === null ? '' : 'AND day = ?'}
      ${ask.accountId === null ? '' : 'AND domain IN (SELECT name FROM domains WHERE account_id = ?)'} ORDER BY day DESC, domain LIMIT ?`,
    [day, day, domain, ...[ask.domain, ask.day, ask.accountId].filter(one => one !== null), ask.limit],
  );
  const shown = [];
  for (const row of rows) {
    const key = [row['domain'] as string, Number(row['day'])] as const;
    const report = await db.get('SELECT * FROM tls_reports_out WHERE domain = ? AND day = ?', key);
    shown.push({ domain: key[0], day: key[1], report: report ? reportOf(report) : null });
  }
  return shown;
}

/** Days before then go, with their reports. */
async function purge(db: Db, before: number, _ctx: WriteContext): Promise<void> {
  await db.run('DELETE FROM tls_results WHERE day < ?', [before]);
  await db.run('DELETE FROM tls_reports_out WHERE day < ?', [before]);
}

const reportOf = (row: Row): OwnReport => ({
  domain: row['domain'] as string,
  day: Number(row['day']),
  reportId: row['report_id'] as string,
  state: row['state'] as ReportState,
  tries: Number(row['tries']),
  nextAt: row['next_at'] === null ? null : Number(row['next_at']),
  giveUpAt: Number(row['give_up_at']),
  destinations: row['destinations'] === null ? null : (JSON.parse(row['destinations'] as string) as readonly Destination[]),
});

export const tlsResults = { reads: { sums, unplanned, due, days }, writes: { add, plan, take, settle, purge } };
