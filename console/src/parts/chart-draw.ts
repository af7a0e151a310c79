// The drawing of a chart (uPlot, loaded with the first chart). Colours are read from the page, so that light and dark are one code.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Formats } from '../app/formats.ts';
import { DASHES, type Line } from './chart-lines.ts';

const HEIGHT_PX = 200;
const DAY_MS = 86_400_000;

type Drawing = { readonly times: readonly number[]; readonly lines: readonly Line[]; readonly format: Formats };

/** Draws into the box, as wide as it is; gives back how to end it. */
export function draw(box: HTMLElement, { times, lines, format }: Drawing): () => void {
  const colour = (name: string): string => colourOf(box, name);
  const grid = { stroke: colour('--line'), width: 1 };
  const axis = { stroke: colour('--soft'), font: '12px system-ui, sans-serif', grid, ticks: { show: false } };
  const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const timeOf = (seconds: number): string => (spread <= 1.5 * DAY_MS ? format.hour(seconds * 1000) : format.day(seconds * 1000));
  const plot = new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT_PX,
      legend: { show: false },
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), format.zone),
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.08)] } },
      axes: [
        { ...axis, values: (_, at) => at.map(timeOf) },
        { ...axis, size: 56, values: (_, at) => at.map(n => (Number.isInteger(n) ? format.compact(n) : '')) },
      ],
      series: [
        {},
        ...lines.map((line, n) => ({
          label: line.name,
          stroke: colour(`--chart-${n + 1}`),
          width: 2,
          dash: [...(DASHES[n] ?? [])],
          points: { show: times.length < 40, size: 4 },
          ...(n === 0 ? { fill: colour('--accent-tint') } : {}),
        })),
      ],
    },
    [times.map(at => at / 1000), ...lines.map(line => [...line.values])],
    box,
  );
  const resized = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT_PX }));
  resized.observe(box);
  return () => {
    resized.disconnect();
    plot.destroy();
  };
}

/** What a variable stands for now: light-dark() is settled where it is used as a colour. */
function colourOf(box: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  box.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
