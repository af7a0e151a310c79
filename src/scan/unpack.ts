// Everything that is in a message, containers opened to the bounds: a flat list of items with where each lies, and what could not be seen.
import { gunzipSync } from 'node:zlib';
import type { Message } from '../message/walk.ts';
import * as bounds from './bounds.ts';
import { CLOSED, kindOf, type Kind } from './kinds.ts';
import { tarMembers } from './tar.ts';
import { zipMembers } from './zip.ts';

export type Item = {
  /** `1.2`, and `1.2/3` for the third member of it. */
  readonly path: string;
  readonly name: string | null;
  readonly otherName: string | null;
  readonly declaredType: string;
  readonly bytes: Buffer;
  readonly kind: Kind;
  readonly depth: number;
};
/** Why something may be unseen. `path` is where. */
export type Unseen = { readonly path: string; readonly name: string | null; readonly why: string };
export type Unpacked = { readonly items: readonly Item[]; readonly unseen: readonly Unseen[] };

type State = { readonly items: Item[]; readonly unseen: Unseen[]; out: number; readonly until: number };

export function unpackMessage(message: Message): Unpacked {
  const state: State = { items: [], unseen: [], out: 0, until: performance.now() + bounds.MAX_MS };
  if (!message.complete) state.unseen.push({ path: '1', name: null, why: 'message_too_complex' });
  const paths = new Map<string, number>();
  for (const leaf of message.leaves) {
    const n = (paths.get(leaf.path) ?? 0) + 1;
    paths.set(leaf.path, n);
    const path = n === 1 ? leaf.path : `${leaf.path}~${n}`;
    open(state, { path, name: leaf.fileName, otherName: leaf.format.get('name') ?? null, declaredType: leaf.type, bytes: leaf.bytes() }, 0);
  }
  return state;
}

function open(state: State, item: Omit<Item, 'kind' | 'depth'>, depth: number): void {
  if (state.items.length >= bounds.MAX_ITEMS) return unseen(state, item, 'too_many_parts');
  if (performance.now() > state.until) return unseen(state, item, 'time');
  const kind = kindOf(item.bytes);
  state.items.push({ ...item, kind, depth });
  if (CLOSED.has(kind)) return unseen(state, item, `not_unpacked_${kind}`);
  if (kind !== 'zip' && kind !== 'gzip' && kind !== 'tar') {
    // Data in front of an archive does not keep unpackers from it.
    if (kind !== 'text' && kind !== 'html' && item.bytes.includes('PK\x03\x04', 0, 'latin1')) members(state, item, 'zip', depth);
    return;
  }
  members(state, item, kind, depth);
}

function members(state: State, item: Omit<Item, 'kind' | 'depth'>, kind: 'zip' | 'gzip' | 'tar', depth: number): void {
  if (depth >= bounds.MAX_DEPTH) return unseen(state, item, 'too_deep');
  const room = (): number => bounds.MAX_UNPACKED - state.out;
  let n = 0;
  const take = (name: string, bytes: Buffer): void => {
    state.out += bytes.length;
    open(state, { path: `${item.path}/${++n}`, name, otherName: null, declaredType: '', bytes }, depth + 1);
  };
  if (kind === 'tar') {
    for (const member of tarMembers(item.bytes, bounds.MAX_ITEMS)) take(member.name, member.bytes);
  } else if (kind === 'gzip') {
    const bytes = gunzip(item.bytes, Math.min(room(), limitFor(item.bytes.length)));
    if (typeof bytes === 'string') unseen(state, item, bytes);
    else take((item.name ?? '').replace(/\.t?gz$/i, ''), bytes);
  } else {
    for (const member of zipMembers(item.bytes, bounds.MAX_ITEMS, () => Math.min(room(), limitFor(item.bytes.length)))) {
      if (member.bytes) take(member.name, member.bytes);
      else {
        // Its name alone may say that it is refused.
        state.items.push({
          ...item,
          path: `${item.path}/${++n}`,
          name: member.name,
          otherName: null,
          bytes: Buffer.alloc(0),
          kind: 'data',
          depth,
        });
        if (!member.name.endsWith('/')) unseen(state, { ...item, name: member.name, path: `${item.path}/${n}` }, member.why);
      }
    }
  }
}

/** What may come out of so many packed bytes. */
function limitFor(packed: number): number {
  return Math.max(bounds.RATIO_FROM, packed * bounds.MAX_RATIO);
}

function gunzip(bytes: Buffer, most: number): Buffer | string {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'damaged';
  }
}

function unseen(state: State, item: { readonly path: string; readonly name: string | null }, why: string): void {
  state.unseen.push({ path: item.path, name: item.name, why });
}
