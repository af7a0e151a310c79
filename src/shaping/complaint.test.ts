// Which replies are about our pace, in the words that providers use, and which are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaintOf } from './complaint.ts';

type Said = readonly [code: number | null, enhanced: string | null, text: string, phase: 'connect' | 'mail' | 'rcpt' | 'data'];
const kind = ([code, enhanced, text, phase]: Said): string | null => complaintOf({ code, enhanced, text, phase })?.kind ?? null;

test('rates, blocks, connections and sessions are told apart', () => {
  const expected: readonly (readonly [string, Said])[] = [
    ['rate', [421, '4.7.28', 'Our system has detected an unusual rate of mail originating from your IP address', 'data']],
    ['rate', [421, '4.7.0', 'Try again later, closing connection.', 'mail']],
    ['rate', [550, null, 'Connection frequency limited', 'mail']],
    ['rate', [554, null, 'Too many mails sent today, daily limit exceeded', 'data']],
    [
      'block',
      [421, null, '4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints', 'connect'],
    ],
    ['block', [451, '4.7.650', 'The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation.', 'mail']],
    ['connections', [421, null, 'Too many connections from your IP', 'connect']],
    ['session', [421, null, 'Max message per connection reached, closing transmission channel', 'mail']],
  ];
  for (const [what, said] of expected) assert.equal(kind(said), what, said[2]);
});

test('greylisting, full boxes, unknown users, contents, other people’s rates and a server that stops say nothing about us', () => {
  const silent: readonly Said[] = [
    [451, '4.7.1', 'Greylisting in action, please come back later', 'rcpt'],
    [452, '4.2.2', 'Mailbox full', 'rcpt'],
    [550, '5.1.1', 'No such user', 'rcpt'],
    [450, '4.2.1', 'The user you are trying to contact is receiving mail at a rate that prevents additional messages', 'rcpt'],
    [452, '4.5.3', 'Too many recipients', 'rcpt'],
    [421, '4.3.2', 'System shutting down', 'connect'],
    [552, '5.3.4', 'Message too large', 'data'],
    [250, '2.0.0', 'OK', 'data'],
  ];
  for (const said of silent) assert.equal(kind(said), null, said[2]);
});

test('a refusal of one mail weighs less than a refused connection', () => {
  const text = 'Service unavailable, Client host [192.0.2.1] blocked using a list';
  assert.ok((complaintOf({ code: 550, enhanced: '5.7.1', text, phase: 'rcpt' })?.weight ?? 1) < 0.5);
  assert.equal(complaintOf({ code: 554, enhanced: '5.7.1', text, phase: 'connect' })?.weight, 1);
});
