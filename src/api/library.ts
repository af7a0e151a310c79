// The blocked library as the API shows it: rows and entries of lists in one shape and one order, rows first.
import { Readable } from 'node:stream';
import type { LibraryShelf, ListDescription } from '../engines/library/shelf.ts';
import { sourceOf } from '../engines/library/shelf.ts';
import { readList } from '../engines/library/read-list.ts';
import type { BlockedEntry } from '../engines/store/control/blocked.ts';
import type { Store } from '../engines/store/subjects.ts';
import type { Clock, Secrets } from '../engines/types.ts';
import { SEARCH_BYTES } from '../library/bounds.ts';
import { entriesOf, type Kept } from '../library/kept.ts';
import { hashedPatterns, readKnown } from '../suppress/entries.ts';
import { cursor, time } from './pages.ts';

export type LibraryDeps = {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly library: LibraryShelf;
  /** The key of look-ups in lists. */
  readonly librarySecret: string;
};
export type Shown = Readonly<Record<string, unknown>>;
/** Which entries are asked for; all of it null: every one. */
export type Search = {
  /** As `readPattern` gave it: the entries of this very pattern. */
  readonly pattern: string | null;
  readonly prefix: string | null;
  readonly list: string | null;
  /** What made them; `manual`: a person. */
  readonly class: string | null;
  /** Epoch ms of when they were made, both inclusive. */
  readonly since: number | null;
  readonly until: number | null;
};

/** An entry that made itself shows its address and the peer's words to the account that caused it, while it holds: nobody else has the seal. */
export function shownEntry(secrets: Secrets, entry: BlockedEntry): Shown {
  const { id, accountId, action, direction, group, reason, source, expiresAt, createdAt } = entry;
  const known = entry.sealed && accountId !== null ? readKnown(secrets.open, accountId, entry.sealed) : null;
  const pattern = entry.kind === 'hash' ? (known?.address ?? null) : entry.pattern;
  return {
    id,
    action,
    pattern,
    direction,
    group,
    scope: accountId === null ? 'global' : 'account',
    list: null,
    reason,
    source,
    class: entry.class,
    evidence: known?.evidence ?? null,
    expiresAt: time(expiresAt),
    createdAt: time(createdAt),
  };
}

/** An entry of a list; two when it says different things of senders and recipients. */
export function shownListed(list: ListDescription, key: string, kept: Kept): readonly Shown[] {
  const { accountId, name, madeAt } = list;
  const of = { id: `${list.id}.${key}`, accountId, pattern: kept.pattern, source: kept.source ?? sourceOf(list), group: kept.group };
  return entriesOf(kept, of).map(({ id, action, pattern, direction, group, source, class: kind, expiresAt }) => ({
    id,
    action,
    pattern,
    direction,
    group,
    scope: accountId === null ? 'global' : 'account',
    list: name,
    reason: kept.reason,
    source,
    class: kind,
    evidence: null,
    expiresAt: time(expiresAt),
    createdAt: time(madeAt),
  }));
}

const LIST_CURSOR = /^list\/(bls_[0-9a-z]+)\/(\d+)$/;

