import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_TYPES as OF_API } from '../../../../src/api/resources/webhooks.ts';
import { EMPTY_TAIL, EVENT_TYPES, factsOf, fits, happened, MOST_SHOWN, queryOf, resumed, type Happened } from './tail.ts';

const event = (n: number, more: object = {}): Happened => ({
  id: `evt_${n}`,
  at: '2026-11-22T02:40:02.114Z',
  type: 'delivered',
  emailId: 'msg_1',
  recipient: 'ana@example.com',
  ...more,
});

test('every type of the API can be chosen', () => assert.deepEqual(EVENT_TYPES.toSorted(), OF_API.toSorted()));

test('newest first, and no more than a bound', () => {
  let tail = EMPTY_TAIL;
  for (let n = 0; n < MOST_SHOWN + 7; n++) tail = happened(tail, event(n), false);
  assert.equal(tail.shown.length, MOST_SHOWN);
  assert.equal(tail.shown[0]?.id, `evt_${MOST_SHOWN + 6}`);
});

test('what happens while it is paused waits, is counted, and comes in order', () => {
  let tail = happened(EMPTY_TAIL, event(1), false);
  tail = happened(happened(tail, event(2), true), event(3), true);
  assert.deepEqual([tail.shown.map(one => one.id), tail.waitingCount], [['evt_1'], 2]);
  tail = resumed(tail);
  assert.deepEqual(tail, { shown: [event(3), event(2), event(1)], waiting: [], waitingCount: 0 });
});

test('a filter means the same to the tail and to the API', () => {
  assert.deepEqual(queryOf({ type: 'bounced', text: 'msg_1' }), { type: 'bounced', emailId: 'msg_1' });
  assert.deepEqual(queryOf({ type: '', text: 'a@b.test' }), { type: undefined, recipient: 'a@b.test' });
  assert.ok(fits(event(1), { type: '', text: 'Ana@example.com' }));
  assert.ok(fits(event(1), { type: 'delivered', text: 'msg_1' }));
  assert.ok(!fits(event(1), { type: 'bounced', text: '' }));
  assert.ok(!fits(event(1, { recipient: null, emailId: null }), { type: '', text: 'ana@example.com' }));
});

test('facts stand on one line, the reply first', () => {
  const facts = {
    class: 'no_such_user',
    reply: '550 5.1.1 who',
    permanent: true,
    accountId: 'acc_1',
    attempt: { peer: 'mx' },
    nothing: null,
  };
  assert.equal(factsOf(event(1, facts)), '550 5.1.1 who · class: no_such_user · permanent: true');
});
