// Reads a TLS report that somebody sent us (RFC 8460 section 4.4). Known keys only, every text cut and cleaned, every list bounded;
// reports in the wild leave out much, so what is missing is null and only a text that is no report at all is refused.
import { MAX_REPORT_BYTES, MAX_REPORT_FAILURES, MAX_REPORT_POLICIES, MAX_REPORT_TEXT } from './bounds.ts';
import type { ReportPolicy, TlsReport } from './tls-rpt.ts';

type Json = Readonly<Record<string, unknown>>;

/** The unpacked JSON; null when it is none, too large, or no report. */
export function readTlsReport(json: Buffer | string): TlsReport | null {
  if (json.length > MAX_REPORT_BYTES) return null;
  const report = parsed(json);
  const policies = report?.['policies'];
  if (!report || !Array.isArray(policies)) return null;
  const range = objectOf(report['date-range']);
  const left = { failures: MAX_REPORT_FAILURES };
  return {
    organization: textOf(report['organization-name']),
    contact: textOf(report['contact-info']),
    id: textOf(report['report-id']),
    from: textOf(range['start-datetime']),
    to: textOf(range['end-datetime']),
    policies: policies.slice(0, MAX_REPORT_POLICIES).map(one => policyOf(objectOf(one), left)),
  };
}

function parsed(json: Buffer | string): Json | null {
  try {
    const text = json.toString('utf8');
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function policyOf(one: Json, left: { failures: number }): ReportPolicy {
  const policy = objectOf(one['policy']);
  const summary = objectOf(one['summary']);
  const details = one['failure-details'];
  const failures = (Array.isArray(details) ? details : []).slice(0, left.failures).map(objectOf);
  left.failures -= failures.length;
  return {
    type: textOf(policy['policy-type']) ?? '',
    domain: textOf(policy['policy-domain']),
    strings: textsOf(policy['policy-string']),
    mxHosts: textsOf(policy['mx-host']),
    successful: countOf(summary['total-successful-session-count']),
    failed: countOf(summary['total-failure-session-count']),
    failures: failures.map(failure => ({
      type: textOf(failure['result-type']) ?? '',
      sendingIp: textOf(failure['sending-mta-ip']),
      mxHost: textOf(failure['receiving-mx-hostname']),
      mxHelo: textOf(failure['receiving-mx-helo']),
      receivingIp: textOf(failure['receiving-ip']),
      reasonCode: textOf(failure['failure-reason-code']),
      info: textOf(failure['additional-information']),
      count: countOf(failure['failed-session-count']),
    })),
  };
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Json => (isObject(value) ? value : {});

function textOf(value: unknown): string | null {
  return typeof value === 'string'
    ? value
        .slice(0, MAX_REPORT_TEXT)
        .toWellFormed()
        .replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ')
    : null;
}

/** A list of texts; some senders give a single one without brackets. */
function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value.slice(0, 100) : [value]).map(textOf).filter(one => one !== null);
}

function countOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : null;
}
