import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedBy, stateOf, worstOf, type Email } from './rows.ts';

const email = (...states: readonly string[]): Email =>
  ({ id: 'msg_1', recipients: states.map((state, n) => ({ address: `${n}@a.test`, state, nextAt: null })) }) as unknown as Email;

test('the state that tells most stands for the message', () => {
  assert.equal(stateOf(email('delivered', 'deferred')), 'deferred');
  assert.equal(stateOf(email('delivered', 'bounced', 'queued')), 'bounced');
  assert.equal(stateOf(email('delivered')), 'delivered');
});

test('the reply that is shown is that of the recipient whose state is', () => {
  assert.equal(worstOf(email('delivered', 'deferred', 'deferred'))?.address, '1@a.test');
  const changed = changedBy(email('deferred'), { type: 'bounced', emailId: 'msg_1', recipient: '0@a.test', reply: '550 5.1.1 no' });
  assert.equal(worstOf(changed)?.lastReply, '550 5.1.1 no');
});

test('an event changes the recipient it names, and nothing after delivery', () => {
  const row = email('queued', 'queued');
  const event = { type: 'delivered', emailId: 'msg_1', recipient: '1@a.test' };
  assert.deepEqual(
    changedBy(row, event).recipients.map(one => one.state),
    ['queued', 'delivered'],
  );
  for (const other of [
    { ...event, emailId: 'msg_2' },
    { ...event, type: 'opened' },
    { ...event, type: 'bounced', afterDelivery: true },
  ])
    assert.equal(changedBy(row, other), row);
});
