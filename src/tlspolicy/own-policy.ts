// The MTA-STS policy of a domain whose mail we receive (RFC 8461 section 3.2), and its id: made from the text, so that it changes when the
// policy does and only then.
import { createHash } from 'node:crypto';
import { OWN_MAX_AGE } from './bounds.ts';
import type { StsMode } from './mta-sts.ts';

export type OwnPolicy = { readonly id: string; readonly text: string };

/** `host`: the one MX host that mail for the domain may go to. */
export function ownPolicy(mode: StsMode, host: string): OwnPolicy {
  const text = ['version: STSv1', `mode: ${mode}`, `mx: ${host}`, `max_age: ${OWN_MAX_AGE[mode]}`, ''].join('\r\n');
  // Section 3.1: up to 32 letters and digits.
  return { id: createHash('sha256').update(text).digest('hex').slice(0, 32), text };
}
