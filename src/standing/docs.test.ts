// docs/standing.md says the rules in words and figures: what it says is compared with the data, line by line.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as bounds from './bounds.ts';
import type { Distinct } from './counters.ts';
import { RULES, STATES, type Rule } from './rules.ts';

const doc = readFileSync(new URL('../../docs/standing.md', import.meta.url), 'utf8');
const number = (n: number): string => n.toLocaleString('en-US');
const part = (n: number): string => `${number(Number((n * 100).toFixed(4)))} %`;
const THINGS: Readonly<Partial<Record<Distinct, string>>> = {
  fingerprints: 'campaigns',
  spamRecipients: 'recipients',
  newNetworks: 'network of `new_networks`',
};

function windowOf({ measure, windowHours }: Rule): string {
  if (measure.kind === 'distinct' && measure.ofAccount) return `the account's, ${windowHours} h`;
  if (measure.kind === 'pace') return 'this hour';
  return windowHours % 24 === 0 && windowHours > 24 ? `${windowHours / 24} days` : `${windowHours} h`;
}

function minimumOf({ minimum, measure }: Rule): string {
  const words = [
    minimum.hits === undefined ? '' : `${number(minimum.hits)} ${measure.kind === 'pace' ? 'recipients' : 'of them'}`,
    minimum.among === undefined ? '' : `among ${number(minimum.among)}`,
    minimum.spread?.map(({ of, least, withinHours: h }) => `${number(least)} ${THINGS[of]}${h ? ` in ${h} h` : ''}`).join(' or ') ?? '',
    minimum.days === undefined ? '' : `${minimum.days} days with mail in the week before`,
  ].filter(one => one !== '');
  return words.join(', ') || '-';
}

function stepOf(rule: Rule, state: string): string {
  const { measure } = rule;
  const step = rule.steps.find(one => one.state === state);
  if (!step) return '-';
  const others = step.together ? `, with ${step.together.map(id => `\`${id}\``).join(' or ')}` : '';
  if (measure.kind === 'rate') return `over ${part(step.threshold)}${others}`;
  if (measure.kind === 'pace') return `${step.threshold} times${others}`;
  return `${measure.ofAccount ? "the account's, " : ''}${step.threshold}${others}`;
}

const rows = RULES.map(rule =>
  [
    `\`${rule.id}\``,
    rule.sentence.en,
    windowOf(rule),
    minimumOf(rule),
    ...STATES.slice(1).map(state => stepOf(rule, state)),
    rule.noticeMs === 0 ? '-' : `${rule.noticeMs / 60_000} min`,
  ].join(' | '),
);

test('the table is the rules, each and in their order', () => {
  const table = doc.slice(doc.indexOf('| rule |')).split('\n\n')[0] ?? '';
  assert.deepEqual(
    table.split('\n').slice(2),
    rows.map(row => `| ${row} |`),
  );
});

test('the times and parts of the text are the bounds', () => {
  for (const words of [
    `for ${bounds.CALM_MS.warned / bounds.HOUR_MS} hours`,
    `for ${bounds.CALM_MS.limited / bounds.HOUR_MS} hour `,
    `for ${bounds.PROBATION_MS / bounds.DAY_MS} days`,
    `below ${bounds.RELEASE * 100} % of a threshold`,
    `${bounds.PROBATION_PART * 100} % of a rate's threshold suspends`,
    `${bounds.LIMITED_PER_SECOND} recipient a second`,
    `notice of ${bounds.NOTICE_MS / 60_000} minutes`,
    `last ${bounds.EVIDENCE_KEPT} events of each rule`,
    `${bounds.MALWARE_KEPT} different files`,
    `${bounds.KEPT_MS / bounds.DAY_MS} days`,
    `${bounds.ROAMING} new ones on the days before`,
    `known for ${bounds.USUAL_AFTER_MS / bounds.DAY_MS} days`,
    `with ${bounds.NETWORKS_KEPT} networks or more`,
    `${bounds.COUNTRIES_KEPT} countries or more`,
    `with ${bounds.USUAL_CAMPAIGNS_KEPT} campaigns a week or more`,
    `${bounds.FAILED_NETWORKS_KEPT} networks an hour`,
    `from ${bounds.GUESSING_NETWORKS} networks`,
  ])
    assert.ok(doc.includes(words), words);
});

test('every rule is said in three languages, and its steps rise', () => {
  for (const { id, sentence, steps, windowHours, noticeMs, measure } of RULES) {
    assert.ok(
      Object.values(sentence).every(one => one.length > 10 && one.length < 200 && /[.。]$/.test(one)),
      id,
    );
    assert.ok(new Set(Object.values(sentence)).size === 3 && /[\u4e00-\u9fff]/.test(sentence.zh), id);
    assert.ok(
      steps.every((step, i) => i === 0 || step.together || step.threshold > (steps[i - 1]?.threshold ?? 0)),
      id,
    );
    assert.ok(windowHours <= bounds.HOURS_KEPT, id);
    // A rate that suspends is told before.
    assert.equal(measure.kind === 'rate' && steps.some(one => one.state === 'suspended'), noticeMs > 0, id);
    for (const step of steps.filter(one => one.together)) {
      // What needs others leans on rules that stand alone, and never suspends.
      assert.ok(step.state !== 'suspended', id);
      for (const other of step.together!)
        assert.ok(
          RULES.find(one => one.id === other)?.steps.some(one => !one.together),
          id,
        );
    }
  }
  assert.equal(new Set(RULES.map(one => one.id)).size, RULES.length);
});

test('every measure is bounded by what the counters keep', () => {
  const kept = {
    fingerprints: bounds.FINGERPRINTS_KEPT,
    spamRecipients: bounds.SPAM_RECIPIENTS_KEPT,
    networks: bounds.NETWORKS_KEPT,
    newNetworks: bounds.NEW_NETWORKS_KEPT,
    newCountries: bounds.NEW_COUNTRIES_KEPT,
    guesses: bounds.GUESSES_KEPT,
  };
  assert.ok(bounds.GUESSING_NETWORKS <= bounds.FAILED_NETWORKS_KEPT);
  for (const { measure, minimum, steps } of RULES) {
    for (const { of, least } of minimum.spread ?? []) assert.ok(least <= (kept as Record<string, number>)[of]!);
    if (measure.kind === 'distinct' && !measure.ofAccount)
      assert.ok(steps.every(one => one.threshold <= (kept as Record<string, number>)[measure.of]!));
  }
});
