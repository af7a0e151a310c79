// Every rule's own examples, the cuts, and that nothing of the mail is quoted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walk } from '../message/walk.ts';
import { featuresOf } from './features.ts';
import { judge } from './filter.ts';
import { GTUBE, RULES } from './rules.ts';

const wire = (text: string): Buffer => Buffer.from(text.replace(/\n/g, '\r\n'), 'utf8');
const read = (text: string): ReturnType<typeof walk> => walk(wire(text));

for (const rule of RULES) {
  test(`rule ${rule.id} holds for its examples and not for the near ones`, () => {
    for (const yes of rule.examples.yes) assert.equal(rule.holds(featuresOf(read(yes), { direction: 'in' })), true, yes);
    for (const no of rule.examples.no) assert.equal(rule.holds(featuresOf(read(no), { direction: 'in' })), false, no);
  });
}

test('the test pattern is spam and may be refused, however it is encoded', () => {
  const encoded = `Content-Transfer-Encoding: base64\n\n${Buffer.from(`hello ${GTUBE} bye`).toString('base64')}\n`;
  for (const text of [`Subject: x\n\n${GTUBE}\n`, `Subject: x\n${encoded}`]) {
    const found = judge(read(text), { direction: 'out' });
    assert.equal(found.verdict, 'FAIL');
    assert.equal(found.refusable, true);
    assert.equal(found.reasons[0]?.id, 'gtube');
  }
});

test('plain mail passes; one family of evidence is never refused at the door', () => {
  const ham = judge(read('From: a@a.test\nSubject: Lunch\n\nShall we meet at noon?\n'), { direction: 'in' });
  assert.equal(ham.verdict, 'PASS');
  assert.ok((ham.score ?? 1) < 0.1);
  const wording = judge(read('From: a@a.test\nSubject: lottery\n\nviagra inheritance slot gacor\n'), { direction: 'in' });
  assert.equal(wording.verdict, 'FAIL');
  assert.equal(wording.refusable, false);
});

test('reasons quote nothing of the mail', () => {
  const found = judge(read('From: a@a.test\nSubject: zebra lottery\n\nquagga viagra\n'), { direction: 'in' });
  assert.doesNotMatch(JSON.stringify(found), /zebra|quagga|viagra/);
});

test('a megabyte of hostile markup is read within bounds', () => {
  for (const unit of ['<a href="https://a.test/', '<a href=x>', '<!--', '&#', '<a '.repeat(3)]) {
    const found = judge(read(`Content-Type: text/html\n\n${unit.repeat(1_000_000 / unit.length)}\n`), { direction: 'in' });
    assert.notEqual(found.verdict, 'PROCESSING_FAILED');
  }
});
