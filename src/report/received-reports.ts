// Reports about our domains that come to tls-reports@ and dmarc-reports@ of our host name (RFC 8460, RFC 9990): read, kept as sums, and the
// mail thrown away. Anybody can send one: only what the reporter's own domain signed counts, the rest is kept apart and shown as such.
import type { ReportHead, TlsRow } from '../engines/store/control/received-reports.ts';
import type { Store } from '../engines/store/subjects.ts';
import type { Clock, Log, Metrics } from '../engines/types.ts';
import type { Decided, Refusal } from '../mail.ts';
import { domainName } from '../message/addresses.ts';
import { firstOf, readHeaders } from '../message/headers.ts';
import type { DmarcSums } from '../reports/dmarc-sums.ts';
import { impersonal } from '../tlspolicy/impersonal.ts';
import type { TlsReport } from '../tlspolicy/tls-rpt.ts';
import type { ReadAnswer, ReadAsk } from './read-reports.ts';

export type ReportsDeps = {
  readonly store: Pick<Store, 'receivedReports' | 'domains'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A worker; null: it did not come to an end. */
  readonly read: (ask: ReadAsk) => Promise<ReadAnswer | null>;
  /** The domain of a good signature by a key for TLS reports only (`s=tlsrpt`, section 3), which is no key for mail. */
  readonly signerOfTls: (raw: Buffer) => Promise<string | null>;
};

const DAY = 86_400_000;
/** A report about a time that is longer ago or still to come is filed under the day it came on. */
const OLDEST_MS = 60 * DAY;
/** Policies kept of one report, failures kept of one policy: domains have one or two, and some ten. */
const MOST_POLICIES = 20;
const MOST_FAILURES = 50;
const MOST_STRINGS = 50;

type Kind = ReadAsk['kind'];
const BOXES: Readonly<Record<string, Kind>> = { 'tls-reports': 'tls', 'dmarc-reports': 'dmarc' };

/** Keeps the reports in a mail to our mailboxes for them. A refusal only where it is our own fault that one could not be read. */
export async function takeReports(deps: ReportsDeps, mail: Decided): Promise<Refusal | null> {
  const routes = mail.party.kind === 'stranger' ? mail.party.routes : [];
  const kinds = new Set(routes.map(route => BOXES[route.id]).filter(kind => kind !== undefined));
  // Kept as unsigned it would never count, and its sender would not send it again.
  if (kinds.size > 0 && mail.auth.dkim.result === 'temperror') return later('the signature of the report could not be checked');
  for (const kind of kinds) {
    const found = await deps.read({ kind, raw: mail.raw });
    if (!found) return later('the report could not be read in time');
    const result = await keep(deps, mail, kind, found);
    deps.metrics.count('sesame_reports_received_total', { kind, result });
    if (result !== 'kept') deps.log.info('a report was not kept', { emailId: mail.id, reason: result, domain: mail.fromDomain });
  }
  return null;
}

function later(why: string): Refusal {
  return { refused: true, reason: 'internal', code: 451, enhanced: '4.3.0', text: `${why}, try again later` };
}

async function keep(deps: ReportsDeps, mail: Decided, kind: Kind, { tls, dmarc }: ReadAnswer): Promise<string> {
  if (tls) return keepTls(deps, mail, tls);
  if (dmarc) return keepDmarc(deps, mail, dmarc);
  return kind === 'tls' ? 'no_tls_report' : 'no_dmarc_report';
}

