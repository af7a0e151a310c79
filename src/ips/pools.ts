// Which pool of IPs a mail leaves from, so that one account's damage stays its own: forwards, quarantine, the account's own, shared.
// And the order in which a pool's IPs are tried.
import { YOUNG_MAILS, YOUNG_MOST_MS, YOUNG_MS } from './bounds.ts';
import { inService, type IpState } from './state.ts';

/** Built in: every IP that was given to no other pool. */
export const SHARED = 'shared';
/** Pools that have a meaning of their own as soon as the operator makes them. */
export const QUARANTINE = 'quarantine';
export const FORWARD = 'forward';

export type PoolKind = 'shared' | 'quarantine' | 'forward' | 'dedicated';
export const kindOf = (name: string): PoolKind => (name === SHARED || name === QUARANTINE || name === FORWARD ? name : 'dedicated');

export type Risk = 'normal' | 'risky';
/** Who sends. `pool`: where its mail goes by the operator's word; `given`: pools that it may name. null = the server itself. */
export type Sender = { readonly pool: string | null; readonly given: readonly string[]; readonly risk: Risk; readonly young: boolean };

/** `sent`: mails that it ever sent. */
export function isYoung(account: { readonly createdAt: number; readonly sent: number }, now: number): boolean {
  const age = now - account.createdAt;
  return age < YOUNG_MS || (age < YOUNG_MOST_MS && account.sent < YOUNG_MAILS);
}

/** May the account name this pool for a mail? */
export const mayName = ({ pool, given }: Pick<Sender, 'pool' | 'given'>, name: string): boolean => name === pool || given.includes(name);

/**
 * The pool of one mail. `withIps`: pools that have at least one IP, whatever its state: when all of them rest the mail waits, it never
 * leaves from a better pool. `requested`: what the sender named; a pool that was taken away since counts as not named.
 */
export function poolFor(
  sender: Sender | null,
  mail: { readonly requested: string | null; readonly forward: boolean },
  withIps: ReadonlySet<string>,
): string {
  if (mail.forward && withIps.has(FORWARD)) return FORWARD;
  if (sender === null) return SHARED;
  const doubted = withIps.has(QUARANTINE) ? QUARANTINE : SHARED;
  if (sender.risk === 'risky') return doubted;
  // Others' words, forwarded, are not what an account's own IP was built for.
  if (mail.forward) return sender.young ? doubted : SHARED;
  if (mail.requested !== null && mayName(sender, mail.requested)) return mail.requested;
  if (sender.pool !== null) return sender.pool;
  return sender.young ? doubted : SHARED;
}

/** IPs in service: those that warm up first (what they may send is little), then good ones, each kind from the `turn`-th on. */
export function inOrder<T extends { readonly state: IpState }>(ips: readonly T[], turn: number): readonly T[] {
  const from = (list: readonly T[]): readonly T[] => {
    const start = list.length === 0 ? 0 : turn % list.length;
    return [...list.slice(start), ...list.slice(0, start)];
  };
  const usable = ips.filter(one => inService(one.state));
  return [...from(usable.filter(one => one.state === 'warming')), ...from(usable.filter(one => one.state === 'good'))];
}
