// A timeline: one line a fact, oldest first; the sign stands in the rail, the word beside it.
import type { ComponentChildren, JSX } from 'preact';
import { SIGNS, type Tone } from './badge.tsx';

export const Timeline = ({ children }: { readonly children: ComponentChildren }): JSX.Element => <ol class="timeline">{children}</ol>;

type Props = {
  readonly tone: Tone;
  readonly time: string;
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly children?: ComponentChildren;
};

export function TimelineItem({ tone, time, title, note, children }: Props): JSX.Element {
  return (
    <li class={tone}>
      <span class="timeline-time mono">{time}</span>
      <span class="timeline-sign" aria-hidden="true">
        {SIGNS[tone]}
      </span>
      <div class="timeline-body">
        <p>
          <span class="strong">{title}</span> {note && <span class="note">{note}</span>}
        </p>
        {children}
      </div>
    </li>
  );
}
