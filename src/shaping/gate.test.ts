// Nothing exceeds the limits: in any stretch of time no more mails go than the pace gives and its burst, and no more a day than the cap.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { capOf, nextTurn, nextUse, paceOf, repaid, type Limits } from './gate.ts';

const limits: Limits = {
  perSecond: 5,
  burst: 5,
  heldUntil: 0,
  connections: 5,
  mailsPerConnection: 20,
  dayCap: null,
  warmCap: 100,
  warmPerSecond: 1,
  utcOffsetHours: 0,
};
const START = 1_800_000_000_000;

test('in any stretch of time no more go than the pace gives and its burst', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 500, noNaN: true }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.array(fc.nat({ max: 3_000 }), { minLength: 20, maxLength: 200 }),
      (perSecond, patienceMs, pauses) => {
        const pace = { perSecond, burst: Math.max(1, Math.floor(perSecond)), heldUntil: 0 };
        let paidUntil = 0;
        let now = START;
        const went: number[] = [];
        for (const pause of pauses) {
          // Many ask at the same moment, then nobody for a while.
          now += pause % 7 === 0 ? pause : 0;
          const turn = nextTurn(pace, paidUntil, now, patienceMs);
          if (!turn.ok) {
            assert.ok(turn.until > now);
            continue;
          }
          assert.ok(turn.at >= now && turn.at <= now + patienceMs);
          paidUntil = turn.paidUntil;
          went.push(turn.at);
        }
        for (let i = 0; i < went.length; i++)
          for (let j = i; j < went.length; j++) {
            const given = (((went[j] as number) - (went[i] as number)) * perSecond) / 1_000 + pace.burst;
            assert.ok(j - i + 1 <= given + 0.01, `${j - i + 1} went where ${given} may`);
          }
      },
    ),
    { numRuns: 300 },
  );
});

test('no more a day than the cap, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.nat({ max: 20 }), fc.array(fc.integer({ min: -1, max: 1 }), { maxLength: 200 }), (cap, moves) => {
      let day = { number: 0, used: 0 };
      let today = 20_000;
      const went = new Map<number, number>();
      for (const move of moves) {
        today += move;
        const next = nextUse(day, today, cap);
        if (!next) continue;
        day = next;
        went.set(day.number, (went.get(day.number) ?? 0) + 1);
      }
      for (const count of went.values()) assert.ok(count <= cap);
    }),
  );
});

test('a published pace takes over what the old one gave away: publishing it again and again gives nothing', () => {
  const slow = { perSecond: 1, burst: 1, heldUntil: 0 };
  let paidUntil = 0;
  let went = 0;
  for (let now = START; now < START + 60_000; now += 100) {
    paidUntil = repaid(limits, limits, paidUntil, now);
    const turn = nextTurn(limits, paidUntil, now, 0);
    if (!turn.ok) continue;
    paidUntil = turn.paidUntil;
    went++;
  }
  assert.ok(went >= 300 && went <= 305, String(went));
  const ahead = repaid(limits, slow, START + 1_000, START);
  assert.equal(ahead, START + 5_000, 'five mails that were given away are five seconds of the slower pace');
  assert.equal(repaid(limits, { ...slow, heldUntil: START + 1 }, START + 1_000, START), START, 'a hold forgets them');
});

test('a clock that was set back by a day stops nobody', () => {
  const turn = nextTurn(limits, START + 86_400_000, START, 1_000);
  assert.ok(turn.ok && turn.at === START);
});

test('a warming address has its own cap and spreads its day; both caps hold', () => {
  assert.equal(capOf(limits, false), null);
  assert.equal(capOf(limits, true), 100);
  assert.equal(capOf({ ...limits, dayCap: 50 }, true), 50);
  assert.equal(paceOf(limits, false).perSecond, 5);
  assert.deepEqual(paceOf(limits, true), { perSecond: 1, burst: 10, heldUntil: 0 });
  assert.equal(paceOf({ ...limits, perSecond: null }, true).perSecond, 1);
});
