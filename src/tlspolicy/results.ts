// The result types of TLS reports (RFC 8460 section 4.3): those that one session can have, and those of getting the policy; and what
// delivery tells of one session.
import type { StsFailure } from './sts-cache.ts';

export const SESSION_FAILURES = [
  'starttls-not-supported',
  'certificate-host-mismatch',
  'certificate-expired',
  'certificate-not-trusted',
  'validation-failure',
  'tlsa-invalid',
  'dnssec-invalid',
  'dane-required',
] as const;
export type SessionFailure = (typeof SESSION_FAILURES)[number];
export type ResultType = SessionFailure | StsFailure;
export type PolicyType = 'tlsa' | 'sts' | 'no-policy-found';

/** One session with a host of a recipient domain, as delivery saw it. */
export type SessionResult = {
  /** The recipient domain: its `_smtp._tls` record says who wants to know. */
  readonly domain: string;
  /** The policy as it was applied: lines of the MTA-STS file, or TLSA records in presentation form; `domain` is where it was published. */
  readonly policy: {
    readonly type: PolicyType;
    readonly strings: readonly string[];
    readonly domain: string;
    readonly mxHosts: readonly string[];
  };
  /** False without a failure: the session ended for another reason than TLS, and nothing is counted. */
  readonly ok: boolean;
  /** Counted as failed also when the mail went on (mode testing, opportunistic). */
  readonly failure: SessionFailureDetail | null;
};
export type SessionFailureDetail = {
  readonly result: ResultType;
  readonly sendingIp: string | null;
  readonly receivingHost: string | null;
  readonly receivingIp: string | null;
  /** An error code or a short text. */
  readonly detail: string | null;
};
