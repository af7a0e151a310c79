// Entries of the blocked library that make themselves: of addresses that do not exist and of people who complained. They are found by a keyed
// hash, so that the library lists nobody: address and evidence stand sealed beside it, for the account that caused the entry, until it ends.
import { comparable, splitAddress } from '../message/addresses.ts';
import { ACCOUNTS, APART_MS, EVIDENCE, FIRST_MS, MOST_MS } from './bounds.ts';

export type SuppressionClass = 'hard_bounce' | 'complaint';

/** Keyed by the MAC root of the installation. */
export type Mac = (label: string, ...parts: readonly string[]) => Uint8Array;
/** Seals under the installation key; `label` binds it to its place. */
export type Seal = (label: string, plain: Buffer) => Uint8Array;
export type Open = (label: string, sealed: Uint8Array) => Uint8Array;

/** What a commit makes an entry of. `vote`: the recipient's own mail host said so itself, which counts for the entry of all accounts. */
export type Suppression = {
  readonly accountId: string;
  readonly class: SuppressionClass;
  readonly pattern: string;
  readonly sealed: Uint8Array;
  readonly vote: boolean;
};

/** Recipients whose mailbox works, as the hashes under which their hard bounces stand. */
export type Works = { readonly accountId: string; readonly patterns: readonly string[] };

/** What the attempts of one job tell of its recipients. */
export type Lessons = { readonly made: readonly Suppression[]; readonly works: Works };

/** Whose address it is and what the peer said of it. */
export type Known = { readonly address: string; readonly evidence: string | null };

/** The entry that follows for this account; `vote` as in Suppression. */
export function suppressionOf(
  deps: { readonly mac: Mac; readonly seal: Seal },
  told: Known & { readonly accountId: string; readonly class: SuppressionClass; readonly vote: boolean },
): Suppression {
  const { accountId, address, vote } = told;
  const known: Known = { address, evidence: told.evidence?.slice(0, EVIDENCE) ?? null };
  const sealed = deps.seal(sealLabel(accountId), Buffer.from(JSON.stringify(known)));
  return { accountId, class: told.class, pattern: hashedPattern(deps.mac, told.class, address), sealed, vote };
}

/** The label of what is sealed for an account. */
export const sealLabel = (accountId: string): string => `library/${accountId}`;

/** Throws when it was sealed under another key or for another account. */
export const readKnown = (open: Open, accountId: string, sealed: Uint8Array): Known =>
  JSON.parse(Buffer.from(open(sealLabel(accountId), sealed)).toString('utf8')) as Known;

/** What stands in the library instead of the address: 256 bits, different for each class, without `@` as no pattern of a person is. */
export const hashedPattern = (mac: Mac, kind: SuppressionClass, address: string): string =>
  `${kind}/${Buffer.from(mac('library', kind, comparable(address))).toString('base64url')}`;

/** Hashes under which an address may stand, that of hard bounces first: a hard bounce is of the very address, who complained of `a@x` has no mail to `a+tag@x` either. */
export function hashedPatterns(mac: Mac, address: string): readonly string[] {
  const parts = splitAddress(comparable(address));
  if (!parts) return [];
  const plain = parts.local.replace(/\+.*$/, '');
  const complaints = [...new Set([`${parts.local}@${parts.domain}`, ...(plain === '' ? [] : [`${plain}@${parts.domain}`])])];
  return [hashedPattern(mac, 'hard_bounce', address), ...complaints.map(one => hashedPattern(mac, 'complaint', one))];
}

/** When the `times`-th entry of an address that is made `now` ends (epoch ms); null: when somebody takes it out. */
export function endOf(kind: SuppressionClass, times: number, now: number): number | null {
  return kind === 'complaint' ? null : now + Math.min(MOST_MS, FIRST_MS * 2 ** (times - 1));
}

/** When the mail host told one account so, first and last (epoch ms). */
export type Vote = { readonly first: number; readonly last: number };

/** Whether the votes of the accounts are enough for an entry of all: no account makes one alone in a day. */
export const isAgreed = (votes: readonly Vote[]): boolean =>
  votes.length >= ACCOUNTS || votes.some(({ first, last }) => last - first >= APART_MS);
