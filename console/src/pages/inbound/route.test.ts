import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionOf, grouped, inOrder, kindOf, KINDS, total, type Route } from './route.ts';

test('an action is read from the API and written back as it was', () => {
  for (const kind of KINDS) {
    const action = actionOf(kind, ' there ');
    assert.deepEqual(kindOf(action), { kind, target: kind === 'reject' || kind === 'drop' ? '' : 'there' });
  }
});

test('routes stand in the order in which they count', () => {
  const of = (match: string): Route => ({ match }) as Route;
  assert.deepEqual(
    inOrder([of('*'), of('b.test'), of('@b.test'), of('x@b.test'), of('a@b.test')]).map(one => one.match),
    ['a@b.test', 'x@b.test', '@b.test', 'b.test', '*'],
  );
});

test('refusals are grouped by reason, each with its latest', () => {
  const rows = [
    { reason: 'a', at: '2026-11-30T10:00:00Z' },
    { reason: 'b', at: '2026-11-30T09:00:00Z' },
    { reason: 'b', at: '2026-11-30T11:00:00Z' },
  ];
  assert.deepEqual(grouped(rows), [
    { reason: 'b', count: 2, last: '2026-11-30T11:00:00Z' },
    { reason: 'a', count: 1, last: '2026-11-30T10:00:00Z' },
  ]);
});

test('verdicts add up', () => assert.equal(total({ pass: 1, gray: 2, fail: 3, unchecked: 4 }), 10));
