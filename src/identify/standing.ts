// What the standing of an account means at the gates, and what the gates see of it: how much a limited account may send, and from which
// networks credentials are used or guessed.
import type { Refusal } from '../mail.ts';
import { FAILED_NETWORKS_KEPT, LIMITED_PER_SECOND } from '../standing/bounds.ts';
import { refusal } from './lookup.ts';
import type { IdentifyDeps } from './types.ts';

/** A limited account has its recipients by the minute, so that a mail to several of them fits. */
export const LIMITED_WINDOW_MS = 60_000;
export const LIMITED_RECIPIENTS = (LIMITED_PER_SECOND * LIMITED_WINDOW_MS) / 1_000;
const HOUR_MS = 3_600_000;

export const limitedKey = (accountId: string): string => `limited/${accountId}`;

/** May so many recipients more be taken from the account? They are counted when they may. */
export async function mayTake(deps: IdentifyDeps, accountId: string, recipients: number): Promise<Refusal | null> {
  const account = await deps.account(accountId);
  if (account?.state !== 'limited') return null;
  const key = limitedKey(accountId);
  if (deps.shared.peek(key, LIMITED_WINDOW_MS).value + recipients > LIMITED_RECIPIENTS) {
    const text = `sending is limited to ${LIMITED_RECIPIENTS} recipients a minute. See /v1/accounts/self/standing`;
    return refusal('quota_exceeded', 451, '4.7.1', text);
  }
  deps.shared.count(key, LIMITED_WINDOW_MS, recipients);
  return null;
}

/** A credential of the account was used from there: told once an hour for each network. */
export function noteLogin(deps: IdentifyDeps, accountId: string, ip: string): void {
  const network = hashedNetwork(deps, ip);
  if (deps.shared.count(`login/${accountId}/${network}`, HOUR_MS) > 1) return;
  const country = deps.country(ip);
  deps.told(accountId, { kind: 'login', network, ...(country === null ? {} : { country }) });
}

/** A user name of the account came with a wrong password: told once an hour for each network, and so many an hour in all, since strangers do it. */
export function noteFailedLogin(deps: IdentifyDeps, accountId: string, ip: string): void {
  const all = `failed/${accountId}`;
  if (deps.shared.peek(all, HOUR_MS).value >= FAILED_NETWORKS_KEPT) return;
  const network = hashedNetwork(deps, ip);
  if (deps.shared.count(`${all}/${network}`, HOUR_MS) > 1) return;
  deps.shared.count(all, HOUR_MS);
  deps.told(accountId, { kind: 'failed_login', network });
}

const hashedNetwork = ({ secrets }: IdentifyDeps, ip: string): string =>
  secrets.mac('standing-network', networkOf(ip)).toString('base64url').slice(0, 16);

/** Its /24 or /48. */
export function networkOf(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  const [head = '', tail = ''] = plain.split('::');
  const [front, back] = [head.split(':').filter(Boolean), tail.split(':').filter(Boolean)];
  const groups = plain.includes('::') ? [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back] : front;
  return `${groups
    .slice(0, 3)
    .map(one => Number.parseInt(one, 16).toString(16))
    .join(':')}::/48`;
}
