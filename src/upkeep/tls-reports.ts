// Sends yesterday's TLS reports (RFC 8460) to the domains that ask for them, each domain and day once: by mail, signed and put into the queue
// in the commit that records it, or by HTTPS, tried for a day. The store keeps where each report stands, so restarts change nothing.
import type { Destination, OwnReport, ReportState, ShownSum } from '../engines/store/control/tls-results.ts';
import { newId } from '../engines/ids.ts';
import type { Engines } from '../engines/open.ts';
import type { NewMessage } from '../engines/store/types.ts';
import { normalAddress } from '../message/addresses.ts';
import { ownMail } from '../report/own-mail.ts';
import { packReport, tlsReportMail } from '../tlspolicy/report-mail.ts';
import type { PolicyType, ResultType } from '../tlspolicy/results.ts';
import { addUp, readTlsRptRecord, reportDay, writeTlsReport, type ReportPolicy } from '../tlspolicy/tls-rpt.ts';

type Deps = Pick<Engines, 'config' | 'clock' | 'log' | 'metrics' | 'store' | 'vault' | 'resolver' | 'http'>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Doors write what they counted before midnight within seconds. */
const SETTLE_MS = 5 * MINUTE;
/** RFC 8460 section 4.1: receivers would be overrun if all reports came at midnight. */
const SPREAD_MS = 4 * HOUR;
/** RFC 8460 section 5.5: tried again for a day. */
const GIVE_UP_MS = DAY;
const FIRST_RETRY_MS = 10 * MINUTE;
const LAST_RETRY_MS = 4 * HOUR;
const POST = { timeoutMs: 15_000, maxAnswer: 4_096 } as const;
const A_ROUND = 100;
/** Reports under way at once: a receiver that does not answer holds up no other for long. */
const AT_ONCE = 10;

/** A round plans reports for the days that are over and sends what is due. To be run every minute or so. */
export function newTlsReports(deps: Deps): () => Promise<void> {
  // Looking for days without a report goes through all sums that are kept: once a day, and after a start.
  let plannedBefore = 0;
  return async () => {
    if (!deps.config.tlsReports) return;
    const before = Math.floor((deps.clock.now() - SETTLE_MS) / DAY);
    if (before > plannedBefore) await planReports(deps, before);
    plannedBefore = before;
    for (;;) {
      const due = await deps.store.tlsResults.due({ now: deps.clock.now(), limit: A_ROUND });
      const ends: (ReportState | null)[] = [];
      for (let at = 0; at < due.length; at += AT_ONCE) {
        ends.push(...(await Promise.all(due.slice(at, at + AT_ONCE).map(one => send(deps, one)))));
      }
      tell(deps, ends);
      if (due.length < A_ROUND) return;
    }
  };
}

/** One line a round: a thousand domains may want what cannot be sent. */
function tell({ log, metrics }: Deps, ends: readonly (ReportState | null)[]): void {
  for (const state of ends) if (state) metrics.count('sesame_tls_reports_sent_total', { result: state });
  const failed = ends.filter(one => one === 'failed').length;
  if (failed > 0) log.warn('TLS reports could not be delivered for a day and are given up', { count: failed });
  const unsigned = ends.filter(one => one === 'unsigned').length;
  if (unsigned === 0) return;
  const cure = 'add and verify the host name, or the domain above it, as a sending domain';
  log.warn(`TLS reports by mail were not sent, because nothing signs mail from SESAME_HOSTNAME: ${cure}`, { count: unsigned });
}

async function planReports({ store, clock, config }: Deps, before: number): Promise<void> {
  for (;;) {
    const found = await store.tlsResults.unplanned({ before, limit: A_ROUND });
    if (found.length === 0) return;
    await store.tlsResults.plan(
      found.map(({ domain, day }) => {
        const nextAt = Math.max(clock.now(), Math.round((day + 1) * DAY + SETTLE_MS + Math.random() * SPREAD_MS));
        return { domain, day, reportId: `${isoDay(day)}.${domain}@${config.hostname}`, nextAt, giveUpAt: nextAt + GIVE_UP_MS };
      }),
    );
  }
}

/** One try of one report; how it ended, null while it has not. */
async function send(deps: Deps, report: OwnReport): Promise<ReportState | null> {
  const { store, clock } = deps;
  const retryAt = clock.now() + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** report.tries);
  if (!(await store.tlsResults.take({ report, until: retryAt }))) return null;
  const wanted = report.destinations ?? (await destinations(deps, report.domain));
  const { after, mails } = wanted ? await attempt(deps, report, wanted) : { after: null, mails: [] };
  const waits = (after === null || after.some(one => one.state === 'waiting')) && retryAt <= report.giveUpAt;
  const state = waits ? 'waiting' : ended(after);
  const settled = { ...report, tries: report.tries + 1, state, destinations: after, nextAt: waits ? retryAt : null };
  // Without room on the disk nothing is recorded and nothing leaves by mail: the next try is due already.
  const outcome = await store.tlsResults.settle({ report: settled, mails });
  return outcome === 'recorded' && !waits ? state : null;
}

