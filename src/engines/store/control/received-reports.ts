// What others report of our domains, as sums: TLS sessions (RFC 8460) and DMARC results (RFC 9990). A report is kept once; one whose
// sender is not proven is kept apart, in a smaller room, so that nobody can push real ones out or claim their ids.
import type { Db, Row, WriteContext } from '../types.ts';

export type ReportHead = {
  /** The registered domain of ours. */
  readonly domain: string;
  /** Days since 1970, UTC. */
  readonly day: number;
  /** The DKIM signature of `reporter` was good. */
  readonly signed: boolean;
  readonly reporter: string;
  readonly organization: string | null;
  readonly reportId: string;
  /** Epoch ms; null where the report says nothing that makes sense. */
  readonly from: number | null;
  readonly to: number | null;
};
export type FailureSum = {
  readonly type: string;
  readonly count: number | null;
  readonly sendingIp: string | null;
  readonly mxHost: string | null;
  readonly receivingIp: string | null;
  readonly info: string | null;
};
export type TlsRow = {
  readonly policyType: string;
  readonly policyDomain: string | null;
  readonly policy: readonly string[];
  readonly mxHosts: readonly string[];
  readonly successful: number | null;
  readonly failed: number | null;
  readonly failures: readonly FailureSum[];
};
export type DmarcRow = {
  /** null: several, added up. */
  readonly sourceIp: string | null;
  readonly headerFrom: string;
  readonly disposition: string;
  readonly dkim: string;
  readonly spf: string;
  readonly count: number;
};
export type Kept = ReportHead & { readonly seq: number; readonly at: number };
export type Outcome = 'kept' | 'duplicate' | 'no_room';
type Ask = {
  readonly accountId: string | null;
  readonly domain: string | null;
  readonly day: number | null;
  readonly before: number;
  readonly limit: number;
};

const DAY = 86_400_000;
/** Reports of one domain that are kept in a day, signed and not: a large sender hears from some hundred reporters. */
const MOST = { signed: 1_000, unsigned: 50 } as const;
type Table = 'tls_reports_in' | 'dmarc_reports';

/** Whether there is room for the report, and whether it is there already. */
async function outcomeOf(db: Db, table: Table, head: ReportHead, now: number): Promise<Outcome> {
  const { domain, reporter, reportId } = head;
  const signed = head.signed ? 1 : 0;
  const where = 'domain = ? AND signed = ?';
  if (
    await db.get(`SELECT seq FROM ${table} WHERE ${where} AND reporter = ? AND report_id = ? LIMIT 1`, [domain, signed, reporter, reportId])
  )
    return 'duplicate';
  const row = await db.get(`SELECT count(*) AS reports FROM ${table} WHERE ${where} AND n = 0 AND at > ?`, [domain, signed, now - DAY]);
  return Number(row?.['reports'] ?? 0) < (head.signed ? MOST.signed : MOST.unsigned) ? 'kept' : 'no_room';
}

const headValues = (head: ReportHead, now: number) =>
  [now, head.domain, head.day, head.signed ? 1 : 0, head.reporter, head.organization, head.reportId] as const;

async function addTls(db: Db, report: ReportHead & { readonly rows: readonly TlsRow[] }, ctx: WriteContext): Promise<Outcome> {
  const outcome = await outcomeOf(db, 'tls_reports_in', report, ctx.now());
  if (outcome !== 'kept') return outcome;
  for (const [n, row] of report.rows.entries()) {
    await db.run(
      `INSERT INTO tls_reports_in (at, domain, day, signed, reporter, organization, report_id, n, from_at, to_at, policy_type,
        policy_domain, policy, mx_hosts, successful, failed, failures) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...headValues(report, ctx.now()),
        n,
        report.from,
        report.to,
        row.policyType,
        row.policyDomain,
        JSON.stringify(row.policy),
        JSON.stringify(row.mxHosts),
        row.successful,
        row.failed,
        JSON.stringify(row.failures),
      ],
    );
  }
  return 'kept';
}

async function addDmarc(
  db: Db,
  report: ReportHead & { readonly policy: string; readonly rows: readonly DmarcRow[] },
  ctx: WriteContext,
): Promise<Outcome> {
  const outcome = await outcomeOf(db, 'dmarc_reports', report, ctx.now());
  if (outcome !== 'kept') return outcome;
  for (const [n, row] of report.rows.entries()) {
    await db.run(
      `INSERT INTO dmarc_reports (at, domain, day, signed, reporter, organization, report_id, n, from_at, to_at, policy, source_ip,
        header_from, disposition, dkim, spf, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...headValues(report, ctx.now()),
        n,
        report.from,
        report.to,
        report.policy,
        row.sourceIp,
        row.headerFrom,
        row.disposition,
        row.dkim,
        row.spf,
        row.count,
      ],
    );
  }
  return 'kept';
}

