// Every rule with its figures: hits of all, a bar with its thresholds, how far it is in messages; too few to judge is a state of its own.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Meter } from '../../parts/meter.tsx';
import { distanceOf, leadsSomewhere, nearestFirst, toneOf, type Rule, type StandingState } from './rule.ts';

export function RulesCard({ rules }: { readonly rules: readonly Rule[] }): JSX.Element {
  const { words } = useLanguage();
  const shown = nearestFirst(rules);
  return (
    <Card title={words.standing.rulesTitle} note={words.standing.rulesNote}>
      {shown.map(rule => (
        <RuleBlock key={rule.id} rule={rule} />
      ))}
    </Card>
  );
}

function RuleBlock({ rule }: { readonly rule: Rule }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.standing;
  const names: Readonly<Record<string, string>> = w.rules;
  const states: Readonly<Record<string, string>> = words.frame.states;
  const figure = (n: number): string => (rule.among === null ? format.number(n) : format.percent(n));
  const steps = Object.entries(rule.thresholds) as readonly [StandingState, number][];
  const distance = distanceOf(rule);
  const next = steps.find(([, at]) => at === rule.threshold)?.[0];
  return (
    <div class="record">
      <p class="row">
        <Badge tone={toneOf(rule)}>
          {rule.breached ? w.broken : !leadsSomewhere(rule) ? w.shownOnly : rule.enough ? w.within : w.tooFew}
        </Badge>
        <span class="strong">{names[rule.id] ?? rule.id}</span>
        <span class="note">{format.duration(rule.window * 1000)}</span>
      </p>
      <p class="soft">{rule.sentence}</p>
      <p>
        {rule.among === null
          ? format.number(rule.value)
          : w.share({ hits: format.number(rule.hits), among: format.number(rule.among), share: format.percent(rule.value) })}
        {rule.among !== null && rule.hits > 0 && <span class="note"> {w.judged({ share: format.percent(rule.judged) })}</span>}
      </p>
      {steps.length > 0 && (
        <Meter
          value={rule.judged}
          tone={toneOf(rule)}
          thresholds={steps.map(([state, at]) => ({ at, text: `${states[state] ?? state} ${figure(at)}` }))}
        />
      )}
      <p class="note">
        {steps.map(([state, at]) => `${states[state] ?? state}: ${figure(at)}`).join(' · ')}
        {distance !== null && next && <> · {w.away({ count: distance, shown: format.number(distance), state: states[next] ?? next })}</>}
        {!rule.enough && rule.among !== null && leadsSomewhere(rule) && rule.minimum.among !== null && (
          <> · {w.fewOf({ among: format.number(rule.among), least: format.number(rule.minimum.among) })}</>
        )}
      </p>
    </div>
  );
}
