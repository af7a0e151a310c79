import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PARTS } from '../../../../src/reputation/parts.ts';
import { LEAST_ENDED as JUDGED_FROM } from '../../../../src/reputation/bounds.ts';
import { groupsOf, isShare, LEAST_ENDED, type Part, type PartState } from './reputation.ts';

const part = (id: string, state: PartState, cost: number): Part => ({
  id,
  state,
  cost,
  weight: 20,
  minimum: 100,
  good: 0.02,
  bad: 0.1,
  value: 0.05,
  hits: 5,
  of: 100,
  low: 0.02,
  high: 0.1,
  week: null,
  title: id,
  says: state,
  mend: null,
});

test('every part stands in one group; what costs most comes first', () => {
  const parts = [part('a', 'fair', 2), part('b', 'too_few', 0), part('c', 'good', 0), part('d', 'bad', 9), part('e', 'shown', 0)];
  const { costs, fine, unjudged } = groupsOf(parts);
  assert.deepEqual(
    [costs, fine, unjudged].map(group => group.map(one => one.id)),
    [['d', 'a'], ['c'], ['b', 'e']],
  );
});

test('what the server counts as rates is shown as shares, and the bound is the same', () => {
  assert.ok(PARTS.every(isShare));
  assert.equal(LEAST_ENDED, JUDGED_FROM);
});
