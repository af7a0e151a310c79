// The judgement: too few are not judged, more harm never raises a score, a bad week shows and is not forgotten, and the page says what the code does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Counts } from '../statistics/shown.ts';
import type { Facts } from './facts.ts';
import { judge, type Judged } from './judge.ts';
import { EVENNESS, PARTS, TREND } from './parts.ts';
import { NOTE, STATES } from './words.ts';

const NONE = { listings: null, dmarc: null, records: null, tls: null };
const even = (days: number, counts: Readonly<Record<string, number>>): readonly Counts[] =>
  Array.from({ length: days }, () => new Map(Object.entries(counts)));
const facts = (week: Readonly<Record<string, number>>, before = week, over: Partial<Facts> = {}): Facts => ({
  week: even(7, week),
  before: even(28, before),
  ...NONE,
  ...over,
});
const part = (of: Facts, id: string): Judged => {
  const found = judge(of).parts.find(one => one.id === id);
  assert.ok(found);
  return found;
};

test('a quiet good sender has all points, and parts that were not measured cost nothing', () => {
  const { score, grade, parts } = judge(facts({ mails: 100, delivered: 1_000, 'bounced/hard': 2 }));
  assert.deepEqual([score, grade], [100, 'good']);
  assert.deepEqual(
    parts
      .filter(one => one.state === 'not_measured')
      .map(one => one.id)
      .toSorted(),
    ['authentication', 'blocklists', 'clicks', 'engagement_trend', 'opens', 'records', 'tls_reports'],
  );
});

test('too few: no score, and no part is judged below its minimum', () => {
  const { score, grade, parts } = judge(facts({ delivered: 1, 'bounced/hard': 1 }));
  assert.deepEqual([score, grade], [null, 'too_few']);
  assert.equal(parts.find(one => one.id === 'unknown_addresses')?.state, 'too_few');
  assert.ok(parts.every(one => one.cost === 0));
  assert.equal(judge(facts({})).score, null);
});

test('few mails never look like many: the same rate of a hundred times as many costs more', () => {
  const cost = (times: number): number => part(facts({ delivered: 90 * times, 'bounced/hard': 10 * times }), 'unknown_addresses').cost;
  assert.ok(cost(1) < cost(100));
});

test('a bad week shows at once, and a good week does not make it forgotten', () => {
  const [fine, awful] = [{ delivered: 1_000 }, { delivered: 800, 'bounced/hard': 200 }];
  assert.equal(part(facts(awful, fine), 'unknown_addresses').state, 'bad');
  assert.ok(part(facts(fine, awful), 'unknown_addresses').cost > 0);
  assert.equal(part(facts(fine, fine), 'unknown_addresses').cost, 0);
});

test('machines that open are nobody’s reading', () => {
  const read = part(facts({ delivered: 1_000, 'opened/human': 300, 'opened/machine': 400 }), 'opens');
  const unread = part(facts({ delivered: 1_000, 'opened/human': 1, 'opened/machine': 999 }), 'opens');
  assert.deepEqual([read.cost, unread.cost], [0, 5]);
  assert.equal(part(facts({ delivered: 1_000 }), 'opens').state, 'not_measured');
});

test('readers that turn away, and leaps of volume', () => {
  const trend = part(facts({ delivered: 1_000, 'opened/human': 50 }, { delivered: 1_000, 'opened/human': 300 }), 'engagement_trend');
  assert.equal(trend.state, 'bad');
  assert.equal(part(facts({ delivered: 100 }), 'volume').cost, 0);
  const leap = { ...facts({ delivered: 10 }), week: [...even(6, { delivered: 10 }), new Map([['delivered', 50_000]])] };
  assert.equal(part(leap, 'volume').state, 'bad');
});

test('lists and reports of others', () => {
  const sender = { delivered: 1_000 };
  assert.equal(part(facts(sender, sender, { listings: { hits: 1, of: 2 } }), 'blocklists').cost, 20);
  assert.equal(part(facts(sender, sender, { listings: { hits: 0, of: 4 } }), 'blocklists').cost, 0);
  assert.equal(part(facts(sender, sender, { dmarc: { hits: 500, of: 1_000 } }), 'authentication').cost, 10);
  assert.equal(part(facts(sender, sender, { records: { hits: 1, of: 4 } }), 'records').cost, 5);
  const tls = part(facts(sender, sender, { tls: { hits: 9, of: 10 } }), 'tls_reports');
  assert.deepEqual([tls.state, tls.cost, tls.value], ['shown', 0, 0.9]);
});

const OWN = {
  'bounced/hard': 'unknown_addresses',
  'bounced/content': 'turned_away',
  complained: 'complaints',
  'rejected/spam_content': 'content',
  'content/FAIL': 'content',
} as const;

test('more harm never makes its part cheaper, and the score is 100 without what the parts cost', () => {
  const harm = fc.constantFrom(...(Object.keys(OWN) as (keyof typeof OWN)[]));
  const counts = fc.record({
    delivered: fc.nat(5_000),
    mails: fc.nat(500),
    'bounced/hard': fc.nat(300),
    'bounced/content': fc.nat(300),
    complained: fc.nat(20),
    'rejected/spam_content': fc.nat(50),
  });
  fc.assert(
    fc.property(counts, harm, fc.integer({ min: 1, max: 500 }), (some, which, more) => {
      const fine = judge(facts(some));
      const worse = judge(facts({ ...some, [which]: ((some as Record<string, number>)[which] ?? 0) + more }));
      for (const { score, parts } of [fine, worse]) {
        if (score === null) continue;
        const tenths = Math.round(parts.reduce((sum, one) => sum + one.cost, 0) * 10);
        assert.equal(score, Math.round(Math.max(0, 1_000 - tenths) / 10));
        assert.ok(parts.every((one, i) => i === 0 || one.cost <= (parts[i - 1]?.cost ?? 0)));
      }
      const own = OWN[which];
      const cost = (of: typeof fine): number => of.parts.find(one => one.id === own)?.cost ?? 0;
      assert.ok(cost(worse) >= cost(fine), own);
    }),
    { numRuns: 500 },
  );
});

test('the page has every part with its figures, and no sentence promises where a mail is put', () => {
  const page = readFileSync(new URL('../../docs/reputation.md', import.meta.url), 'utf8');
  for (const one of [...PARTS, TREND, EVENNESS]) {
    const row = page.split('\n').find(line => line.startsWith(`| \`${one.id}\` |`));
    assert.ok(row, one.id);
    const cells = row.split('|').map(cell => cell.trim());
    const shown = (value: number): string => ('count' in one ? `${Math.round(value * 10_000) / 100} %` : String(value));
    assert.deepEqual(cells.slice(3, 7), [String(one.weight), one.minimum.toLocaleString('en'), shown(one.good), shown(one.bad)], one.id);
  }
  const words = [NOTE, ...Object.values(STATES), ...[...PARTS, TREND, EVENNESS].flatMap(one => [one.title, one.mend])];
  for (const sentence of words) {
    assert.ok(sentence.en && sentence.id && sentence.zh);
    assert.doesNotMatch(`${sentence.en} ${sentence.id}`, /guarantee|will (?:land|reach|arrive)|into the inbox|menjamin|pasti masuk/i);
    assert.doesNotMatch(sentence.zh, /确保|一定进入|收件箱/);
  }
});
