// What the review of a template found: may it be sent, why not, its score and what to mend first.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Findings } from '../../parts/score.tsx';
import { GRADE_TONES, STATE_TONES, type Review } from './template.ts';

export function ReviewCard({ review }: { readonly review: Review }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.templates;
  const s = words.compose.score;
  return (
    <Card title={w.review}>
      <p class="row">
        <Badge tone={STATE_TONES[review.state]}>{w.states[review.state]}</Badge> {w.stateTexts[review.state]}
      </p>
      {review.reasons.length > 0 && (
        <>
          <h3>{w.reasons}</h3>
          <ul class="lines-of">
            {review.reasons.map((reason, n) => (
              <li key={n}>
                <Outside text={reason.message} /> {reason.id && <code class="faint">{reason.id}</code>}
              </li>
            ))}
          </ul>
        </>
      )}
      <div class="score-head">
        <span class="score-number">{format.number(review.score)}</span>
        <div>
          <p class="row">
            <Badge tone={GRADE_TONES[review.grade]}>{s.grades[review.grade]}</Badge>
            <span class="note">{s.of}</span>
          </p>
          <p class="note">{s.note}</p>
        </div>
      </div>
      <h3>{s.first}</h3>
      <Findings of={review.findings} />
    </Card>
  );
}