/** One page. A search through large lists may give a short page that still has a next one. */
export async function pageOfLibrary(
  deps: LibraryDeps,
  accountId: string | null,
  search: Search,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<{ readonly data: readonly Shown[]; readonly next: string | null }> {
  const { store, clock, library } = deps;
  const now = clock.now();
  const made = ({ madeAt }: ListDescription): boolean => madeAt >= (search.since ?? 0) && madeAt <= (search.until ?? Infinity);
  const own = library
    .lists()
    .filter(list => list.accountId === accountId && (search.list === null || list.name === search.list) && made(list));
  const isAsked = (one: Shown): boolean => search.class === null || (one['class'] ?? 'manual') === search.class;
  const at = LIST_CURSOR.exec(after);
  const data: Shown[] = [];
  if (!at && search.list === null) {
    const filter = {
      ...(search.pattern === null ? {} : { patterns: [search.pattern, ...hashedPatterns(deps.secrets.mac, search.pattern)] }),
      ...(search.prefix === null ? {} : { prefix: search.prefix }),
      ...(search.class === null ? {} : { class: search.class === 'manual' ? null : search.class }),
      ...(search.since === null ? {} : { since: search.since }),
      ...(search.until === null ? {} : { until: search.until }),
    };
    const rows = await store.blocked.list({ accountId, after, limit: limit + 1, now, ...filter });
    data.push(...rows.slice(0, limit).map(row => shownEntry(deps.secrets, row)));
    if (rows.length > limit) return { data, next: cursor(rows[limit - 1]?.id ?? '') };
  }
  if (search.pattern !== null)
    return { data: [...data, ...(await exact(deps, accountId, search.pattern, own)).filter(isAsked)], next: null };
  let left = SEARCH_BYTES;
  for (const list of own.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (at && list.id < (at[1] ?? '')) continue;
    let from = at && at[1] === list.id ? Number(at[2]) : 0;
    if (data.length >= limit) return { data, next: cursor(`list/${list.id}/${from}`) };
    const removed = new Set((await store.library.removedOf(list.id)).keys);
    for await (const block of readList(list, deps.librarySecret, { from, prefix: search.prefix ?? '', now, removed })) {
      for (const { key, kept, next } of block.entries) {
        if (data.length >= limit) return { data, next: cursor(`list/${list.id}/${from}`) };
        data.push(...shownListed(list, key, kept).filter(isAsked));
        from = next;
      }
      if (block.at === null) break;
      left -= block.at - from;
      from = block.at;
      if (left <= 0) return { data, next: cursor(`list/${list.id}/${from}`) };
    }
  }
  return { data, next: null };
}

async function exact(
  { store, clock, library }: LibraryDeps,
  accountId: string | null,
  pattern: string,
  own: readonly ListDescription[],
): Promise<readonly Shown[]> {
  const ids = new Set(own.map(list => list.id));
  const found = library.find({ accountId, patterns: [pattern], group: null, now: clock.now() }).filter(one => ids.has(one.list));
  const shown: Shown[] = [];
  for (const [list, key] of new Map(found.map(one => [one.id, [one.list, one.key] as const])).values()) {
    const entry = library.entry(list, key);
    if (entry && !(await store.library.isRemoved({ list, key }))) shown.push(...shownListed(entry.list, key, keptOf(entry, pattern)));
  }
  return shown;
}

/** What memory says counts; the text adds reason and source, if it can be read. */
export function keptOf(entry: NonNullable<ReturnType<LibraryShelf['entry']>>, pattern: string | null): Kept {
  const { value, text } = entry;
  const { sender, recipient, class: kind, expiresAt } = value;
  const of = text ?? { pattern: pattern ?? '', group: null, source: null, reason: null };
  return { pattern: of.pattern, group: of.group, source: of.source, reason: of.reason, sender, recipient, class: kind, expiresAt };
}

export const COLUMNS = ['pattern', 'action', 'direction', 'group', 'reason', 'source', 'class', 'expiresAt'] as const;

/** All entries as lines, but those that made themselves: they are in the backup, and as entries of a person they would never end. */
export function exported(deps: LibraryDeps, accountId: string | null, format: 'csv' | 'ndjson', list: string | null): Readable {
  const line = (one: Shown): string => `${format === 'csv' ? COLUMNS.map(name => cell(one[name])).join(',') : JSON.stringify(one)}\n`;
  async function* lines(): AsyncIterable<string> {
    const { store, clock, library } = deps;
    if (format === 'csv') yield `${COLUMNS.join(',')}\n`;
    for (let after: string | null = list === null ? '' : null; after !== null;) {
      const rows: readonly BlockedEntry[] = await store.blocked.list({ accountId, after, limit: 1_000, now: clock.now() });
      yield rows
        .filter(row => row.kind !== 'hash')
        .map(row => line(shownEntry(deps.secrets, row)))
        .join('');
      after = rows.length < 1_000 ? null : (rows.at(-1)?.id ?? null);
    }
    for (const one of library.lists().filter(it => it.accountId === accountId && (list === null || it.name === list))) {
      const removed = new Set((await store.library.removedOf(one.id)).keys);
      for await (const { entries } of readList(one, deps.librarySecret, { from: 0, prefix: '', now: clock.now(), removed }))
        yield entries
          .flatMap(({ key, kept }) => shownListed(one, key, kept))
          .map(line)
          .join('');
    }
  }
  return Readable.from(lines(), { objectMode: false });
}

/** Values that a spreadsheet would take for a formula are quoted with an apostrophe; a line end would end the entry. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value.replace(/[\r\n]+/g, ' ') : '';
  const safe = /^[=+\-@\t]/.test(text) && !/^@[\w.-]+$/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
