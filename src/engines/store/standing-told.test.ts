// Results and reports as they count: final ones of the account's own mail, with the peer's words and without the address they repeat.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt, NewEvent } from '../../mail.ts';
import { toldOfOutcome, toldOfResults } from './standing-told.ts';
import type { SettledRecipient } from './types.ts';

const result = (n: number, state: SettledRecipient['state'], attempt: Partial<Attempt> | null = {}): SettledRecipient =>
  ({
    n,
    state,
    dueAt: null,
    warned: false,
    unknownSince: null,
    attempt: attempt && { n, class: 'hard', reason: null, reply: '', ...attempt },
  }) as SettledRecipient;

test('delivered recipients are one event, bounces one of each kind', () => {
  const unknown = { class: 'hard', reason: 'userunknown', reply: '550 5.1.1 <ana@x.test>: no such user ana@x.test' };
  const told = toldOfResults('msg_1', [
    result(0, 'delivered'),
    result(1, 'delivered'),
    result(2, 'bounced', unknown),
    result(3, 'bounced', { ...unknown, reply: 'another' }),
    result(4, 'bounced', { class: 'content', reason: 'spamdetected', reply: '554 spam' }),
    result(5, 'bounced', { class: 'blocked' }),
    result(6, 'bounced', { class: 'virus' }),
    result(7, 'deferred', { class: 'connection' }),
    result(8, 'expired', null),
  ]);
  const reply = '550 5.1.1 <…@x.test>: no such user …@x.test';
  assert.deepEqual(told, [
    { kind: 'delivered', recipients: 2 },
    { kind: 'bounced', recipients: 2, class: 'hard', reason: 'userunknown', reply, emailId: 'msg_1' },
    { kind: 'bounced', recipients: 1, class: 'content', reason: 'spamdetected', reply: '554 spam', emailId: 'msg_1' },
  ]);
});

test('what comes back counts when it is a bounce, or a complaint that carries our signature', () => {
  const event = (type: NewEvent['type'], data: NewEvent['data']): NewEvent => ({
    type,
    at: 0,
    accountId: 'acc_1',
    emailId: 'msg_1',
    recipient: 'a@x.test',
    data,
  });
  assert.deepEqual(toldOfOutcome(event('complained', { verified: true, feedbackType: 'abuse' })), {
    kind: 'complained',
    feedbackType: 'abuse',
    emailId: 'msg_1',
  });
  assert.equal(toldOfOutcome(event('complained', { source: 'simulator' })), null);
  assert.equal(toldOfOutcome(event('deferred', {})), null);
  const hard = toldOfOutcome(
    event('bounced', { permanent: true, class: 'hard', reason: 'userunknown', code: '550', enhanced: '5.1.1', reply: null }),
  );
  assert.deepEqual(hard, { kind: 'bounced', recipients: 1, class: 'hard', reason: 'userunknown', reply: '550 5.1.1', emailId: 'msg_1' });
  const full = toldOfOutcome(event('bounced', { permanent: false, class: 'full', reason: 'mailboxfull', reply: 'full' }));
  assert.ok(full?.kind === 'bounced' && full.class === 'full');
});
