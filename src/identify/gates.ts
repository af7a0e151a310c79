// The gates of a session, before any content: who logs in, who may send as whom, to whom, how much; for strangers, whose mail is taken.
import { timingSafeEqual } from 'node:crypto';
import type { AccountParty, Peer, Recipient, Refusal, Route } from '../mail.ts';
import { pageOf } from '../ips/dnsbl.ts';
import { comparable, splitAddress } from '../message/addresses.ts';
import { scoreToken } from '../score/address.ts';
import { MAILS_PER_HOUR } from '../score/bounds.ts';
import { outsideSandbox, overBudget, overFrequency } from './budgets.ts';
import {
  askAddress,
  askPeer,
  blockedAddress,
  destination,
  entryDetail,
  isReportBox,
  isRole,
  isScoreBox,
  ownsAddress,
  refusal,
  RETURN_PATH,
} from './lookup.ts';
import { mayTake, noteFailedLogin, noteLogin } from './standing.ts';
import type { IdentifyDeps } from './types.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of one peer: a small packed report may cost a second of a reader's time. Large reporters come again. */
const REPORTS_A_MINUTE = 60;
/** Of one peer: each is a scan of a mail that nobody gets. Mailbox providers send for many people. */
const SCORES_A_MINUTE = 120;
const SIMULATOR = 'simulator.sesame.test';

type Ask = {
  readonly kind: 'submission' | 'submissions' | 'mx';
  readonly peer: Peer;
  readonly party: AccountParty | null;
  readonly from: string;
};

export function newGates(deps: IdentifyDeps): {
  readonly onConnect: (ask: { readonly peer: Peer }) => Promise<Refusal | null>;
  readonly onAuth: (ask: { readonly username: string; readonly password: string; readonly peer: Peer }) => Promise<AccountParty | Refusal>;
  readonly onMail: (ask: Ask) => Promise<Refusal | null>;
  readonly onRcpt: (ask: Ask & { readonly recipient: Recipient; readonly before: readonly Recipient[] }) => Promise<Refusal | null>;
} {
  return {
    onConnect: async () => null,
    onAuth: ask => logIn(deps, ask),
    onMail: async ask => (ask.party ? maySend(deps, ask.party.accountId, ask.from) : null),
    onRcpt: ask => (ask.party ? mayWriteTo(deps, ask.party.accountId, ask.recipient.address) : mayEnter(deps, ask)),
  };
}

/** Username and password by MAC in constant time; failures are counted per peer. */
async function logIn(
  deps: IdentifyDeps,
  ask: { readonly username: string; readonly password: string; readonly peer: Peer },
): Promise<AccountParty | Refusal> {
  const key = `auth/${ask.peer.ip}`;
  if (deps.shared.peek(key, MINUTE).value >= Math.max(3, deps.connectionLimit / 5))
    return refusal('rate_limited', 421, '4.7.0', 'too many failed logins from your address');
  const known = await deps.credential(ask.username);
  const given = deps.secrets.mac('smtp-password', ask.password);
  const right = timingSafeEqual(given, known ? Buffer.from(known.mac) : Buffer.alloc(given.length)) && known !== null;
  const account = right ? await deps.account(known.accountId) : null;
  if (!right || !account) {
    deps.shared.count(key, MINUTE);
    if (known) noteFailedLogin(deps, known.accountId, ask.peer.ip);
    return refusal('unauthenticated', 535, '5.7.8', 'user name or password is wrong');
  }
  noteLogin(deps, account.id, ask.peer.ip);
  deps.usedCredential(known.id);
  return { kind: 'account', accountId: account.id, credentialId: known.id, policy: account.policy };
}

/** May the account send now, and with this envelope sender? The same gate for SMTP and HTTP. */
export async function maySend(deps: IdentifyDeps, accountId: string, from: string, waits = false): Promise<Refusal | null> {
  const account = await deps.account(accountId);
  if (!account) return refusal('unauthenticated', 550, '5.7.1', 'the account is gone');
  if (account.state === 'suspended') return suspended(account.stateReason);
  const over = await overBudget(deps, account, from, waits);
  if (over) return over;
  return from === '' ? null : maySendAs(deps, accountId, from, 'from');
}

export function suspended(reason: string | null): Refusal {
  return refusal('account_suspended', 550, '5.7.1', `sending is suspended${reason ? `: ${reason}` : ''}. See /v1/accounts/self`);
}

/** Is the address in a domain that is verified for the account? */
export async function maySendAs(deps: IdentifyDeps, accountId: string, address: string, field: string): Promise<Refusal | null> {
  const owned = await ownsAddress(deps, accountId, address);
  if (typeof owned === 'object') return null;
  const domain = splitAddress(address)?.domain ?? address;
  const why = owned === 'foreign' ? 'is not registered for this account' : 'is not verified: its DKIM record is missing';
  return refusal(
    'domain_not_verified',
    550,
    '5.7.1',
    `${domain} (in "${field}") ${why}. Add the records shown at /v1/domains/${domain} and call …/verify.`,
    field,
  );
}

