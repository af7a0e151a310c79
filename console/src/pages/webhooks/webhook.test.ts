import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthOf, replayOf, type Webhook } from './webhook.ts';

const hook: Webhook = {
  id: 'whk_1',
  accountId: null,
  url: 'https://a.example/',
  events: [],
  state: 'active',
  disabledReason: null,
  failures: 0,
  failingSince: null,
  nextAt: null,
  lastAnswer: null,
  createdAt: '2026-11-22T02:40:02.114Z',
};

test('the state says why an endpoint gets nothing', () => {
  assert.equal(healthOf(hook), 'active');
  assert.equal(healthOf({ ...hook, failingSince: hook.createdAt }), 'failing');
  assert.equal(healthOf({ ...hook, state: 'disabled' }), 'off');
  assert.equal(healthOf({ ...hook, state: 'disabled', disabledReason: 'gone' }), 'gone');
  assert.equal(healthOf({ ...hook, state: 'disabled', disabledReason: 'failing', failingSince: hook.createdAt }), 'gaveUp');
});

test('a replay begins at a time or at a cursor, and not at nothing', () => {
  assert.deepEqual(replayOf('cursor', ' cur_1 '), { after: 'cur_1' });
  assert.deepEqual(replayOf('time', '2026-11-22T02:40'), { since: new Date('2026-11-22T02:40').toISOString() });
  assert.equal(replayOf('time', ''), null);
  assert.equal(replayOf('cursor', '  '), null);
});