async function keepTls(deps: ReportsDeps, mail: Decided, report: TlsReport): Promise<string> {
  const block = readHeaders(mail.raw);
  const claimed = domainName(firstOf(mail.raw, block, 'tls-report-submitter')?.trim() ?? '') ?? mail.fromDomain;
  const from = epochMs(report.from);
  const to = epochMs(report.to);
  const signer = mail.auth.dkim.result === 'pass' ? mail.auth.dkim.domain : await deps.signerOfTls(mail.raw);
  const head = {
    ...filed(from, to, deps.clock.now()),
    ...reporterOf(signer, claimed),
    organization: words(report.organization),
    // Without an id of its own a report is known by its time.
    reportId: (report.id ?? `${report.from ?? ''}/${report.to ?? ''}`).slice(0, 250),
  };
  // A policy of DANE is published at the mail host, which many domains share: the header says whom the report is for.
  const named = await ours(deps, firstOf(mail.raw, block, 'tls-report-domain')?.trim() ?? '');
  const byDomain = new Map<string, TlsRow[]>();
  for (const policy of report.policies.slice(0, MOST_POLICIES)) {
    const domain = named ?? (await ours(deps, policy.domain ?? ''));
    if (domain === null) continue;
    const failures = policy.failures.slice(0, MOST_FAILURES).map(({ type, count, sendingIp, mxHost, receivingIp, reasonCode, info }) => ({
      type: type.slice(0, 100),
      count,
      sendingIp: short(sendingIp),
      mxHost: short(mxHost),
      receivingIp: short(receivingIp),
      info: words(reasonCode ?? info),
    }));
    const row: TlsRow = {
      policyType: policy.type.slice(0, 100),
      policyDomain: short(policy.domain),
      policy: policy.strings.slice(0, MOST_STRINGS),
      mxHosts: policy.mxHosts.slice(0, MOST_STRINGS),
      successful: policy.successful,
      failed: policy.failed,
      failures,
    };
    byDomain.set(domain, [...(byDomain.get(domain) ?? []), row]);
  }
  const outcomes = await Promise.all([...byDomain].map(([domain, rows]) => deps.store.receivedReports.addTls({ ...head, domain, rows })));
  return outcomes.find(one => one === 'kept') ?? outcomes[0] ?? 'not_ours';
}

async function keepDmarc(deps: ReportsDeps, mail: Decided, report: DmarcSums): Promise<string> {
  const domain = await ours(deps, report.domain);
  if (domain === null) return 'not_ours';
  const from = report.begin === null ? null : report.begin * 1_000;
  const to = report.end === null ? null : report.end * 1_000;
  const { organization, policy, rows } = report;
  return deps.store.receivedReports.addDmarc({
    ...filed(from, to, deps.clock.now()),
    ...reporterOf(mail.auth.dkim.result === 'pass' ? mail.auth.dkim.domain : null, mail.fromDomain),
    organization: organization === '' ? null : organization,
    reportId: report.reportId || `${report.begin ?? ''}/${report.end ?? ''}`,
    domain,
    policy,
    rows,
  });
}

/** The verified domain of ours that covers a name. */
async function ours({ store }: ReportsDeps, text: string): Promise<string | null> {
  const name = domainName(text.toLowerCase().slice(0, 300));
  const domain = name ? await store.domains.covering(name) : null;
  return domain?.state === 'verified' ? domain.name : null;
}

/** Who reports: the signing domain where it is, or is above or below, the one that claims to. */
function reporterOf(signer: string | null, claimed: string): Pick<ReportHead, 'signed' | 'reporter'> {
  const by = signer?.toLowerCase() ?? null;
  const fits = by !== null && (by === claimed || claimed.endsWith(`.${by}`) || (claimed.includes('.') && by.endsWith(`.${claimed}`)));
  return by !== null && fits ? { signed: true, reporter: by } : { signed: false, reporter: claimed };
}

function filed(from: number | null, to: number | null, now: number): Pick<ReportHead, 'day' | 'from' | 'to'> {
  const sound = from !== null && from > now - OLDEST_MS && from < now + DAY;
  const end = to !== null && from !== null && to >= from && to < now + OLDEST_MS ? to : null;
  return sound ? { day: Math.floor(from / DAY), from, to: end } : { day: Math.floor(now / DAY), from: null, to: null };
}

function epochMs(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

const words = (text: string | null): string | null => (text === null ? null : impersonal(text, 255));
const short = (text: string | null): string | null => text?.slice(0, 255) ?? null;
