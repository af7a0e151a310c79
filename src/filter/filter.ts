// The content filter, pure: a walked message and the facts known of it -> a finding with its reasons. Every rule's weight is evidence in
// log-odds; together with the prior they give the probability that the verdict is cut from.
import type { SpamFinding, SpamReason } from '../mail.ts';
import type { Message } from '../message/walk.ts';
import { featuresOf, type Facts } from './features.ts';
import { RULES, type Family } from './rules.ts';

export type { Facts } from './features.ts';

/** Log-odds of spam before anything is known of a mail. */
const PRIOR = -3;
const GRAY = 0.5;
const FAIL = 0.9;
/** Independent families of evidence without which no mail is refused at the door, a known pattern aside. */
const FAMILIES = 2;
/** Probability from which two families refuse. */
const REFUSE = 0.99;
const MAX_REASONS = 10;

export function judge(message: Message, facts: Facts): SpamFinding {
  const mail = featuresOf(message, facts);
  const held = RULES.filter(rule => rule.holds(mail));
  const score = 1 / (1 + Math.exp(-(PRIOR + held.reduce((sum, rule) => sum + rule.weight, 0))));
  const families = new Set<Family>(held.map(rule => rule.family));
  const reasons: readonly SpamReason[] = held
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, MAX_REASONS)
    .map(({ id, weight, title }) => ({ id, weight, title }));
  return {
    verdict: score >= FAIL ? 'FAIL' : score >= GRAY ? 'GRAY' : 'PASS',
    score: Math.round(score * 10_000) / 10_000,
    refusable: families.has('pattern') || (score >= REFUSE && families.size >= FAMILIES),
    reasons,
  };
}
