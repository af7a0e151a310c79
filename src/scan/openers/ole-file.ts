// A compound file while it is looked through: its streams by storage and name, what was found so far, and what the work may still cost.
import type { Opening, Sight, Why } from '../opener.ts';
import type { Cfb, CfbEntry } from './cfb.ts';
import { show, type Tally, newTally } from './decoded.ts';

export type Ole = {
  readonly cfb: Cfb;
  readonly opening: Opening;
  readonly tally: Tally;
  /** Heuristics that were met, in the order of their meeting. */
  readonly rules: Set<string>;
  readonly refused: Set<string>;
  readonly unseen: Set<Why>;
  /** Bytes that may still be gathered or unpacked, whether they are shown or not. */
  readonly purse: { left: number };
  /** What the entries of a storage are called, in lower case as names are compared without case. */
  readonly byName: ReadonlyMap<string, readonly CfbEntry[]>;
};

/** Work beyond what streams hold by themselves: some are read twice, and things in them are unpacked. */
const WORK = 192 * 1024 * 1024;

export function newOle(cfb: Cfb, opening: Opening): Ole {
  const byName = new Map<string, CfbEntry[]>();
  for (const entry of cfb.entries) {
    const key = `${entry.parent}/${entry.name.toLowerCase()}`;
    const others = byName.get(key);
    if (others) others.push(entry);
    else byName.set(key, [entry]);
  }
  return { cfb, opening, tally: newTally(), rules: new Set(), refused: new Set(), unseen: new Set(), purse: { left: WORK }, byName };
}

export const inStorage = ({ byName }: Ole, parent: number, name: string): CfbEntry | null =>
  byName.get(`${parent}/${name.toLowerCase()}`)?.[0] ?? null;

/** A stream for a rule: what is there of it, at most `most` bytes, nothing when the work is done. */
export function bytesOf({ cfb, purse }: Ole, entry: CfbEntry | null, most: number): Buffer {
  if (!entry || entry.storage) return Buffer.alloc(0);
  const bytes = cfb.read(entry, Math.min(most, Math.max(0, purse.left)))[0]?.bytes ?? Buffer.alloc(0);
  purse.left -= bytes.length;
  return bytes;
}

/** Something that was found inside, under its name. `whole`: nothing of it is missing. */
export function* showIn(
  ole: Ole,
  name: string,
  bytes: Buffer,
  more: { readonly packed?: number; readonly type?: string; readonly otherName?: string | null; readonly whole?: boolean } = {},
): Generator<Sight> {
  if (ole.tally.full) return;
  const sight = show(ole.opening, ole.tally, name, bytes, more.packed ?? bytes.length, more.type);
  yield sight.see === 'member' && more.otherName != null ? { ...sight, otherName: more.otherName } : sight;
  if (sight.see === 'member' && more.whole === false) yield { see: 'unseen', name, why: 'damaged' };
}

/** Names that end differently say different things; one that only differs in front does not matter. */
export function otherEnding(name: string, others: readonly string[]): string | null {
  const ending = (one: string): string => /\.([^.\\/]{0,40})$/.exec(one)?.[1]?.trim().toLowerCase() ?? '';
  return others.find(one => one !== '' && one !== name && ending(one) !== ending(name)) ?? null;
}
