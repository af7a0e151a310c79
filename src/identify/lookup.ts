// Questions the gates and the journey ask of the facts: is an address blocked, whose is a domain, where does inbound mail go.
import type { Refusal, Route } from '../mail.ts';
import { comparable, splitAddress } from '../message/addresses.ts';
import { addressPatterns, blockedBy, holdsFor, type Entry } from '../library/match.ts';
import { plainIp } from '../library/networks.ts';
import { scoreToken } from '../score/address.ts';
import type { IdentifyDeps } from './types.ts';

export function refusal(reason: Refusal['reason'], code: number, enhanced: string, text: string, field?: string): Refusal {
  return { refused: true, reason, code, enhanced, text, ...(field ? { field } : {}) };
}

/** `block`: the entry that blocks; `allowed`: somebody wants it all the same, whatever lists of others say. */
export type Verdict = { readonly block: Entry | null; readonly allowed: boolean };

const NOTHING: Verdict = { block: null, allowed: false };
const verdictOf = (entries: readonly Entry[]): Verdict =>
  entries.length === 0 ? NOTHING : { block: blockedBy(entries), allowed: entries.some(one => one.action === 'allow') };

/** The entry that blocks an address in this direction for an account (null: global entries only); `group`: of the mail, if it has one. */
export async function blockedAddress(...asked: Parameters<typeof askAddress>): Promise<Entry | null> {
  return (await askAddress(...asked)).block;
}

export async function blockedPeer(...asked: Parameters<typeof askPeer>): Promise<Entry | null> {
  return (await askPeer(...asked)).block;
}

/** What the library says of an address. */
export async function askAddress(
  deps: IdentifyDeps,
  accountId: string | null,
  address: string,
  direction: 'sender' | 'recipient',
  group: string | null = null,
): Promise<Verdict> {
  const now = deps.clock.now();
  const patterns = addressPatterns(address);
  const hashes = direction === 'recipient' ? deps.hashesOf(address) : [];
  const entered = await deps.blocked({ accountId, patterns: [...patterns, ...hashes], now });
  const listed = await deps.listed({ accountId, patterns, group, now });
  return verdictOf([...entered, ...listed].filter(entry => holdsFor(entry, address, direction, group)));
}

/** Does the library say anything at all of one of the recipients? For most mail nothing, which is known by one question. */
export async function isAnyEntered(
  deps: IdentifyDeps,
  accountId: string | null,
  addresses: readonly string[],
  group: string | null,
): Promise<boolean> {
  const now = deps.clock.now();
  const patterns = [...new Set(addresses.flatMap(addressPatterns))];
  const entered = await deps.blocked({ accountId, patterns: [...patterns, ...addresses.flatMap(deps.hashesOf)], now });
  return entered.length > 0 || (await deps.listed({ accountId, patterns, group, now })).length > 0;
}

/** What the library says of a peer. */
export async function askPeer(deps: IdentifyDeps, accountId: string | null, ip: string): Promise<Verdict> {
  const now = deps.clock.now();
  const exact = await deps.blocked({ accountId, patterns: [plainIp(ip)], now });
  const ranges = (await deps.blockedRanges({ accountId, now })).filter(entry => deps.insideRange(entry.pattern, ip));
  const listed = await deps.listedPeer({ accountId, ip, now });
  return verdictOf([...exact, ...ranges, ...listed].filter(entry => entry.direction !== 'recipient'));
}

/** What the log of refusals says of the entry that refused: what made it, and which one; an address stands there by the entry's id only. */
export const entryDetail = ({ id, pattern, kind, source, class: made }: Entry): string =>
  `${made ?? source} ${kind === 'hash' || kind === 'address' ? id : pattern}`.slice(0, 200);

/** The verified domain of the account that covers an address, or why there is none. */
export async function ownsAddress(
  deps: IdentifyDeps,
  accountId: string,
  address: string,
): Promise<{ readonly domain: string } | 'foreign' | 'unverified'> {
  const name = splitAddress(address)?.domain ?? '';
  const domain = await deps.domain(name);
  if (!domain || domain.accountId !== accountId) return 'foreign';
  return domain.state === 'verified' ? { domain: domain.name } : 'unverified';
}