/** `after` null: the domain's wish could not be looked up. */
function ended(after: readonly Destination[] | null): ReportState {
  if (after === null) return 'failed';
  if (after.length === 0) return 'unwanted';
  if (after.some(one => one.state === 'sent' || one.state === 'queued')) return 'sent';
  return after.some(one => one.state === 'waiting') ? 'failed' : 'unsigned';
}

/** Empty: the domain wants none. null: DNS does not say. */
async function destinations({ resolver }: Deps, domain: string): Promise<readonly Destination[] | null> {
  const answer = await resolver.lookUp(`_smtp._tls.${domain}`, 'TXT');
  if (answer.kind === 'nodata' || answer.kind === 'nxdomain') return [];
  if (answer.kind !== 'records') return null;
  return [...new Set(readTlsRptRecord(answer.records))].map(uri => ({ uri, state: 'waiting', said: null }));
}

/** Every destination that waits: the others have it. */
async function attempt(
  deps: Deps,
  report: OwnReport,
  all: readonly Destination[],
): Promise<{ readonly after: readonly Destination[]; readonly mails: readonly NewMessage[] }> {
  if (all.length === 0) return { after: all, mails: [] };
  const signer = await signingDomain(deps);
  const packed = packReport(await written(deps, report));
  const mails: NewMessage[] = [];
  const after: Destination[] = [];
  for (const one of all) {
    if (one.state !== 'waiting') after.push(one);
    else if (/^https:/i.test(one.uri)) after.push(await posted(deps, one, packed));
    else {
      const to = addressOf(one.uri);
      if (to === null) after.push({ ...one, said: 'no address' });
      else if (signer === null) after.push({ ...one, state: 'unsigned' });
      else {
        mails.push(mailOf(deps, report, to, signer, packed));
        after.push({ ...one, state: 'queued' });
      }
    }
  }
  return { after, mails };
}

async function posted({ http }: Deps, one: Destination, packed: Buffer): Promise<Destination> {
  const answer = await http.post(one.uri, { 'content-type': 'application/tlsrpt+gzip' }, packed, POST);
  if ('failed' in answer) return { ...one, said: `${answer.why}: ${answer.text}`.slice(0, 200) };
  return { ...one, state: answer.status >= 200 && answer.status < 300 ? 'sent' : 'waiting', said: String(answer.status) };
}

/** RFC 6068: the address before `?`, percent-encoded. */
function addressOf(uri: string): string | null {
  const text = uri.slice('mailto:'.length).replace(/\?.*$/s, '');
  try {
    return normalAddress(decodeURIComponent(text));
  } catch {
    return null;
  }
}

/** Section 3: receivers ignore mail that is not signed. Own mail is signed by the registered domain that covers our host name. */
async function signingDomain({ store, config }: Deps): Promise<string | null> {
  const domain = await store.domains.covering(config.hostname);
  if (domain?.state !== 'verified') return null;
  return (await store.domains.dkim(domain.name)).some(key => key.state === 'active') ? domain.name : null;
}

async function written({ store, config }: Deps, report: OwnReport): Promise<string> {
  const { domain, day, reportId } = report;
  const policies = policiesOf(domain, await store.tlsResults.sums({ domain, day }));
  // A role of ours: no person's address stands in a report.
  const contact = `postmaster@${config.hostname}`;
  return writeTlsReport({ organization: config.hostname, contact, id: reportId, ...reportDay(day * DAY), policies });
}

/** The policies of a day's rows as the report tells them. */
export const policiesOf = (domain: string, sums: readonly ShownSum[]): readonly ReportPolicy[] =>
  addUp(sums.map(resultOf)).get(domain) ?? [];

function resultOf(sum: ShownSum): Parameters<typeof addUp>[0] extends Iterable<infer R> ? R : never {
  const failure = {
    type: sum.result as ResultType,
    sendingIp: sum.sendingIp,
    mxHost: sum.receivingHost,
    mxHelo: null,
    receivingIp: sum.receivingIp,
    reasonCode: sum.detail,
    info: null,
  };
  return {
    policyType: sum.policyType as PolicyType,
    domain: sum.domain,
    policyDomain: sum.policyDomain,
    policyStrings: sum.policy,
    mxHosts: sum.mxHosts,
    failure: sum.result === '' ? null : failure,
    count: sum.count,
  };
}

/** Opportunistic, whatever the policy of the domain (section 3); `tlsReport` in its record says that its sessions are not counted. */
function mailOf(deps: Deps, report: OwnReport, to: string, submitter: string, packed: Buffer): NewMessage {
  const { vault, config, clock } = deps;
  const { hostname } = config;
  const { domain, day, reportId } = report;
  const at = clock.now();
  const id = newId('msg', at);
  const messageId = `<${id.slice(4)}@${hostname}>`;
  const begin = (day * DAY) / 1_000;
  const from = `tls-reports@${hostname}`;
  const raw = tlsReportMail({ from, to, submitter, domain, reportId, messageId, at, begin, end: begin + 86_399, packed });
  const record = { tlsReport: domain };
  const contentLifetimeMs = Math.min(GIVE_UP_MS, config.contentLifetimeMs);
  return ownMail(
    { vault, hostname, contentLifetimeMs },
    { id, to, raw, messageId, accountId: null, tls: 'opportunistic', requireTls: false, record, at },
  );
}

export const isoDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
