// One chart: lines over time with axes from 0, gaps left open, each line with a dash of its own; the drawing is loaded where a chart is. The same
// numbers stand in a table below, for everybody.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLanguage } from '../app/language.ts';
import { theme } from '../app/theme.ts';
import { useValue } from '../app/value.ts';
import { DASHES, type Line } from './chart-lines.ts';

export type ChartProps = {
  readonly title: string;
  /** Times of the values, epoch ms, rising. */
  readonly times: readonly number[];
  /** At most five. */
  readonly lines: readonly Line[];
  /** How a time stands in the table. */
  readonly timeOf: (at: number) => string;
};

export function Chart({ title, times, lines, timeOf }: ChartProps): JSX.Element {
  const { words, format } = useLanguage();
  const shade = useValue(theme);
  const [dark, setDark] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const look = (): void => setDark(query.matches);
    look();
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  useEffect(() => {
    let end: (() => void) | null = null;
    let left = false;
    void import('./chart-draw.ts').then(({ draw }) => {
      if (!left && box.current) end = draw(box.current, { times, lines, format });
    });
    return () => {
      left = true;
      end?.();
    };
  }, [times, lines, shade, dark, format]);
  return (
    <figure class="chart">
      <ul class="legend">
        {lines.map((line, n) => (
          <li key={line.name}>
            <svg width="30" height="8" aria-hidden="true">
              <line x1="0" y1="4" x2="30" y2="4" class={`line-${n + 1}`} stroke-width="2.5" stroke-dasharray={DASHES[n]?.join(' ')} />
            </svg>
            {line.name}
          </li>
        ))}
      </ul>
      <div ref={box} class="chart-box" aria-hidden="true" />
      <details>
        <summary>{words.frame.asTable}</summary>
        <div class="scroll" tabIndex={0}>
          <table class="table">
            <caption class="hidden-visually">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{words.frame.time}</th>
                {lines.map(line => (
                  <th key={line.name} scope="col" class="number">
                    {line.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((at, row) => (
                <tr key={at}>
                  <th scope="row">{timeOf(at)}</th>
                  {lines.map(line => (
                    <td key={line.name} class="number">
                      {format.number(line.values[row])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