async function page(db: Db, table: Table, ask: Ask): Promise<readonly Row[]> {
  const wishes = [ask.domain, ask.day, ask.accountId].filter(one => one !== null);
  return db.all(
    `SELECT * FROM ${table} WHERE seq < ? ${ask.domain === null ? '' : 'AND domain = ?'} ${ask.day === null ? '' : 'AND day = ?'}
      ${ask.accountId === null ? '' : 'AND domain IN (SELECT name FROM domains WHERE account_id = ?)'} ORDER BY seq DESC LIMIT ?`,
    [ask.before, ...wishes, ask.limit],
  );
}

/** Newest first; `accountId`: reports of its domains only. */
async function listTls(db: Db, ask: Ask): Promise<readonly (Kept & TlsRow)[]> {
  return (await page(db, 'tls_reports_in', ask)).map(row => ({
    ...headOf(row),
    policyType: row['policy_type'] as string,
    policyDomain: row['policy_domain'] as string | null,
    policy: JSON.parse(row['policy'] as string) as readonly string[],
    mxHosts: JSON.parse(row['mx_hosts'] as string) as readonly string[],
    successful: count(row['successful']),
    failed: count(row['failed']),
    failures: JSON.parse(row['failures'] as string) as readonly FailureSum[],
  }));
}

async function listDmarc(db: Db, ask: Ask): Promise<readonly (Kept & DmarcRow & { readonly policy: string })[]> {
  return (await page(db, 'dmarc_reports', ask)).map(row => ({
    ...headOf(row),
    policy: row['policy'] as string,
    sourceIp: row['source_ip'] as string | null,
    headerFrom: row['header_from'] as string,
    disposition: row['disposition'] as string,
    dkim: row['dkim'] as string,
    spf: row['spf'] as string,
    count: Number(row['count']),
  }));
}

type Sums = { readonly hits: number; readonly of: number } | null;

/** Mails from these addresses since that day that failed DMARC, among all: by signed reports about these domains. null = no report. */
async function dmarcFailures(
  db: Db,
  ask: { readonly domains: readonly string[]; readonly ips: readonly string[]; readonly sinceDay: number },
): Promise<Sums> {
  if (ask.domains.length === 0 || ask.ips.length === 0) return null;
  const row = await db.get(
    `SELECT sum(count) AS total, sum(CASE WHEN dkim = 'pass' OR spf = 'pass' THEN 0 ELSE count END) AS failed FROM dmarc_reports
      WHERE signed = 1 AND day >= ? AND domain IN (${marks(ask.domains)}) AND source_ip IN (${marks(ask.ips)})`,
    [ask.sinceDay, ...ask.domains, ...ask.ips],
  );
  return row?.['total'] ? { hits: Number(row['failed']), of: Number(row['total']) } : null;
}

/** Sessions with the mail hosts of these domains since that day that failed, among all: by signed reports. null = no report. */
async function tlsFailures(db: Db, ask: { readonly domains: readonly string[]; readonly sinceDay: number }): Promise<Sums> {
  if (ask.domains.length === 0) return null;
  const row = await db.get(
    `SELECT sum(successful) AS successful, sum(failed) AS failed FROM tls_reports_in
      WHERE signed = 1 AND day >= ? AND domain IN (${marks(ask.domains)})`,
    [ask.sinceDay, ...ask.domains],
  );
  const [failed, successful] = [Number(row?.['failed'] ?? 0), Number(row?.['successful'] ?? 0)];
  return failed + successful > 0 ? { hits: failed, of: failed + successful } : null;
}

const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ');

const count = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

const headOf = (row: Row): Kept => ({
  seq: Number(row['seq']),
  at: Number(row['at']),
  domain: row['domain'] as string,
  day: Number(row['day']),
  signed: Number(row['signed']) === 1,
  reporter: row['reporter'] as string,
  organization: row['organization'] as string | null,
  reportId: row['report_id'] as string,
  from: count(row['from_at']),
  to: count(row['to_at']),
});

/** What came before then goes. */
async function purge(db: Db, before: number, _ctx: WriteContext): Promise<void> {
  await db.run('DELETE FROM tls_reports_in WHERE at < ?', [before]);
  await db.run('DELETE FROM dmarc_reports WHERE at < ?', [before]);
}

export const receivedReports = { reads: { listTls, listDmarc, dmarcFailures, tlsFailures }, writes: { addTls, addDmarc, purge } };
