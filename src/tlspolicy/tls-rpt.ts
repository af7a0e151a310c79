// TLS reports (RFC 8460): where a domain wants them, a day's sessions added up, and the JSON report written. The mail around it is
// built elsewhere; reading one is tls-report-read.ts.
import { MAX_REPORT_TEXT, MAX_RUA, MAX_TOLD_FAILURES } from './bounds.ts';
import type { PolicyType, ResultType } from './results.ts';
import { taggedRecord } from './tagged.ts';

/** One session, or several alike (`count`). */
export type TlsResult = {
  readonly policyType: PolicyType;
  readonly domain: string;
  /** Where the policy was published, when that is not the recipient domain itself. */
  readonly policyDomain?: string;
  /** The policy as it was applied: lines of the MTA-STS file, or TLSA records in presentation form. */
  readonly policyStrings: readonly string[];
  /** The mx patterns of an MTA-STS policy. */
  readonly mxHosts: readonly string[];
  readonly failure: Failure | null;
  readonly count: number;
};
export type Failure = {
  /** One of ResultType in our own reports; a stranger's word stays as it is. */
  readonly type: string;
  readonly sendingIp: string | null;
  readonly mxHost: string | null;
  readonly mxHelo: string | null;
  readonly receivingIp: string | null;
  readonly reasonCode: string | null;
  readonly info: string | null;
};
export type OurFailure = Failure & { readonly type: ResultType };

export type ReportPolicy = {
  readonly type: string;
  readonly domain: string | null;
  readonly strings: readonly string[];
  readonly mxHosts: readonly string[];
  /** null = the report does not say. */
  readonly successful: number | null;
  readonly failed: number | null;
  readonly failures: readonly (Failure & { readonly count: number | null })[];
};
export type TlsReport = {
  readonly organization: string | null;
  readonly contact: string | null;
  readonly id: string | null;
  /** RFC 3339, UTC. */
  readonly from: string | null;
  readonly to: string | null;
  readonly policies: readonly ReportPolicy[];
};

/** Where the TXT records at `_smtp._tls.DOMAIN` want reports (section 3): `mailto:` and `https:`; null = nowhere. */
export function readTlsRptRecord(txt: readonly string[]): readonly string[] | null {
  const fields = taggedRecord(txt, 'TLSRPTv1') ?? [];
  const wanted = fields
    .filter(([name]) => name === 'rua')
    .flatMap(([, value]) => value.split(','))
    .map(one => one.trim());
  const known = wanted.filter(one => /^mailto:[^@!,;\s]+@[^@!,;\s]+$|^https:\/\/[^/!,;\s]+(?:\/[^!,;\s]*)?$/i.test(one)).slice(0, MAX_RUA);
  return known.length > 0 ? known : null;
}

/** Adds up sessions by domain and policy, failures by all that is told of them; what exceeds the bound is added up by its type alone. */
export function addUp(
  results: Iterable<TlsResult & { readonly failure: OurFailure | null }>,
): ReadonlyMap<string, readonly ReportPolicy[]> {
  const domains = new Map<string, Map<string, Sum>>();
  for (const one of results) {
    const domain = one.domain.toLowerCase();
    const policies = domains.get(domain) ?? new Map<string, Sum>();
    domains.set(domain, policies);
    const key = JSON.stringify([one.policyType, one.policyDomain ?? domain, one.policyStrings, one.mxHosts]);
    const sum = policies.get(key) ?? { first: one, successful: 0, failed: 0, failures: new Map() };
    policies.set(key, sum);
    if (one.failure === null) sum.successful += one.count;
    else {
      sum.failed += one.count;
      addFailure(sum.failures, one.failure, one.count);
    }
  }
  return new Map([...domains].map(([domain, sums]) => [domain, [...sums.values()].map(sum => policyOf(domain, sum))]));
}

type Sum = {
  readonly first: TlsResult;
  successful: number;
  failed: number;
  readonly failures: Map<string, { readonly failure: Failure; count: number }>;
};

function addFailure(failures: Sum['failures'], failure: Failure, count: number): void {
  const bare = { ...NOTHING, type: failure.type };
  const { type, sendingIp, mxHost, mxHelo, receivingIp, reasonCode, info } = failure;
  const whole = JSON.stringify([type, sendingIp, mxHost, mxHelo, receivingIp, reasonCode, info]);
  const told = failures.has(whole) || failures.size < MAX_TOLD_FAILURES ? failure : bare;
  const key = told === failure ? whole : type;
  const sum = failures.get(key) ?? { failure: told, count: 0 };
  failures.set(key, sum);
  sum.count += count;
}

const NOTHING = { sendingIp: null, mxHost: null, mxHelo: null, receivingIp: null, reasonCode: null, info: null };

function policyOf(domain: string, sum: Sum): ReportPolicy {
  return {
    type: sum.first.policyType,
    domain: sum.first.policyDomain ?? domain,
    strings: sum.first.policyStrings,
    mxHosts: sum.first.mxHosts,
    successful: sum.successful,
    failed: sum.failed,
    failures: [...sum.failures.values()].map(({ failure, count }) => ({ ...failure, count })),
  };
}

/** The times of a report on the UTC day that `at` lies in (section 4.1: from midnight to 23:59:59). */
export function reportDay(at: number): { readonly from: string; readonly to: string } {
  const day = new Date(at).toISOString().slice(0, 10);
  return { from: `${day}T00:00:00Z`, to: `${day}T23:59:59Z` };
}

/** The report as JSON (section 4.4); what is null or empty is left out. */
export function writeTlsReport(report: TlsReport): string {
  return JSON.stringify({
    'organization-name': text(report.organization),
    'date-range': { 'start-datetime': text(report.from), 'end-datetime': text(report.to) },
    'contact-info': text(report.contact),
    'report-id': text(report.id),
    policies: report.policies.map(one => ({
      policy: {
        'policy-type': one.type,
        'policy-string': list(one.strings),
        'policy-domain': text(one.domain),
        'mx-host': list(one.mxHosts),
      },
      summary: { 'total-successful-session-count': one.successful ?? undefined, 'total-failure-session-count': one.failed ?? undefined },
      'failure-details': one.failures.length > 0 ? one.failures.map(failureJson) : undefined,
    })),
  });
}

function failureJson(one: ReportPolicy['failures'][number]): Readonly<Record<string, string | number | undefined>> {
  return {
    'result-type': one.type,
    'sending-mta-ip': text(one.sendingIp),
    'receiving-mx-hostname': text(one.mxHost),
    'receiving-mx-helo': text(one.mxHelo),
    'receiving-ip': text(one.receivingIp),
    'failed-session-count': one.count ?? undefined,
    'additional-information': text(one.info),
    'failure-reason-code': text(one.reasonCode),
  };
}

const text = (value: string | null): string | undefined => value?.slice(0, MAX_REPORT_TEXT);
const list = (values: readonly string[]): readonly string[] | undefined => (values.length > 0 ? values : undefined);
