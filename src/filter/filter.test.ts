// Every rule's own examples, the verdicts, and that nothing of the mail is quoted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadFilterModel } from '../engines/filter-model.ts';
import type { SpamFinding } from '../mail.ts';
import { walk } from '../message/walk.ts';
import type { Facts } from './features.ts';
import { judge, sentenceOf } from './filter.ts';
import { readMail } from './read.ts';
import { GTUBE } from './rules/rule.ts';
import { PATTERNS, RULES } from './rules/rules.ts';

const model = loadFilterModel();
const wire = (text: string): Buffer => Buffer.from(text.replace(/\n/g, '\r\n'), 'utf8');
const found = (text: string, facts: Facts = { direction: 'in' }): SpamFinding => judge(model, walk(wire(text)), facts).finding;

for (const rule of [...RULES, ...PATTERNS]) {
  test(`rule ${rule.id} holds for its examples and not for the near ones`, () => {
    const holds = (text: string): boolean => rule.holds(readMail(walk(wire(text)), { direction: 'in' }).mail);
    assert.ok(rule.examples.yes.length > 0 && rule.examples.no.length > 0);
    for (const yes of rule.examples.yes) assert.equal(holds(yes), true, yes);
    for (const no of rule.examples.no) assert.equal(holds(no), false, no);
  });
}

test('rules have ids of their own, a weight in the model and sentences in three languages', () => {
  assert.equal(new Set([...RULES, ...PATTERNS].map(rule => rule.id)).size, RULES.length + PATTERNS.length);
  for (const rule of RULES) {
    assert.equal(typeof model.rules[rule.id], 'number', rule.id);
    assert.equal(new Set(Object.values(rule.says)).size, 3, rule.id);
    assert.match(rule.says.zh, /\p{Script=Han}/u);
  }
});

test('the test pattern is spam and may be refused, however it is encoded', () => {
  const encoded = `Content-Transfer-Encoding: base64\n\n${Buffer.from(`hello ${GTUBE} bye`).toString('base64')}\n`;
  for (const text of [`Subject: x\n\n${GTUBE}\n`, `Subject: x\n${encoded}`]) {
    const finding = found(text, { direction: 'out' });
    assert.equal(finding.verdict, 'FAIL');
    assert.equal(finding.refusable, true);
    assert.equal(finding.reasons[0]?.id, 'gtube');
  }
});

const LUNCH =
  'From: Ann Bell <ann@bell.example>\nTo: Tom <tom@example.com>\nSubject: Lunch\n\nShall we meet at noon? The place by the river is open again.\n\nAnn\n';
const PARCEL =
  'From: DHL Express <info@parcel-redelivery.top>\nSubject: Your package is on hold - action required\nContent-Type: text/html\n\n' +
  '<p>Dear customer, your package could not be delivered: pay the customs fee within 24 hours.</p><a href="http://bakery.example/wp-content/x/dhl/login.php">Confirm delivery</a>\n';

test('wanted mail passes, a fraud is marked, and reasons tell them apart', () => {
  assert.equal(found(LUNCH).verdict, 'PASS');
  const fraud = found(PARCEL);
  assert.notEqual(fraud.verdict, 'PASS');
  assert.ok(fraud.reasons.some(one => one.id === 'sender_named_as_brand' && one.weight > 0));
  assert.ok((fraud.score ?? 0) > (found(LUNCH).score ?? 1));
});

test('reasons quote nothing of the mail and are said in three languages', () => {
  const finding = found('From: a@a.example\nSubject: zebra lottery\n\nquagga viagra https://bit.ly/okapi\n');
  assert.doesNotMatch(JSON.stringify(finding), /zebra|quagga|viagra|okapi/);
  const reason = found(PARCEL).reasons.find(one => one.id === 'sender_named_as_brand');
  assert.ok(reason);
  assert.equal(new Set((['en', 'id', 'zh'] as const).map(language => sentenceOf(reason, language))).size, 3);
});

test('one family of evidence is never refused at the door', () => {
  const words = found(
    'From: Ann <ann@bell.example>\nTo: tom@example.com\nSubject: x\n\n' +
      'viagra cialis casino lottery inheritance bitcoin replica rolex '.repeat(20) +
      '\n',
  );
  assert.equal(words.refusable, false);
});

test('facts move the score, and a fact that is absent counts for nothing', () => {
  const none = found(LUNCH).score ?? 0;
  assert.ok((found(LUNCH, { direction: 'in', dmarc: 'fail', spf: 'fail' }).score ?? 0) > none);
  assert.ok((found(LUNCH, { direction: 'in', dmarc: 'pass' }).score ?? 1) < none);
  assert.equal(found(LUNCH, { direction: 'in', campaign: { accounts: 1 } }).score, none);
});

test('a campaign: own word decides, the operator refuses, one other account changes nothing, three are a pattern', () => {
  const of = (campaign: NonNullable<Facts['campaign']>): SpamFinding => found(LUNCH, { direction: 'in', campaign });
  assert.equal(of({ own: 'spam', accounts: 0 }).verdict, 'FAIL');
  assert.equal(of({ operator: 'spam', accounts: 0 }).refusable, true);
  assert.equal(of({ accounts: 1 }).refusable, false);
  assert.equal(of({ accounts: 2 }).refusable, false);
  assert.equal(of({ accounts: 3 }).refusable, true);
  assert.equal(found(PARCEL, { direction: 'in', campaign: { own: 'ham', accounts: 0 } }).verdict, 'PASS');
});

test('the same mail has the same verdict both ways and whenever it is asked', () => {
  const first = found(PARCEL);
  assert.deepEqual(found(LUNCH), found(LUNCH));
  assert.deepEqual(found(PARCEL, { direction: 'out' }), first);
});

test('mail of a word or two says too little to be doubted', () => {
  for (const [subject, body] of [
    ['hello', 'Hello.'],
    ['test', 'test'],
    ['Hello', 'It works.'],
    ['', 'x'],
    ['Halo', 'Ini tes.'],
    ['你好', '测试'],
  ] as const)
    assert.equal(found(`From: Shop <hello@shop.example>\nTo: a@example.com\nSubject: ${subject}\n\n${body}\n`).verdict, 'PASS', subject);
});
