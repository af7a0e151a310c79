import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryMs, factsOf, worstFirst, type Attempt, type Message, type Recipient } from './facts.ts';

const attempt = (at: string, result: Attempt['result']): Attempt => ({
  at,
  result,
  peer: null,
  sendingIp: null,
  reply: '',
  code: null,
  enhanced: null,
  class: 'none',
  reason: null,
  tls: null,
  nextAt: null,
});
const message = (recipient: Recipient, more: Partial<Message> = {}): Message =>
  ({ acceptedAt: '2026-11-22T02:40:00Z', sendAt: null, finalAt: null, contentHeld: true, recipients: [recipient], ...more }) as Message;

test('the way in the order of time, with gaps, ending with the content', () => {
  const recipient: Recipient = {
    address: 'a@b.test',
    state: 'delivered',
    nextAt: null,
    attempts: [attempt('2026-11-22T02:40:00.029Z', 'deferred'), attempt('2026-11-22T02:45:01.029Z', 'delivered')],
  };
  const one = message(recipient, { contentHeld: false, finalAt: '2026-11-22T02:45:01.030Z' });
  assert.deepEqual(
    factsOf(one, recipient).map(fact => [fact.kind, fact.gapMs]),
    [
      ['accepted', null],
      ['attempt', 29],
      ['attempt', 301_000],
      ['destroyed', 1],
    ],
  );
  assert.equal(deliveryMs(one, recipient), 301_029);
});

test('what waits says until when and why', () => {
  const waiting: Recipient = {
    address: 'a@b.test',
    state: 'queued',
    nextAt: '2026-11-22T02:50:00Z',
    waiting: { why: 'pace', until: '2026-11-22T02:50:00Z' },
  };
  assert.deepEqual(
    factsOf(message(waiting), waiting).map(fact => fact.kind),
    ['accepted', 'waiting'],
  );
  const deferred: Recipient = {
    address: 'a@b.test',
    state: 'deferred',
    nextAt: '2026-11-22T02:50:00Z',
    attempts: [attempt('2026-11-22T02:41:00Z', 'deferred')],
  };
  assert.deepEqual(
    factsOf(message(deferred), deferred).map(fact => fact.kind),
    ['accepted', 'attempt', 'next'],
  );
  assert.equal(deliveryMs(message(deferred), deferred), null);
});

test('failed recipients stand first', () => {
  const of = (state: string): Recipient => ({ address: state, state, nextAt: null });
  assert.deepEqual(
    worstFirst(['delivered', 'deferred', 'bounced'].map(of)).map(one => one.state),
    ['bounced', 'deferred', 'delivered'],
  );
});

test('what came after delivery stands by its time; programs are counted apart', () => {
  const recipient: Recipient = { address: 'a@b.test', state: 'delivered', nextAt: null, outcome: 'complained', attempts: [] };
  const one = message(recipient, { contentHeld: false, finalAt: '2026-11-22T02:45:00Z' });
  const told = [
    { at: '2026-11-22T02:44:00Z', type: 'opened', recipient: 'a@b.test', bot: true },
    { at: '2026-11-22T03:00:00Z', type: 'opened', recipient: 'a@b.test', bot: false },
    { at: '2026-11-22T03:00:00Z', type: 'opened', recipient: 'other@b.test', bot: false },
    { at: '2026-11-22T03:10:00Z', type: 'complained', recipient: 'a@b.test', afterDelivery: true },
    { at: '2026-11-22T02:41:00Z', type: 'delivered', recipient: 'a@b.test' },
  ];
  assert.deepEqual(
    factsOf(one, recipient, told).map(fact => [fact.kind, 'type' in fact ? fact.type : 'count' in fact ? fact.count : null]),
    [
      ['accepted', null],
      ['destroyed', null],
      ['told', 'opened'],
      ['told', 'complained'],
      ['bots', 1],
    ],
  );
  assert.deepEqual(
    factsOf(one, recipient).map(fact => fact.kind),
    ['accepted', 'outcome', 'destroyed'],
  );
});
