// The score with what it is made of: what costs points first, each with its count, its bounds and what helps; the rest folded.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { Meter } from '../../parts/meter.tsx';
import { GRADE_TONES } from '../overview/reputation.ts';
import { groupsOf, isShare, LEAST_ENDED, STATE_TONES, type Brief, type Part, type Reading } from './reputation.ts';

export function Score({ of }: { readonly of: Brief }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.reputation;
  return (
    <div class="score-head">
      <span class="score-number">{format.number(of.score)}</span>
      <div>
        <p class="row">
          <Badge tone={GRADE_TONES[of.grade]}>{words.overview.grades[of.grade]}</Badge>
          {of.score !== null && <span class="note">{w.of100}</span>}
        </p>
        <p class="note">
          {of.score === null
            ? w.tooFew({ shown: format.number(of.ended), least: format.number(LEAST_ENDED) })
            : w.basis({ shown: format.number(of.ended) })}
        </p>
      </div>
    </div>
  );
}

export function Parts({ parts }: { readonly parts: readonly Part[] }): JSX.Element {
  const w = useLanguage().words.reputation;
  const { costs, fine, unjudged } = groupsOf(parts);
  return (
    <>
      <h3>{w.costs}</h3>
      {costs.length === 0 ? <p class="soft">{w.nothingCosts}</p> : <Some parts={costs} />}
      {fine.length > 0 && (
        <details>
          <summary>
            {w.fine} ({fine.length})
          </summary>
          <Some parts={fine} />
        </details>
      )}
      {unjudged.length > 0 && (
        <details>
          <summary>
            {w.unjudged} ({unjudged.length})
          </summary>
          <Some parts={unjudged} />
        </details>
      )}
    </>
  );
}

function Some({ parts }: { readonly parts: readonly Part[] }): JSX.Element {
  return (
    <ul class="lines-of">
      {parts.map(part => (
        <One key={part.id} part={part} />
      ))}
    </ul>
  );
}

function One({ part }: { readonly part: Part }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.reputation;
  const shown = (n: number | null): string =>
    isShare(part) || n === null ? format.percent(n) : w.times({ shown: format.number(rounded(n)) });
  const counted = ({ hits, of }: Reading): string => w.counted({ hits: format.number(hits), of: format.number(of) });
  const facts = [
    ...(part.value === null ? [] : [isShare(part) ? `${counted(part)} = ${shown(part.value)}` : shown(part.value)]),
    ...(part.low === null || part.high === null ? [] : [w.between({ low: format.percent(part.low), high: format.percent(part.high) })]),
    ...(part.week?.value == null ? [] : [w.week({ shown: shown(part.week.value) })]),
    ...(part.state === 'too_few' ? [w.minimum({ shown: format.number(part.minimum) })] : []),
  ];
  const bounds = [
    { at: part.good, text: w.good({ shown: shown(part.good) }) },
    { at: part.bad, text: w.bad({ shown: shown(part.bad) }) },
  ];
  return (
    <li>
      <p class="row">
        <span class="strong">{part.title}</span>
        <Badge tone={STATE_TONES[part.state]}>{part.says}</Badge>
        {part.cost > 0 && <span class="number">{w.takes({ cost: format.number(part.cost), weight: format.number(part.weight) })}</span>}
      </p>
      {facts.length > 0 && <p class="note">{facts.join(' · ')}</p>}
      {part.value !== null && part.weight > 0 && (
        <Meter value={part.value} tone={STATE_TONES[part.state]} thresholds={bounds.toSorted((a, b) => a.at - b.at)} />
      )}
      <p class="note">{bounds.map(one => one.text).join(' · ')}</p>
      {part.mend && (
        <p class="note">
          <span class="strong">{w.mend}:</span> {part.mend}
        </p>
      )}
    </li>
  );
}

const rounded = (n: number): number => Math.round(n * 100) / 100;
