// Lists of the blocked library against a plain array of entries: whatever is imported, in however many pieces, a look-up, a search and the
// gates' answer are those of somebody who looks at every entry.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { addressPatterns, blockedBy, holdsFor, peerPatterns, readPattern, type Entry } from '../../library/match.ts';
import { insideRanges } from '../addresses.ts';
import { isFault, openSegment } from '../segments/open.ts';
import type { ListRow } from '../store/control/library.ts';
import { buildList, type BuildAsk } from './build.ts';
import { linesFile, SEGMENT_KIND, segmentFile } from './files.ts';
import { readList } from './read-list.ts';
import { newLibraryShelf, sourceOf, type ListDescription } from './shelf.ts';

const root = mkdtempSync(join(tmpdir(), 'sesame-lists-'));
after(() => rmSync(root, { recursive: true, force: true }));
const SECRET = 'abcdefghijklmnopqrstuv';
const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
let made = 0;

type Line = {
  readonly pattern: string;
  readonly action?: 'block' | 'allow';
  readonly direction?: 'sender' | 'recipient' | 'both';
  readonly group?: string;
  readonly class?: string;
  readonly expiresAt?: string;
  readonly reason?: string;
};
type Owner = Pick<ListRow, 'id' | 'accountId' | 'name' | 'feed'>;
const MINE: Owner = { id: 'lst_1', accountId: 'acc_1', name: 'mine', feed: null };

