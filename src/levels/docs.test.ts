// docs/levels.md prints the levels and their conditions: compared with the data, line by line.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DAILY, DOWN, FREQUENCY, MEASURES, SANDBOX, UP, type Condition } from './levels.ts';

const doc = readFileSync(new URL('../../docs/levels.md', import.meta.url), 'utf8');
const number = (n: number): string => n.toLocaleString('en-US');
const WORDS = { over: 'over', under: 'under', at_least: 'at least' } as const;
const told = ({ than, per10000 }: Condition): string => `${WORDS[than]} ${per10000 / 100} %`;

function tableUnder(start: string): readonly string[] {
  assert.ok(doc.includes(start), start);
  return (doc.slice(doc.indexOf(start)).split('\n\n')[0] ?? '').split('\n').slice(2);
}

test('the levels are those of the code', () => {
  const rows = DAILY.map((perDay, n) => `| ${n + 1} | ${number(perDay)} |`);
  assert.deepEqual(tableUnder('| level | recipients a day |'), rows);
});

test('the conditions are those of the code', () => {
  const rows = Object.entries(MEASURES).map(([id, { sentence }]) => {
    const up = UP.map(form => form.all.find(one => one.measure === id)).map(one => (one ? told(one) : '-'));
    const down = DOWN.any.find(one => one.measure === id);
    return `| \`${id}\` | ${sentence.en} | ${up.join(' | ')} | ${down ? told(down) : '-'} |`;
  });
  assert.deepEqual(tableUnder('| measure |'), rows);
});

test('the figures of the text are those of the code', () => {
  for (const words of [
    `more than ${DOWN.moreThan} recipients`,
    `${FREQUENCY.count} mails an hour`,
    `${SANDBOX.perDay} recipients a day, ${SANDBOX.perSecond} mail a second`,
  ])
    assert.ok(doc.includes(words), words);
  assert.equal(FREQUENCY.windowSeconds, 3_600);
});

test('every measure is said in three languages', () => {
  for (const { sentence } of Object.values(MEASURES)) {
    assert.ok(Object.values(sentence).every(one => /[.。]$/.test(one)));
    assert.ok(new Set(Object.values(sentence)).size === 3 && /[\u4e00-\u9fff]/.test(sentence.zh));
  }
});