const ROLES = new Set(['postmaster', 'abuse']);

export type Destination = { readonly route: Route; readonly accountId: string | null } | Refusal;

/** The route of an inbound recipient: exact, without +tag, domain, the operator's `*`; roles always have a way or a 450. */
export async function destination(deps: IdentifyDeps, address: string): Promise<Destination> {
  const parts = splitAddress(comparable(address));
  if (!parts) return refusal('bad_address', 550, '5.1.3', 'not an address');
  const { local, domain } = parts;
  if (/[%!@"]/.test(local)) return refusal('bad_address', 550, '5.1.3', 'a local part with %, ! or @ is not taken');
  const plain = local.replace(/\+.*$/, '');
  if (isReadHere(deps, local, domain)) return { route: RETURN_PATH, accountId: null };
  const token = domain === deps.scoreDomain ? scoreToken(local) : null;
  if (token !== null && (await deps.isScoreAddress(token))) return { route: SCORE_BOX, accountId: null };
  const owner = await deps.domain(domain);
  const ours = owner?.state === 'verified' ? owner : null;
  const candidates = [`${local}@${domain}`, ...(plain && plain !== local ? [`${plain}@${domain}`] : []), `@${domain}`, domain];
  const found = ours ? (await deps.routes(candidates)).filter(route => route.accountId === ours.accountId) : [];
  const box = domain === deps.hostname ? REPORT_BOXES.get(plain) : undefined;
  if (box && !found.some(one => one.match.endsWith(`@${domain}`) && !one.match.startsWith('@'))) return { route: box, accountId: null };
  const route = found[0] ?? (await deps.routes(['*'])).find(one => one.accountId === null);
  const isRole = ROLES.has(plain);
  if (route && !(isRole && route.action.kind === 'reject')) return { route, accountId: route.accountId };
  if (isRole && (ours || domain === deps.hostname || domain === deps.scoreDomain)) {
    if (!deps.postmaster) return refusal('postmaster_unset', 450, '4.2.1', 'nobody reads this mailbox yet');
    return { route: { ...RETURN_PATH, id: 'postmaster', action: { kind: 'forward', address: deps.postmaster } }, accountId: null };
  }
  // Whose domain it is sees in its log who wrote to nobody there.
  return { ...refusal('no_such_recipient', 550, '5.1.1', `${address} is not known here`), accountId: ours?.accountId ?? null };
}

/** Where reports of machines come, whatever routes there are: `b-TOKEN@bounce.DOMAIN`, and `fbl@` of the server for complaints. */
function isReadHere(deps: IdentifyDeps, local: string, domain: string): boolean {
  return domain === deps.hostname ? /^fbl(?:\+|$)/.test(local) : domain.startsWith('bounce.') && deps.isReturnPath(local);
}

/** Bounces and complaints about our own mail: read, tied to their mail and thrown away. */
export const RETURN_PATH: Route = {
  id: 'return-path',
  accountId: null,
  match: 'bounce',
  action: { kind: 'drop' },
  onSpam: 'mark',
  onVirus: 'reject',
  onUnscannable: 'mark',
  onDmarcFail: 'mark',
  includeRaw: false,
  state: 'active',
};

/** Reports about our domains, at our host name: read and thrown away. Routes of the domain and `*` do not get them, one for the very address does. */
const REPORT_BOXES: ReadonlyMap<string, Route> = new Map(
  ['tls-reports', 'dmarc-reports'].map(id => [id, { ...RETURN_PATH, id, match: id }]),
);

/** Mail that wants a score: looked at and thrown away. */
const SCORE_BOX: Route = { ...RETURN_PATH, id: 'score', match: 'score' };
export const isScoreBox = (route: Route): boolean => route.id === SCORE_BOX.id;

export const isReportBox = (route: Route): boolean => REPORT_BOXES.has(route.id);

export const isRole = (address: string): boolean => ROLES.has(comparable(address).replace(/(\+.*)?@.*$/, ''));
