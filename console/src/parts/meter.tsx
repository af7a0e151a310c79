// A counter against its thresholds: a bar with labelled lines; the words beside it say the same, so that nobody needs the picture.
import type { JSX } from 'preact';
import type { Tone } from './badge.tsx';

export type Threshold = { readonly at: number; readonly text: string };
type Props = {
  readonly value: number;
  /** Rising; the last one stands near the end of the bar. */
  readonly thresholds: readonly Threshold[];
  readonly tone: Tone;
};

export function Meter({ value, thresholds, tone }: Props): JSX.Element {
  const end = Math.max(value, ...thresholds.map(one => one.at)) * 1.05 || 1;
  const percent = (n: number): string => `${Math.min(100, (n / end) * 100)}%`;
  return (
    <div class={`meter-box ${tone}`} aria-hidden="true">
      <div class="meter-scale">
        {thresholds.map(({ at, text }) => (
          <span key={text} style={{ left: percent(at) }}>
            {text}
          </span>
        ))}
      </div>
      <div class="meter">
        <div style={{ width: percent(value) }} />
      </div>
    </div>
  );
}
