// Recipient lists as the API and the batches use them: the key of a list, its recipients sealed and opened, and who of many is blocked.
import { randomBytes } from 'node:crypto';
import { unwrap, wrap } from '../engines/keys/secrets.ts';
import type { ListRecipient, ListRow } from '../engines/store/control/lists.ts';
import type { Secrets } from '../engines/types.ts';
import { addressPatterns, blockedBy, holdsFor } from '../library/match.ts';
import type { Recipient } from '../lists/read.ts';
import { comparable } from '../message/addresses.ts';
import { hashedPatterns } from '../suppress/entries.ts';
import { notFound } from './errors.ts';
import type { ApiDeps } from './types.ts';

/** What is sealed of a list. */
export type KeptList = { readonly name: string; /** base64 */ readonly key: string };

const labelOf = (id: string): string => `list/${id}`;
export const newList = (name: string): KeptList => ({ name, key: randomBytes(32).toString('base64') });
export const sealList = (secrets: Secrets, id: string, kept: KeptList): Buffer =>
  secrets.seal(labelOf(id), Buffer.from(JSON.stringify(kept)));
export const openList = (secrets: Secrets, { id, sealed }: ListRow): KeptList =>
  JSON.parse(secrets.open(labelOf(id), sealed).toString('utf8')) as KeptList;

/** How an address is found in lists: a keyed hash, the same in all of them, so that one person can be erased. */
export const listMac = (mac: Secrets['mac'], address: string): Buffer => mac('list-address', comparable(address)).subarray(0, 16);

/** Under the list's own key, bound to its place: a row that is put elsewhere does not open. */
export type ListBox = {
  readonly seal: (recipient: Recipient) => { readonly mac: Buffer; readonly sealed: Buffer };
  readonly open: (row: ListRecipient) => Recipient;
};
export function listBox(mac: Secrets['mac'], id: string, kept: KeptList): ListBox {
  const key = Buffer.from(kept.key, 'base64');
  const bound = (hash: Uint8Array): string => `${labelOf(id)}/${Buffer.from(hash).toString('hex')}`;
  return {
    seal: ({ address, data }) => {
      const hash = listMac(mac, address);
      return { mac: hash, sealed: wrap(key, bound(hash), Buffer.from(JSON.stringify([address, data]))) };
    },
    open: row => {
      const [address, data] = JSON.parse(unwrap(key, bound(row.mac), row.sealed).toString('utf8')) as [string, Recipient['data']];
      return { address, data };
    },
  };
}

/** The list of the account (null: of any, for the operator), or 404; `field`: where a body names it. */
export async function ownList({ store }: Pick<ApiDeps, 'store'>, accountId: string | null, id: string, field?: string): Promise<ListRow> {
  const row = await store.lists.get(id);
  if (!row || (accountId !== null && row.accountId !== accountId)) throw notFound(field);
  return row;
}

/** Patterns of one question; filled up to it, so that there is one statement. */
const AT_ONCE = 500;

/** What an import asks: entries of the library that are rows, and those of its lists. */
export type ListDeps = Pick<ApiDeps, 'store' | 'secrets' | 'clock'> & { readonly identify: Pick<ApiDeps['identify'], 'listed'> };

/** Those of the addresses that mail of the account to them would be kept from. */
export async function blockedAmong(
  { store, secrets, clock, identify }: ListDeps,
  accountId: string,
  addresses: readonly string[],
): Promise<ReadonlySet<string>> {
  const patterns = addresses.map(address => [...addressPatterns(address), ...hashedPatterns(secrets.mac, address)]);
  const all = [...new Set(patterns.flat())];
  const found = new Map<string, Awaited<ReturnType<typeof store.blocked.matching>>[number][]>();
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE);
    const asked = [...some, ...Array.from({ length: AT_ONCE - some.length }, () => '')];
    for (const entry of await store.blocked.matching({ accountId, patterns: asked, now: clock.now() }))
      found.set(entry.pattern, [...(found.get(entry.pattern) ?? []), entry]);
  }
  const blocked = new Set<string>();
  for (const [n, address] of addresses.entries()) {
    const listed = await identify.listed({ accountId, patterns: addressPatterns(address), group: null, now: clock.now() });
    const entries = [...(patterns[n] ?? []).flatMap(pattern => found.get(pattern) ?? []), ...listed];
    if (blockedBy(entries.filter(entry => holdsFor(entry, address, 'recipient')))) blocked.add(address);
  }
  return blocked;
}
