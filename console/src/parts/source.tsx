// A text area with line numbers, on which findings are marked; a line can be shown. It never wraps, so that a line is a line.
import type { JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { SIGNS, type Tone } from './badge.tsx';

export type Mark = { readonly line: number; readonly tone: Tone; readonly title: string };
type Props = {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onValue: (next: string) => void;
  readonly rows?: number;
  readonly marks: readonly Mark[];
  /** The line to show; another object shows it again. */
  readonly show: { readonly line: number } | null;
};

const LINE_PX = 20;

export function Source({ label, hint, value, onValue, rows = 14, marks, show }: Props): JSX.Element {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  useEffect(() => {
    if (show && area.current) showLine(area.current, show.line);
  }, [show]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="source">
        <div class="gutter mono" ref={gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, n) => {
            const mark = marks.find(one => one.line === n + 1);
            return (
              <div key={n} class={mark ? mark.tone : ''} title={mark?.title}>
                {mark ? SIGNS[mark.tone] : ''} {n + 1}
              </div>
            );
          })}
        </div>
        <textarea
          id={id}
          ref={area}
          class="mono"
          rows={rows}
          wrap="off"
          spellcheck={false}
          value={value}
          onInput={event => onValue(event.currentTarget.value)}
          onScroll={event => gutter.current && (gutter.current.scrollTop = event.currentTarget.scrollTop)}
          {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
        />
      </div>
      {hint && (
        <p id={`${id}-hint`} class="note">
          {hint}
        </p>
      )}
    </div>
  );
}

function showLine(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = Math.max(0, (line - 4) * LINE_PX);
  area.scrollIntoView({ block: 'nearest' });
}