/** The list as it is after the lines were imported into it. */
async function imported(
  owner: Owner,
  lines: readonly Line[],
  how: Partial<BuildAsk> = {},
  old: ListDescription | null = null,
): Promise<ListDescription> {
  const folder = join(root, String(++made));
  mkdirSync(folder);
  const upload = join(folder, 'x.upload');
  writeFileSync(upload, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
  const done = await buildList(
    {
      folder,
      mark: 'm',
      secret: SECRET,
      old: old?.segment ? { segment: old.segment, lines: old.lines, sha256: old.record.linesSha256 } : null,
      dropped: [],
      upload,
      format: 'ndjson',
      defaults: { action: 'block', direction: null, subdomains: false, operator: true },
      wins: 'new',
      most: 1_000_000,
      now: NOW,
      ...how,
    },
    () => undefined,
  );
  assert.ok('list' in done, JSON.stringify(done));
  assert.deepEqual(readdirSync(folder).toSorted(), ['m.lines', 'm.segment', 'x.upload']);
  const segment = await openSegment(segmentFile(folder, 'm'), SEGMENT_KIND);
  assert.ok(!isFault(segment));
  const { mark, entries, ...record } = done.list;
  return { ...owner, mark, entries, record, madeAt: NOW, lines: linesFile(folder, 'm'), segment: segment.description, fault: null };
}

const PATTERNS = [
  'a@x.test',
  'a+t@x.test',
  'b@y.x.test',
  '@x.test',
  '*.x.test',
  '@y.x.test',
  '*.test',
  '192.0.2.7',
  '192.0.2.0/24',
  '192.0.0.0/8',
  '2001:db8::/32',
  '2001:db8::7',
];
const line: fc.Arbitrary<Line> = fc
  .record(
    {
      pattern: fc.constantFrom(...PATTERNS),
      action: fc.constantFrom('block', 'allow'),
      direction: fc.constantFrom('sender', 'recipient', 'both'),
      class: fc.constantFrom('malware', 'trap', 'unsubscribed'),
      expiresAt: fc.constantFrom(new Date(NOW + HOUR).toISOString(), new Date(NOW + 9 * HOUR).toISOString()),
    },
    { requiredKeys: ['pattern'] },
  )
  .chain(one =>
    fc
      .option(fc.constantFrom('*', 'news', 'offers'), { nil: undefined })
      .map(group => (group === undefined ? one : { ...one, group, direction: 'recipient' as const })),
  );

/** What somebody thinks who applies the lines one after the other: one word a direction for each pattern and group. */
function naive(owner: Owner, lines: readonly Line[], now: number): readonly Entry[] {
  const words = new Map<string, Entry & { readonly towards: 'sender' | 'recipient' }>();
  const ends = new Map<string, Line>();
  for (const one of lines) {
    const { pattern, kind } = readPattern(one.pattern, text => isIP(text) !== 0) ?? assert.fail();
    const name = `${pattern} ${one.group ?? ''}`;
    ends.set(name, one);
    const direction = one.direction ?? 'both';
    for (const towards of ['sender', 'recipient'] as const) {
      if (direction !== 'both' && direction !== towards) continue;
      const of = {
        id: name,
        accountId: owner.accountId,
        action: one.action ?? 'block',
        pattern,
        kind,
        group: one.group ?? null,
        source: sourceOf(owner),
      } as const;
      words.set(`${name} ${towards}`, { ...of, direction: towards, class: null, expiresAt: null, towards });
    }
  }
  // Class and end are those of the line that came last.
  return [...words.values()].flatMap(({ towards: _towards, ...entry }) => {
    const last = ends.get(entry.id);
    const end = last?.expiresAt === undefined ? null : Date.parse(last.expiresAt);
    return end !== null && end <= now ? [] : [{ ...entry, class: last?.class ?? null, expiresAt: end }];
  });
}

const short = (entry: Entry | null): string =>
  entry === null ? 'free' : `${entry.accountId} ${entry.action} ${/malware|trap/.exec(entry.class ?? '')?.[0]}`;

test('a look-up says what a look at every entry says: addresses, groups, peers, ends, lists of an account and of all', async () => {
  const ADDRESSES = ['a@x.test', 'A+t@X.test', 'a+u@x.test', 'b@y.x.test', 'c@z.test', 'd@else.example'];
  const IPS = ['192.0.2.7', '192.0.2.9', '192.9.9.9', '10.0.0.1', '2001:db8::7', '2001:db8:1::9', '::ffff:192.0.2.7'];
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.array(line, { maxLength: 12 }), fc.nat(12), async (own, all, cut) => {
      const operators: Owner = { id: 'lst_2', accountId: null, name: 'all', feed: null };
      const half = await imported(MINE, own.slice(0, cut));
      const lists = [await imported(MINE, own.slice(cut), {}, half), await imported(operators, all)];
      const shelf = newLibraryShelf(SECRET, { lists });
      for (const now of [NOW, NOW + 2 * HOUR])
        for (const accountId of ['acc_1', 'acc_2', null]) {
          const every = [...(accountId === 'acc_1' ? naive(MINE, own, now) : []), ...naive(operators, all, now)];
          for (const address of ADDRESSES)
            for (const direction of ['sender', 'recipient'] as const)
              for (const group of [null, 'news']) {
                const patterns = addressPatterns(address);
                const answer = (entries: readonly Entry[]): string =>
                  short(blockedBy(entries.filter(one => holdsFor(one, address, direction, group))));
                const seen = shelf.find({ accountId, patterns, group, now });
                assert.equal(answer(seen), answer(every.filter(one => patterns.includes(one.pattern))), `${address} ${direction} ${group}`);
              }
          for (const ip of IPS) {
            const answer = (entries: readonly Entry[]): string => short(blockedBy(entries.filter(one => one.direction !== 'recipient')));
            const inside = (one: Entry): boolean =>
              one.kind === 'cidr'
                ? insideRanges([one.pattern])(ip)
                : one.kind === 'ip' && peerPatterns(ip, { v4: [], v6: [] })[0] === one.pattern;
            const seen = shelf.findPeer({ accountId, ip, now });
            assert.equal(answer(seen), answer(every.filter(one => one.group === null && inside(one))), ip);
          }
        }
      shelf.close();
    }),
    { numRuns: 60 },
  );
});

const sorted = (all: readonly (readonly [string, string | null | undefined])[]): string[] => all.map(one => one.join(' ')).toSorted();

