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

/** Shares of the bar: a label needs so much room, and left of such a mark there is none. */
const ROOM = 0.35;
const NEAR_START = 0.25;

/** Where two labels would stand over each other, the line of the first stays and its words are below the bar. */
const isCovered = (at: number, end: number, others: readonly Threshold[]): boolean => others.some(other => (other.at - at) / end < ROOM);

export function Meter({ value, thresholds, tone }: Props): JSX.Element {
  const end = Math.max(value, ...thresholds.map(one => one.at)) * 1.05 || 1;
  const percent = (n: number): string => `${Math.min(100, (n / end) * 100)}%`;
  return (
    <div class={`meter-box ${tone}`} aria-hidden="true">
      <div class="meter-scale">
        {thresholds.map(({ at, text }, n) => (
          <span key={text} class={at / end < NEAR_START ? 'behind' : ''} style={{ left: percent(at) }}>
            {isCovered(at, end, thresholds.slice(n + 1)) ? '' : text}
          </span>
        ))}
      </div>
      <div class="meter">
        <div style={{ width: percent(value) }} />
      </div>
    </div>
  );
}
