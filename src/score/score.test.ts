// Every check by its own examples and sentences; the score itself: what it adds up to, that it is the same twice, that facts not given cost nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { walk } from '../message/walk.ts';
import type { Example } from './check.ts';
import { CHECKS } from './checks.ts';
import type { Facts } from './facts.ts';
import { reportOf, score, type Report } from './score.ts';

const CLEAN = `From: Riverside Books <news@shop.example.com>
To: reader@example.net
Subject: Your October reading list
Date: Sun, 22 Nov 2026 09:30:00 +0000
Message-ID: <1@shop.example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hello Maria, our October reading list is ready: https://shop.example.com/october
`;
const NOW = Date.UTC(2026, 10, 22, 12);

const wire = (text: string): Buffer => Buffer.from(text.replace(/\n/g, '\r\n'));
const report = (text: string, facts: Facts = {}, language: 'en' | 'id' | 'zh' = 'en'): Report =>
  reportOf(score(walk(wire(text)), facts), language);
const ids = (example: Example): readonly string[] => {
  const [text, facts] = typeof example === 'string' ? [example, {}] : example;
  return report(text, facts).findings.map(one => one.id);
};

for (const check of CHECKS)
  test(`${check.id}: its examples`, () => {
    assert.ok(check.examples.yes.length > 0 && check.examples.no.length > 0);
    for (const yes of check.examples.yes) assert.ok(ids(yes).includes(check.id), JSON.stringify(yes).slice(0, 200));
    for (const no of check.examples.no) assert.ok(!ids(no).includes(check.id), JSON.stringify(no).slice(0, 200));
  });

test('every check says what, why and what to do, in three languages', () => {
  assert.equal(new Set(CHECKS.map(check => check.id)).size, CHECKS.length);
  for (const { id, points, title, detail, fix } of CHECKS) {
    assert.ok(points > 0, id);
    for (const words of [title, detail, fix]) {
      assert.ok(words.en && words.id && words.zh, id);
      assert.match(words.zh, /\p{Script=Han}|^\{\}。$/u, id);
    }
    for (const mark of ['{}'])
      assert.equal(new Set([detail.en, detail.id, detail.zh].map(text => text.split(mark).length)).size, 1, `${id}: {} in each language`);
  }
});

test('a mail without a defect has 10, and the note promises nothing', () => {
  const { score: points, grade, findings, note } = report(CLEAN, { now: NOW });
  assert.deepEqual({ points, grade, findings }, { points: 10, grade: 'excellent', findings: [] });
  assert.equal(note, 'For reference. No score promises the inbox.');
});

test('parts add up to the score, which ends at 0', () => {
  const {
    score: points,
    content,
    structure,
    compatibility,
    identity,
    reputation,
  } = report(CLEAN.replace('Your October reading list', '').replace(/Date:.*\n/, ''));
  const lost = [content, structure, compatibility, identity, reputation].reduce((sum, part) => sum + part.points, 0);
  assert.equal(points, 8);
  assert.equal(lost, -2);
  const virus = { verdict: 'FAIL', found: [{ class: 'infected', name: 'X', path: '1', fileName: null }] } as const;
  const worst = report('Subject: !!!\n\nx\n', { virus });
  assert.deepEqual([worst.score, worst.grade], [0, 'poor']);
});

test('facts that are not given cost nothing, and those given do', () => {
  assert.equal(report(CLEAN).score, 10);
  const identity = { domain: 'shop.example.com', spf: 'missing', dmarc: 'unknown' } as const;
  const told = report(CLEAN, { identity });
  assert.deepEqual(
    told.findings.map(one => [one.id, one.points, one.where]),
    [['spf-missing', -1, { field: 'from' }]],
  );
  const { domain, spf, dkim, dmarc } = told.identity;
  assert.deepEqual({ domain, spf, dkim, dmarc }, { domain: 'shop.example.com', spf: 'missing', dkim: 'not_asked', dmarc: 'unknown' });
});

test('a finding names part and line, and speaks the language of its reader', () => {
  const text = CLEAN.replace('https://shop', '\nhttps://bit.ly/x\nhttps://shop');
  const [found] = report(text).findings;
  assert.deepEqual([found?.id, found?.where], ['url-shortener', { part: '1', line: 2 }]);
  assert.match(report(text, {}, 'zh').findings[0]?.title ?? '', /短网址/);
  assert.match(report(text, {}, 'id').findings[0]?.detail ?? '', /^bit\.ly /);
});

test('the same mail has the same report', () => {
  assert.deepEqual(report(CLEAN, { now: NOW }), report(CLEAN, { now: NOW }));
});

test('a report can go between threads', () => {
  const scored = score(walk(wire(CLEAN.replace('Hello Maria', 'Hello {{name}}'))), {});
  assert.deepEqual(reportOf(structuredClone(scored), 'en'), reportOf(scored, 'en'));
});

test('removing a defect never lowers the score, whatever else is wrong', () => {
  const defects: readonly ((text: string) => string)[] = [
    text => text.replace(/Date:.*\n/, ''),
    text => text.replace(/Message-ID:.*\n/, ''),
    text => text.replace('Your October reading list', 'YOUR OCTOBER READING LIST!!'),
    text => text.replace('https://shop', 'http://shop'),
    text => text.replace('Hello Maria', 'Hello {{name}}'),
    text => text.replace('To: reader', 'Bcc: b@example.net\nTo: reader'),
    text => text.replace('ready:', 'ready: https://bit.ly/x'),
  ];
  const scoreOf = (chosen: number): number => report(defects.reduce((text, add, n) => (chosen & (1 << n) ? add(text) : text), CLEAN)).score;
  for (let chosen = 1; chosen < 1 << defects.length; chosen++)
    for (const n of defects.keys())
      if (chosen & (1 << n)) assert.ok(scoreOf(chosen & ~(1 << n)) > scoreOf(chosen) || scoreOf(chosen) === 0, `${chosen} without ${n}`);
});

test('docs/score.md has every finding with its points and severity', () => {
  const page = readFileSync(new URL('../../docs/score.md', import.meta.url), 'utf8');
  for (const { id, points, severity, title } of CHECKS)
    assert.ok(page.includes(`\`${id}\` | ${points} | ${severity} | ${title.en}.`), `a row of docs/score.md for ${id}`);
  assert.equal(page.match(/^\| <a id=/gm)?.length, CHECKS.length);
});
