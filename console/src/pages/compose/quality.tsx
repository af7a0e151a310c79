// The score beside the draft.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Failed, Skeleton } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { Findings, markdownOf, ScoreHead, type Finding } from '../../parts/score.tsx';
import type { Scored } from './live-score.ts';

export function Quality({
  scored,
  ready,
  attached,
  onPlace,
}: {
  readonly scored: Scored;
  readonly ready: boolean;
  /** With files. */
  readonly attached: boolean;
  readonly onPlace: (finding: Finding) => void;
}): JSX.Element {
  const { words } = useLanguage();
  const w = words.compose.score;
  const { report, fault, busy, large, ask, tookMs, before } = scored;
  return (
    <div class="stack">
      <Card title={w.title} actions={report && <CopyButton label={w.copy} text={() => markdownOf(report, words)} />}>
        {ready && large && (
          <p class="row">
            {attached ? w.largeFiles : w.large}{' '}
            <Button onPress={ask} busy={busy}>
              {w.now}
            </Button>
          </p>
        )}
        {fault && <Failed fault={fault} again={ask} />}
        {report ? (
          <ScoreHead report={report} tookMs={tookMs} before={before} />
        ) : ready && !large && !fault ? (
          <Skeleton lines={6} />
        ) : (
          <p class="soft">{w.waiting}</p>
        )}
      </Card>
      {report && (
        <Card title={w.first}>
          <Findings of={report.findings} onPlace={onPlace} />
        </Card>
      )}
    </div>
  );
}
