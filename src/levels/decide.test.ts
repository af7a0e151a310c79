// Levels by examples and by property: what moves them, that it never moves twice for the same day, and that asking more often changes nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { advanced, fallsBy, risesBy, worthALook, type Kept } from './decide.ts';
import { DAILY, dailyOf, DOWN, NOTHING, TOP, type Sums } from './levels.ts';

const of = (sent: number, over: Partial<Sums> = {}): Sums => ({ ...NOTHING, sent, delivered: sent, ...over });
const DAY = 20_000;

test('70 % of the quota with good delivery is one level up, one recipient less is none', () => {
  assert.equal(risesBy(1, of(350)), 'delivery');
  assert.equal(risesBy(1, of(349)), null);
  assert.equal(risesBy(TOP, of(2_000_000)), null);
});

test('each bound of the first form, on both sides', () => {
  assert.equal(risesBy(4, of(10_000, { invalid: 499, delivered: 9_501 })), 'delivery');
  assert.equal(risesBy(4, of(10_000, { invalid: 500, delivered: 9_500 })), null);
  assert.equal(risesBy(4, of(10_000, { delivered: 9_201 })), 'delivery');
  assert.equal(risesBy(4, of(10_000, { delivered: 9_200 })), null);
  assert.equal(risesBy(4, of(10_000, { spamBounced: 249 })), 'delivery');
  assert.equal(risesBy(4, of(10_000, { spamBounced: 250 })), null);
  assert.equal(risesBy(4, of(10_000, { complained: 9 })), 'delivery');
  assert.equal(risesBy(4, of(10_000, { complained: 10 })), null);
});

test('the second form bears invalid addresses where people open, but not complaints', () => {
  const mixed = of(10_000, { invalid: 900, delivered: 9_100, opened: 4_551 });
  assert.equal(risesBy(4, mixed), 'opens');
  assert.equal(risesBy(4, { ...mixed, opened: 4_550 }), null);
  assert.equal(risesBy(4, { ...mixed, complained: 10 }), null);
});

test('what moves down keeps from moving up: 9.5 % invalid with every mail opened', () => {
  const bad = of(10_000, { invalid: 950, delivered: 9_050, opened: 9_000 });
  assert.deepEqual(fallsBy(4, bad), ['invalid']);
  assert.equal(risesBy(4, bad), null);
});

test('each bound of going down, and that 300 recipients are too few', () => {
  const day = (over: Partial<Sums>): readonly string[] => fallsBy(3, of(1_000, over));
  assert.deepEqual(day({ invalid: 90 }), []);
  assert.deepEqual(day({ invalid: 91 }), ['invalid']);
  assert.deepEqual(day({ delivered: 650 }), []);
  assert.deepEqual(day({ delivered: 649 }), ['delivered']);
  assert.deepEqual(day({ spamBounced: 50 }), []);
  assert.deepEqual(day({ spamBounced: 51 }), ['spam_bounces']);
  assert.deepEqual(day({ complained: 5 }), []);
  assert.deepEqual(day({ complained: 6 }), ['complaints']);
  assert.deepEqual(fallsBy(3, of(DOWN.moreThan, { delivered: 0 })), []);
  assert.deepEqual(fallsBy(3, of(DOWN.moreThan + 1, { delivered: 0 })), ['delivered']);
});

test('from the first to the last level in a day, by what was really sent', () => {
  const climbed = advanced({ level: 1, day: DAY }, DAY, () => of(700_000));
  assert.equal(climbed.kept.level, 20);
  assert.equal(advanced({ level: 1, day: DAY }, DAY, () => of(7_000)).kept.level, 6);
  assert.deepEqual(climbed.moves, [{ from: 1, to: 20, day: DAY, by: ['delivery'], sums: of(700_000) }]);
});