test('a search reads what lives, by prefix and in pieces, from wherever it stopped', async () => {
  const lines = Array.from({ length: 5_000 }, (_, n): Line => ({
    pattern: `${n % 3 ? 'person' : 'other'}${n % 4_000}@x.test`,
    reason: `why ${n} ${'é'.repeat(n % 50)}`,
  }));
  const list = await imported(MINE, lines, {}, await imported(MINE, lines.slice(0, 900)));
  const last = new Map(lines.map(one => [one.pattern, one.reason]));
  const shelf = newLibraryShelf(SECRET, { lists: [list] });
  const gone = shelf.keyOf('person1@x.test', null);
  for (const prefix of ['', 'person', 'person39', 'none', 'other3@']) {
    const seen: [string, string | null][] = [];
    for (let from: number | null = 0; from !== null;) {
      let stop: number | null = null;
      let taken = 0;
      for await (const block of readList(list, SECRET, { from, prefix, now: NOW, removed: new Set([gone]) })) {
        for (const { kept, next } of block.entries) {
          if (++taken > 700) break;
          seen.push([kept.pattern, kept.reason]);
          stop = next;
        }
        if (taken > 700 || block.at === null) break;
        stop = block.at;
      }
      from = taken > 700 ? stop : null;
    }
    const wanted = [...last].filter(([pattern]) => pattern.startsWith(prefix) && pattern !== 'person1@x.test');
    assert.deepEqual(sorted(seen), sorted(wanted), prefix);
  }
  const entry = shelf.entry('lst_1', shelf.keyOf('person2@x.test', null));
  assert.equal(entry?.text?.reason, last.get('person2@x.test'));
  assert.equal(shelf.entry('lst_1', shelf.keyOf('person2@y.test', null)), null);
  shelf.close();
});

test('what was taken out or is over does not come back with the next import; `fill` changes nothing that is there', async () => {
  const first = await imported(MINE, [
    { pattern: 'a@x.test' },
    { pattern: 'b@x.test', reason: 'old' },
    { pattern: 'c@x.test', expiresAt: new Date(NOW + HOUR).toISOString() },
  ]);
  const shelf = newLibraryShelf(SECRET, { lists: [first] });
  const dropped = [shelf.keyOf('a@x.test', null)];
  const later: Partial<BuildAsk> = { dropped, now: NOW + 2 * HOUR };
  const next = await imported(MINE, [{ pattern: 'd@x.test' }], later, first);
  assert.equal(next.entries, 2);
  const filled = await imported(MINE, [{ pattern: 'b@x.test', reason: 'from a backup' }, { pattern: 'e@x.test' }], { wins: 'old' }, next);
  shelf.set({ lists: [filled] });
  const reason = (pattern: string): string | null | undefined => shelf.entry('lst_1', shelf.keyOf(pattern, null))?.text?.reason;
  assert.deepEqual([reason('b@x.test'), reason('e@x.test'), reason('a@x.test'), reason('c@x.test')], ['old', null, undefined, undefined]);
  shelf.close();
});

test('too many entries and a damaged file change nothing and leave nothing behind', async () => {
  const list = await imported(MINE, [{ pattern: 'a@x.test' }, { pattern: 'b@x.test' }]);
  const folder = join(root, String(++made));
  mkdirSync(folder);
  const upload = join(folder, 'x.upload');
  writeFileSync(upload, 'c@x.test\nd@x.test\n');
  const old = list.segment && { segment: list.segment, lines: list.lines, sha256: list.record.linesSha256 };
  const ask: BuildAsk = {
    folder,
    mark: 'm',
    secret: SECRET,
    old,
    dropped: [],
    upload,
    format: 'plain',
    defaults: { action: 'block', direction: null, subdomains: false, operator: true },
    wins: 'new',
    most: 3,
    now: NOW,
  };
  const many = await buildList(ask, () => undefined);
  assert.deepEqual('refused' in many && many.refused, 'the list would have more than 3 entries');
  const bytes = readFileSync(list.lines);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(list.lines, bytes);
  const damaged = await buildList({ ...ask, most: 9 }, () => undefined);
  assert.match('refused' in damaged ? damaged.refused : '', /damaged/);
  assert.deepEqual(readdirSync(folder), ['x.upload']);
});
