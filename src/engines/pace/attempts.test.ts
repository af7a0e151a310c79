// One outcome a mail, out of what its recipients were answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt } from '../../mail.ts';
import { outcomeOf } from './attempts.ts';
import { eventOf } from './pace.ts';

const attempt = (
  result: Attempt['result'],
  code: number | null,
  reply: string,
  cls = 'temporary',
  enhanced: string | null = null,
): Attempt => ({
  n: 0,
  at: 0,
  result,
  peer: null,
  sendingIp: null,
  reply,
  code,
  enhanced,
  class: cls,
  reason: null,
  tls: null,
});
const kindOf = (...tried: readonly Attempt[]): string | null => {
  const outcome = outcomeOf(tried);
  return outcome && eventOf(outcome).kind;
};
const taken = attempt('delivered', 250, '250 OK');
const unknown = attempt('bounced', 550, '550 5.1.1 no such user', 'no_such_user', '5.1.1');
const slow = attempt('deferred', 421, '421 4.7.28 unusual rate of mail', 'rate_limited', '4.7.28');

test('taken for one is taken; a complaint comes before other answers', () => {
  assert.equal(kindOf(unknown, taken, slow), 'delivered');
  assert.equal(kindOf(unknown, slow), 'complained');
  assert.equal(kindOf(unknown), 'answered');
});

test('a connection that broke off is told, a mail that never met the peer is not', () => {
  assert.equal(kindOf(attempt('unknown', null, 'no answer to the end of the message', 'connection')), 'unreached');
  assert.equal(kindOf(attempt('deferred', null, 'the sealed content could not be opened', 'internal')), null);
  assert.equal(kindOf(attempt('bounced', null, 'the peer takes at most 10 bytes', 'too_large')), null);
});

test('a 5xx greeting that blocks us weighs whole, a refused mail a third', () => {
  const words = '554 5.7.1 blocked using a list, bad reputation';
  const weightOf = (one: Attempt): number => {
    const outcome = outcomeOf([one]);
    const event = outcome && eventOf(outcome);
    return event?.kind === 'complained' ? event.complaint.weight : 0;
  };
  assert.equal(weightOf(attempt('deferred', 554, words, 'spam', '5.7.1')), 1);
  assert.ok(weightOf(attempt('bounced', 554, words, 'spam', '5.7.1')) < 0.5);
});
