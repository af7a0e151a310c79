import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RULES } from '../../../../src/standing/rules.ts';
import { wilsonLower } from '../../../../src/standing/readings.ts';
import { en } from '../../words/en.ts';
import { distanceOf, lowerEnd, nearestFirst, toneOf, type Rule } from './rule.ts';

const rule = (more: Partial<Rule> = {}): Rule => ({
  id: 'hard_bounces',
  sentence: '',
  window: 86_400,
  value: 0,
  judged: 0,
  hits: 0,
  among: 0,
  threshold: 0.05,
  thresholds: { warned: 0.05, suspended: 0.1 },
  minimum: { hits: 20, among: 200 },
  enough: false,
  breached: false,
  ...more,
});

test('every rule has a name', () => assert.deepEqual(Object.keys(en.standing.rules).toSorted(), RULES.map(one => one.id).toSorted()));

test('the lower end is that of the rules', () =>
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(2000), (hits, more) => {
      assert.ok(Math.abs(lowerEnd(hits, hits + more) - wilsonLower(hits, hits + more)) < 1e-12);
    }),
  ));

test('the distance is the least number of hits that the rules would judge so', () =>
  fc.assert(
    fc.property(fc.nat(300), fc.nat(5000), (hits, more) => {
      const one = rule({ hits, among: hits + more });
      const distance = distanceOf(one);
      const over = (n: number): boolean => wilsonLower(hits + n, hits + more + n) > 0.05 && hits + n >= 20 && hits + more + n >= 200;
      if (distance === null) assert.ok(over(0));
      else assert.ok(over(distance) && !over(distance - 1), `${hits} of ${hits + more}: ${distance}`);
    }),
  ));

test('what is no rate is counted plainly; what leads nowhere has no distance', () => {
  assert.equal(distanceOf(rule({ among: null, judged: 0, threshold: 1, thresholds: { suspended: 1 } })), 1);
  assert.equal(distanceOf(rule({ among: null, judged: 1, threshold: 1, thresholds: { suspended: 1 } })), null);
  assert.equal(distanceOf(rule({ thresholds: {} })), null);
});

test('broken rules come first and say so', () => {
  const broken = rule({ id: 'spam', breached: true, judged: 0.12, enough: true });
  const near = rule({ id: 'traps', judged: 0.04, enough: true });
  const far = rule({ id: 'complaints', judged: 0.01, enough: true });
  const few = rule({ id: 'hard_bounces' });
  assert.deepEqual(nearestFirst([few, far, near, broken]), [broken, near, far, few]);
  assert.deepEqual([broken, near, few, { ...broken, judged: 0.06 }].map(toneOf), ['bad', 'good', 'idle', 'warn']);
});
