// Reputation of a sending domain in short: its score, what costs most of it and what helps; the whole is one page further.
import type { JSX } from 'preact';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { Loaded } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Link } from '../../parts/link.tsx';
import { Score } from '../reputation/parts.tsx';
import { groupsOf, type DomainAnswer, type Part } from '../reputation/reputation.ts';

const SHOWN = 3;

export function ReputationCard({ name }: { readonly name: string }): JSX.Element {
  const { words } = useLanguage();
  const w = words.reputation;
  const asked = useAsk<DomainAnswer>(`/v1/reputation/${encodeURIComponent(name)}`);
  return (
    <Card title={w.title} actions={<Link to={`/reputation/${name}`}>{w.whole}</Link>}>
      <Loaded asked={asked} lines={3}>
        {answer => {
          const { costs } = groupsOf(answer.parts);
          return (
            <>
              <Score of={answer} />
              {costs.length > 0 && (
                <ul class="lines-of">
                  {costs.slice(0, SHOWN).map(part => (
                    <Cost key={part.id} part={part} />
                  ))}
                </ul>
              )}
              {costs.length === 0 && answer.score !== null && <p class="soft">{w.nothingCosts}</p>}
              <p class="note">{answer.note}</p>
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Cost({ part }: { readonly part: Part }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.reputation;
  return (
    <li>
      <p class="row">
        <span class="strong">{part.title}</span>
        <span class="number">{w.takes({ cost: format.number(part.cost), weight: format.number(part.weight) })}</span>
      </p>
      {part.mend && <p class="note">{part.mend}</p>}
    </li>
  );
}
