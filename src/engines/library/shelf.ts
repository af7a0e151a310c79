// The lists of the blocked library as one thread has them: attached to memory that all threads share, changed whenever the main thread tells
// of newer ones. A look-up touches memory alone; the text of an entry is read from the disk when somebody asks for it.
import { closeSync, openSync } from 'node:fs';
import { entriesOf, readValue, type Kept, type Value } from '../../library/kept.ts';
import { peerPatterns, type Entry } from '../../library/match.ts';
import { letGo } from '../garbage.ts';
import { KEY_BYTES } from '../segments/format.ts';
import { lookUp, valueAt } from '../segments/look-up.ts';
import { attachSegment, bytesGone, type Segment, type SegmentDescription } from '../segments/open.ts';
import type { ListRow } from '../store/control/library.ts';
import { readLineAt, writeKey } from './files.ts';

/** May be posted to another thread. `segment` null: its file can't be used, `fault` says why. */
export type ListDescription = ListRow & {
  readonly lines: string;
  readonly segment: SegmentDescription | null;
  readonly fault: string | null;
};
export type LibraryDescription = { readonly lists: readonly ListDescription[] };

/** An entry of a list that holds, by where it stands. */
export type Found = Entry & { readonly list: string; readonly key: string };
type Ask = { readonly accountId: string | null; readonly now: number };

export type LibraryShelf = {
  readonly set: (description: LibraryDescription) => void;
  readonly lists: () => readonly ListDescription[];
  /** Entries of the account and of all for one of the patterns; those of a group only for mail of it (`*`: whatever the group). */
  readonly find: (ask: Ask & { readonly patterns: readonly string[]; readonly group: string | null }) => readonly Found[];
  readonly findPeer: (ask: Ask & { readonly ip: string }) => readonly Found[];
  /** The entry of a list by its key (hexadecimal), with its text; null: there is none. */
  readonly entry: (
    list: string,
    key: string,
  ) => { readonly list: ListDescription; readonly value: Value; readonly text: Kept | null } | null;
  /** The key under which a pattern stands in lists, in hexadecimal. */
  readonly keyOf: (pattern: string, group: string | null) => string;
  readonly close: () => void;
};

type Attached = { readonly description: ListDescription; readonly segment: Segment; readonly fd: number };

export function newLibraryShelf(secret: string, description: LibraryDescription): LibraryShelf {
  let told = description;
  let attached = attach(description);
  const key = Buffer.alloc(KEY_BYTES);

  /** What `lists` have under the name; each list is asked with the same key. */
  const under = (lists: readonly Attached[], pattern: string, group: string | null, now: number, into: Found[]): void => {
    writeKey(key, secret, pattern, group);
    for (const { description: list, segment } of lists) {
      if (group !== null && !list.record.grouped) continue;
      const index = lookUp(segment, key);
      if (index < 0) continue;
      const value = readValue(valueAt(segment, index));
      if (value.expiresAt !== null && value.expiresAt <= now) continue;
      const hex = key.toString('hex');
      const of = { id: `${list.id}.${hex}`, accountId: list.accountId, pattern, source: sourceOf(list), group };
      for (const entry of entriesOf(value, of)) into.push({ ...entry, list: list.id, key: hex });
    }
  };
  const holding = (accountId: string | null): readonly Attached[] =>
    attached.filter(({ description: { accountId: owner } }) => owner === null || owner === accountId);
  return {
    set: next => {
      const before = attached;
      told = next;
      attached = attach(next);
      detach(before);
      // What is new came by an import, which leaves garbage too.
      const [gone, made] = [segmentsOf(before), segmentsOf(attached)];
      letGo(bytesGone(gone, made) + bytesGone(made, gone));
    },
    lists: () => told.lists,
    find: ({ accountId, patterns, group, now }) => {
      const found: Found[] = [];
      const lists = holding(accountId);
      if (lists.length === 0) return found;
      const isGrouped = lists.some(one => one.description.record.grouped);
      const groups = isGrouped ? [null, '*', ...(group === null ? [] : [group])] : [null];
      for (const pattern of patterns) for (const one of groups) under(lists, pattern, one, now, found);
      return found;
    },
    findPeer: ({ accountId, ip, now }) => {
      const found: Found[] = [];
      const lists = holding(accountId);
      if (lists.length === 0) return found;
      const widths = { v4: widthsOf(lists, 'v4'), v6: widthsOf(lists, 'v6') };
      for (const pattern of peerPatterns(ip, widths)) under(lists, pattern, null, now, found);
      return found;
    },
    entry: (id, hex) => {
      const list = attached.find(one => one.description.id === id);
      if (!list || !/^[0-9a-f]{32}$/.test(hex)) return null;
      const index = lookUp(list.segment, Buffer.from(hex, 'hex'));
      if (index < 0) return null;
      const value = readValue(valueAt(list.segment, index));
      return { list: list.description, value, text: readLineAt(list.fd, value.text) };
    },
    keyOf: (pattern, group) => {
      writeKey(key, secret, pattern, group);
      return key.toString('hex');
    },
    close: () => detach(attached.splice(0)),
  };
}

/** Who entered what a list holds, where its lines say nothing else: the operator, a feed, an import of the account. */
export const sourceOf = ({ accountId, feed, name }: Pick<ListRow, 'accountId' | 'feed' | 'name'>): string =>
  feed !== null ? `feed:${name}` : accountId === null ? 'operator' : `import:${name}`;

const widthsOf = (lists: readonly Attached[], family: 'v4' | 'v6'): readonly number[] => [
  ...new Set(lists.flatMap(one => one.description.record.widths[family])),
];

function attach({ lists }: LibraryDescription): Attached[] {
  return lists.flatMap(description =>
    description.segment === null ? [] : [{ description, segment: attachSegment(description.segment), fd: openOrNone(description.lines) }],
  );
}

const segmentsOf = (lists: readonly Attached[]): SegmentDescription[] => lists.map(one => one.segment.description);

function detach(lists: readonly Attached[]): void {
  for (const { fd } of lists) if (fd >= 0) closeSync(fd);
}

function openOrNone(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return -1;
  }
}
