// What is tried again and what is given up, by code and meaning.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAttempt } from './attempt.ts';
import type { Phase } from './reasons.ts';

const SAID: readonly (readonly [number, string | null, string, Phase, string])[] = [
  [250, '2.1.5', 'ok', 'data', 'delivered none'],
  [550, '5.1.1', 'user unknown', 'rcpt', 'bounced hard'],
  [450, '4.1.1', 'user unknown', 'rcpt', 'deferred soft'],
  [552, '5.2.2', 'mailbox full', 'rcpt', 'deferred full'],
  [452, '4.2.2', 'mailbox full', 'rcpt', 'deferred full'],
  [550, null, 'Connection frequency limited', 'mail', 'deferred rate'],
  [554, '5.7.1', 'greylisted, try again in five minutes', 'rcpt', 'deferred greylist'],
  [554, '5.7.1', 'Client host [192.0.2.1] blocked using zen.spamhaus.org', 'rcpt', 'bounced block'],
  [421, '4.7.0', 'low reputation of the sending IP', 'mail', 'deferred reputation'],
  [550, '5.7.26', 'unauthenticated', 'data', 'bounced auth'],
  [552, '5.3.4', 'message too big', 'data', 'bounced size'],
  [552, null, 'the message is larger than 10 MB', 'data', 'bounced size'],
  [451, null, 'who knows', 'data', 'deferred soft'],
  [554, null, 'who knows', 'data', 'bounced unknown'],
];

test('5yz ends it, but for what passes by itself; 4yz never does', () => {
  const got = SAID.map(([code, enhanced, text, phase]) => {
    const { result, class: kind } = readAttempt({ code, enhanced, text, phase });
    return `${result} ${kind}`;
  });
  assert.deepEqual(
    got,
    SAID.map(one => one[4]),
  );
});

test('what is said of our address passes while the mail may go from another', () => {
  const block = { code: 554, enhanced: '5.7.1', text: 'Client host [192.0.2.1] blocked using zen.spamhaus.org', phase: 'rcpt' } as const;
  assert.equal(readAttempt(block, true).result, 'deferred');
  assert.equal(readAttempt({ ...block, text: 'user unknown', enhanced: '5.1.1' }, true).result, 'bounced');
});
