// Which replies and reports make an entry of the blocked library, and which never do.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newSecrets } from '../engines/keys/secrets.ts';
import type { EmailRow, RecipientRow } from '../engines/store/control/emails.ts';
import { said } from '../deliver/outcome.ts';
import type { Attempt, Attempted, NewEvent } from '../mail.ts';
import { hashedPattern, hashedPatterns, readKnown } from '../suppress/entries.ts';
import { learned, returnedSuppression } from './library.ts';

const secrets = newSecrets({ seal: randomBytes(32), mac: randomBytes(32) });
const hashesOf = (address: string): readonly string[] => hashedPatterns(secrets.mac, address);
const deps = { secrets, hashesOf, smarthost: false, hostname: 'mx.sesame.test' };

/** A job to ann@x.test that was answered so. */
function job(tried: Partial<Attempt>, over: object = {}, target: object = { kind: 'mx', domain: 'x.test' }): Attempted {
  const recipients = [{ n: 0, address: 'Ann@x.test', target }];
  const base = { direction: 'out', accountId: 'acc_1', mailFrom: 'me@s.test', recipients, tried: [{ n: 0, ...tried }] };
  return { ...base, ...over } as unknown as Attempted;
}
/** As delivery reads it. */
const rcpt = (code: number, enhanced: string | null, text: string): Partial<Attempt> => ({
  ...said({ code, enhanced, text }, 'rcpt'),
  atRcpt: true,
});
const UNKNOWN = rcpt(550, '5.1.1', '5.1.1 <ann@x.test>: no such user');

test('an unknown mailbox at RCPT: an entry of the account, and a vote', () => {
  const made = learned(deps, job(UNKNOWN))?.made ?? [];
  assert.deepEqual(
    made.map(one => [one.accountId, one.class, one.pattern, one.vote]),
    [['acc_1', 'hard_bounce', hashedPattern(secrets.mac, 'hard_bounce', 'ann@x.test'), true]],
  );
  assert.deepEqual(readKnown(secrets.open, 'acc_1', made[0]?.sealed ?? Buffer.alloc(0)), {
    address: 'Ann@x.test',
    evidence: '550 5.1.1 <ann@x.test>: no such user',
  });
});

test('a mailbox that has moved is an entry and no vote', () => {
  const made = learned(deps, job(rcpt(551, '5.1.6', '5.1.6 the mailbox has moved')))?.made ?? [];
  assert.deepEqual(
    made.map(one => one.vote),
    [false],
  );
});

const NEVER: readonly (readonly [string, Partial<Attempt>])[] = [
  ['a block', rcpt(554, '5.7.1', '5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org')],
  ['a full box', rcpt(552, '5.2.2', '5.2.2 mailbox full')],
  ['a policy', rcpt(550, '5.7.1', '5.7.1 relaying denied')],
  ['content', rcpt(554, '5.7.1', '5.7.1 message looks like spam')],
  ['unknown for now', rcpt(450, '4.1.1', '4.1.1 user unknown')],
  ['unknown behind the end of the message', said({ code: 550, enhanced: '5.1.1', text: '5.1.1 no such user' }, 'data')],
  ['the library itself', { result: 'bounced', class: 'blocked', reason: null, code: null }],
];
for (const [what, tried] of NEVER) test(`no entry of ${what}`, () => assert.equal(learned(deps, job(tried)), undefined));

test('no entry of a smarthost, our own door, a forward, the simulator, the null sender, or mail of the server', () => {
  assert.equal(learned({ ...deps, smarthost: true }, job(UNKNOWN)), undefined);
  assert.equal(learned(deps, job(UNKNOWN, { direction: 'in' }, { kind: 'forward', address: 'z@z.test' })), undefined);
  assert.equal(learned(deps, job(UNKNOWN, {}, { kind: 'simulator', box: 'bounce' })), undefined);
  assert.equal(learned(deps, job({ ...UNKNOWN, peer: 'mx.sesame.test [127.0.0.1]:25' })), undefined);
  assert.equal(learned(deps, job({ ...UNKNOWN, peer: 'mx.x.test [192.0.2.1]:25' }))?.made.length, 1);
  assert.equal(learned(deps, job(UNKNOWN, { mailFrom: '' })), undefined);
  assert.equal(learned(deps, job(UNKNOWN, { accountId: null })), undefined);
});

test('what arrived ends the hard bounce, unless a smarthost took it', () => {
  const arrived = said({ code: 250, enhanced: '2.0.0', text: '2.0.0 ok' }, 'data');
  const works = { accountId: 'acc_1', patterns: [hashedPattern(secrets.mac, 'hard_bounce', 'ann@x.test')] };
  assert.deepEqual(learned(deps, job(arrived)), { made: [], works });
  assert.equal(learned({ ...deps, smarthost: true }, job(arrived)), undefined);
});

test('reports: permanent bounces and complaints of mail that we sent, never a vote', () => {
  const email = { accountId: 'acc_1', direction: 'out' } as EmailRow;
  const recipient = { address: 'ann@x.test', target: { kind: 'mx', domain: 'x.test' } } as RecipientRow;
  const event = (type: string, data: object): NewEvent => ({ type, data }) as NewEvent;
  const gone = event('bounced', { permanent: true, reply: null, code: 550, enhanced: '5.1.1', reason: 'userunknown' });
  const made = returnedSuppression(deps, email, recipient, gone);
  assert.deepEqual([made?.class, made?.vote], ['hard_bounce', false]);
  assert.equal(readKnown(secrets.open, 'acc_1', made?.sealed ?? Buffer.alloc(0)).evidence, '550 5.1.1 userunknown');
  assert.equal(returnedSuppression(deps, email, recipient, event('complained', { feedbackType: 'abuse' }))?.class, 'complaint');
  for (const [type, data] of [
    ['bounced', { permanent: false }],
    ['deferred', {}],
  ] as const)
    assert.equal(returnedSuppression(deps, email, recipient, event(type, data)), null);
  assert.equal(returnedSuppression(deps, email, null, event('complained', {})), null);
  assert.equal(returnedSuppression(deps, { ...email, direction: 'in' }, recipient, gone), null);
  assert.equal(returnedSuppression(deps, email, { ...recipient, address: '' }, gone), null, 'erased meanwhile');
});