/** A recipient of an account by SMTP: inside its sandbox, not blocked, not written to too often, and the account not over its limit. */
async function mayWriteTo(deps: IdentifyDeps, accountId: string, address: string): Promise<Refusal | null> {
  return (
    (await outsideSandbox(deps, accountId, address)) ??
    (await mayReach(deps, accountId, address)) ??
    (await overFrequency(deps, accountId, address)) ??
    (await mayTake(deps, accountId, 1))
  );
}

/** Is a recipient free of the blocked library's entries for this account? One that is not counts for its standing. */
export async function mayReach(
  deps: IdentifyDeps,
  accountId: string,
  address: string,
  group: string | null = null,
): Promise<Refusal | null> {
  const parts = splitAddress(address);
  if (parts?.domain === SIMULATOR) return /^blocked(\+|$)/i.test(parts.local) ? recipientBlocked(address) : null;
  const entry = await blockedAddress(deps, accountId, address, 'recipient', group);
  if (!entry) return null;
  deps.told(accountId, entry.class === 'trap' ? { kind: 'trap', emailId: null } : { kind: 'blocked', recipients: 1, emailId: null });
  return { ...recipientBlocked(address), detail: entryDetail(entry) };
}

export function recipientBlocked(address: string): Refusal {
  return refusal('recipient_blocked', 550, '5.1.1', `${address} is in the blocked library. See /v1/blocked/check`);
}

/** A stranger's recipient: a route of ours takes it, its owner does not block the sender, and all of one mail have one policy. */
async function mayEnter(
  deps: IdentifyDeps,
  ask: Ask & { readonly recipient: Recipient; readonly before: readonly Recipient[] },
): Promise<Refusal | null> {
  const { address } = ask.recipient;
  if (splitAddress(address)?.domain === SIMULATOR) return refusal('no_such_recipient', 550, '5.1.1', `${address} is not known here`);
  const there = await destination(deps, address);
  if ('refused' in there) return there;
  if (there.route.action.kind === 'reject')
    return { ...refusal('route_rejects', 550, '5.7.1', `${address} takes no mail`), accountId: there.accountId };
  const first = ask.before[0];
  if (first) {
    const other = await destination(deps, first.address);
    if ('refused' in other || policyOf(other.route) !== policyOf(there.route))
      return refusal('policy_mixed', 452, '4.5.3', 'send this recipient in the next transaction');
  }
  if (isRole(address)) {
    return deps.shared.count(`role/${ask.peer.ip}`, MINUTE) > 20
      ? refusal('rate_limited', 450, '4.7.1', 'too much mail to this mailbox, try again later')
      : null;
  }
  if (isScoreBox(there.route) && isOverScored(deps, ask.peer.ip, address))
    return refusal('rate_limited', 450, '4.7.1', 'too much mail to this address, try again later');
  if (isReportBox(there.route) && deps.shared.count(`reports/${ask.peer.ip}`, MINUTE) > REPORTS_A_MINUTE)
    return refusal('rate_limited', 450, '4.7.0', 'too many reports at once, try again later');
  return senderFault(deps, ask, there);
}

/** The library's word, and where it has none that of DNS blocklists; reports about our own mail are taken from whom they list too. */
async function senderFault(
  deps: IdentifyDeps,
  { peer: { ip }, from }: Ask,
  { accountId, route }: { readonly accountId: string | null; readonly route: Route },
): Promise<Refusal | null> {
  const told = await Promise.all([askPeer(deps, accountId, ip), ...(from === '' ? [] : [askAddress(deps, accountId, from, 'sender')])]);
  const blocked = told.find(one => one.block)?.block;
  if (blocked) {
    const refused = refusal('sender_blocked', 550, '5.7.1', 'mail from this sender or address is not taken here');
    return { ...refused, detail: entryDetail(blocked), accountId };
  }
  if (told.some(one => one.allowed) || route.id === RETURN_PATH.id || isReportBox(route)) return null;
  const zone = await deps.dnsListed.peer(ip);
  if (zone !== null) return { ...refusal('sender_blocked', 550, '5.7.1', listedText(ip, zone)), detail: `dnsbl:${zone}`, accountId };
  const domain = splitAddress(comparable(from))?.domain ?? '';
  const nameZone = domain === '' ? null : await deps.dnsListed.domain(domain);
  if (nameZone === null) return null;
  return { ...refusal('sender_blocked', 550, '5.7.1', `${domain} is listed by ${nameZone}`), detail: `dnsbl:${nameZone}`, accountId };
}

function listedText(ip: string, zone: string): string {
  const page = pageOf(zone, ip);
  return `${ip} is listed by ${zone}${page === null ? '' : `, see ${page}`}`;
}

/** Of the address in an hour (counted where mail is scored), or of the peer in a minute. */
function isOverScored({ shared }: IdentifyDeps, ip: string, address: string): boolean {
  const token = scoreToken(splitAddress(comparable(address))?.local ?? '') ?? '';
  return shared.peek(`score/${token}`, HOUR).value >= MAILS_PER_HOUR || shared.count(`scores/${ip}`, MINUTE) > SCORES_A_MINUTE;
}

/** What must be equal for recipients of one transaction. */
function policyOf(route: Route): string {
  return JSON.stringify([route.accountId, route.onSpam, route.onVirus, route.onUnscannable, route.onDmarcFail]);
}
