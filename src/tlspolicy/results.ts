// The result types of TLS reports (RFC 8460 section 4.3): those that one session can have, and those of getting the policy.
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