test('a bad day counts on the day after, by one level, and once', () => {
  const bad = of(5_000, { invalid: 1_000, delivered: 4_000 });
  const sumsOf = (day: number): Sums => (day === DAY ? bad : NOTHING);
  const same = advanced({ level: 5, day: DAY }, DAY, sumsOf);
  assert.deepEqual([same.kept.level, same.moves], [5, []]);
  const next = advanced(same.kept, DAY + 1, sumsOf);
  assert.equal(next.kept.level, 4);
  assert.deepEqual(next.moves, [{ from: 5, to: 4, day: DAY, by: ['invalid'], sums: bad }]);
  assert.deepEqual(advanced(next.kept, DAY + 1, sumsOf), { kept: next.kept, moves: [] });
  assert.equal(advanced(next.kept, DAY + 9, sumsOf).kept.level, 4);
});

/** A day as it grew: sums at several times of it, each at least the ones before. */
const grown = fc.array(
  fc.record({
    delivered: fc.nat(120_000),
    invalid: fc.nat(4_000),
    spamBounced: fc.nat(1_000),
    complained: fc.nat(60),
    opened: fc.nat(40_000),
  }),
  { minLength: 1, maxLength: 4 },
);
function looks(steps: readonly Omit<Sums, 'sent'>[]): readonly Sums[] {
  const seen: Sums[] = [];
  for (const step of steps) {
    const last = seen.at(-1) ?? NOTHING;
    const delivered = last.delivered + step.delivered;
    const [invalid, spamBounced] = [last.invalid + step.invalid, last.spamBounced + step.spamBounced];
    const complained = last.complained + step.complained;
    const opened = Math.min(delivered, last.opened + step.opened);
    seen.push({ sent: delivered + invalid + spamBounced, delivered, invalid, spamBounced, complained, opened });
  }
  return seen;
}

test('property: a month under a fake clock stays within the levels, moves as the days say, and never twice for one', () => {
  fc.assert(
    fc.property(fc.array(grown, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: TOP }), (month, start) => {
      const days = month.map(looks);
      let kept: Kept = { level: start, day: DAY };
      const downs = new Set<number>();
      for (const [n, seen] of days.entries()) {
        for (const now of seen) {
          const before = kept.level;
          const sumsOf = (day: number): Sums => (day === DAY + n ? now : (days[day - DAY]?.at(-1) ?? NOTHING));
          const { kept: next, moves } = advanced(kept, DAY + n, sumsOf);
          let level = before;
          for (const move of moves) {
            assert.equal(move.from, level);
            level = move.to;
            if (move.to < move.from) {
              assert.equal(move.from - move.to, 1);
              assert.ok(move.day < DAY + n && !downs.has(move.day));
              assert.deepEqual(move.by, fallsBy(move.from, move.sums));
              downs.add(move.day);
            } else assert.ok(move.sums.sent * 10 >= dailyOf(move.to - 1) * 7);
          }
          assert.equal(level, next.level);
          assert.ok(next.level >= 1 && next.level <= TOP && next.day === DAY + n);
          // The same question again changes nothing.
          assert.deepEqual(advanced(next, DAY + n, sumsOf), { kept: next, moves: [] });
          kept = next;
        }
      }
    }),
  );
});

test('property: a server that slept through days comes to the level of one that looked at each day’s end', () => {
  fc.assert(
    fc.property(fc.array(grown, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: TOP }), (month, start) => {
      const ends = month.map(steps => looks(steps).at(-1) ?? NOTHING);
      const sumsOf = (day: number): Sums => ends[day - DAY] ?? NOTHING;
      let kept: Kept = { level: start, day: DAY };
      for (let day = DAY; day <= DAY + ends.length; day++) kept = advanced(kept, day, sumsOf).kept;
      assert.deepEqual(advanced({ level: start, day: DAY }, DAY + ends.length, sumsOf).kept, kept);
    }),
  );
});

test('property: who can rise is looked at', () => {
  fc.assert(
    fc.property(grown, fc.integer({ min: 1, max: TOP }), (steps, level) => {
      const sums = looks(steps).at(-1) ?? NOTHING;
      if (risesBy(level, sums) !== null) assert.ok(worthALook(level, sums.sent));
    }),
  );
  assert.ok(!worthALook(1, 349) && worthALook(1, 350) && !worthALook(TOP, 5_000_000));
});

test('quotas rise with the level', () => {
  assert.equal(TOP, 20);
  assert.ok(DAILY.every((one, n) => n === 0 || one > (DAILY[n - 1] ?? 0)));
});
