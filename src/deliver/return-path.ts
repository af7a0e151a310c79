// The return path of our mail: b-TOKEN@bounce.DOMAIN. The token names message (and recipient) under a MAC, so that a bounce is believed
// only if it comes to an address that we made; Feedback-ID carries the same token for complaints.
import type { Secrets } from '../engines/types.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const MAC_CHARS = 20;

/** `emailId` without its prefix, recipient number or `-`, MAC: 26 + 1..4 + 20 characters, lower-case. */
export function returnToken(secrets: Secrets, emailId: string, n: number | null): string {
  const body = `${emailId.slice(4)}${n === null ? '' : `-${n}`}`;
  return `${body}.${mac(secrets, body)}`;
}

export function returnPath(secrets: Secrets, emailId: string, n: number | null, domain: string): string {
  return `b-${returnToken(secrets, emailId, n)}@bounce.${domain}`;
}

/** What a token or the local part of a return path names; null when it is not ours. */
export function readReturnToken(secrets: Secrets, local: string): { readonly emailId: string; readonly n: number | null } | null {
  const found = /^(?:b-)?([0-9a-z]{26})(?:-(\d{1,4}))?\.([0-9a-z]+)$/.exec(local.toLowerCase());
  if (!found) return null;
  const [, id, n, given] = found as unknown as [string, string, string | undefined, string];
  if (mac(secrets, n === undefined ? id : `${id}-${n}`) !== given) return null;
  return { emailId: `msg_${id}`, n: n === undefined ? null : Number(n) };
}

function mac(secrets: Secrets, body: string): string {
  return [...secrets.mac('return-path', body).subarray(0, MAC_CHARS)].map(byte => ALPHABET[byte & 31]).join('');
}
