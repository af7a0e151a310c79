import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsOf, groupsOf, textOf, type Finding, type State } from './findings.ts';

const aside = { reason: 'known', by: 'operator:ops', at: '2026-11-30T00:00:00Z' };
const finding = (group: string, name: string, state: State, part: Partial<Finding> = {}): Finding => ({
  group,
  name,
  state,
  found: `${name} is\nso`,
  fix: state === 'ok' ? null : 'Do it.',
  setAside: null,
  ...part,
});
const all = [
  finding('DNS', 'a', 'ok'),
  finding('DNS', 'b', 'fail', { setAside: aside }),
  finding('DNS', 'c', 'warn'),
  finding('Disk', 'd', 'ok'),
  finding('Ports', 'e', 'unknown'),
];

test('what is set aside is counted apart and makes no group wrong', () => {
  assert.deepEqual(countsOf(all), { fail: 0, warn: 1, unknown: 1, ok: 2, aside: 1 });
  assert.deepEqual(
    groupsOf(all).map(({ name, worst, wrong, findings }) => [name, worst, wrong, findings.map(one => one.name).join('')]),
    [
      ['DNS', 'warn', true, 'cab'],
      ['Disk', 'ok', false, 'd'],
      ['Ports', 'unknown', false, 'e'],
    ],
  );
  assert.equal(groupsOf([finding('DNS', 'b', 'fail', { setAside: aside })])[0]?.wrong, false);
});

test('as text: one line a finding, with what to do', () => {
  assert.equal(
    textOf(all.slice(1, 4)),
    'DNS\n  warn  c: c is so\n        Do it.\n  aside  b: b is so\n        set aside: known (operator:ops)\n\nDisk\n  ok  d: d is so\n',
  );
});
