// SVG by hand: a page that is light or dark as its reader is, with a title and a description, and the few shapes our charts need.

export const WIDTH = 760;

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Colours of lines by their number, told apart by eyes that see no red or green too; each has a dash of its own besides. */
const LIGHT = ['#0a58ca', '#c2410c', '#047857', '#7c3aed', '#0e7490', '#a21caf'];
const DARK = ['#6ea8fe', '#fb923c', '#34d399', '#c4b5fd', '#67e8f9', '#f0abfc'];
const DASHES = ['none', '9 4', '2 4', '12 4 2 4', '5 3', '2 2 8 2'];
export const SERIES = LIGHT.length;

const colours = (of: readonly string[], paper: string, ink: string, soft: string, grid: string): string =>
  [
    `.paper{fill:${paper}}`,
    `text{fill:${ink}}`,
    `.soft{fill:${soft}}`,
    `.grid{stroke:${grid}}`,
    `.axis{stroke:${soft}}`,
    `.ham{fill:${of[0]}}`,
    `.bad{fill:${of[1]}}`,
    `.cut{stroke:${ink}}`,
    ...of.map((colour, n) => `.s${n}{stroke:${colour}}`),
  ].join('');

const STYLE = [
  `text{font:13px system-ui,"DejaVu Sans",sans-serif}.head{font-size:16px;font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}`,
  `line,path{fill:none;stroke-width:1}path.series{stroke-width:2;stroke-linejoin:round}path.s0{stroke-width:3}.cut{stroke-dasharray:5 3}`,
  DASHES.map((dash, n) => `.s${n}{stroke-dasharray:${dash}}`).join(''),
  colours(LIGHT, '#ffffff', '#1f2328', '#59636e', '#dfe3e8'),
  `@media (prefers-color-scheme:dark){${colours(DARK, '#0d1117', '#e6edf3', '#9198a1', '#2a3038')}}`,
].join('\n');

export function picture(title: string, description: string, height: number, shapes: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(description)}</desc>`,
    `<style>\n${STYLE}\n</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`,
    text(20, 30, title, 'head'),
    ...shapes,
    '</svg>\n',
  ].join('\n');
}

const short = (n: number): string => String(Math.round(n * 10) / 10);

export const text = (x: number, y: number, what: string, kind = ''): string =>
  `<text x="${short(x)}" y="${short(y)}"${kind ? ` class="${kind}"` : ''}>${escaped(what)}</text>`;

export const lineFrom = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<line class="${kind}" x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}"/>`;

export const bar = (x: number, y: number, width: number, height: number, kind: string): string =>
  `<rect class="${kind}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/>`;

export type Point = readonly [number, number];

/** A line through points; those that would fall on the pixel before are left out. */
export function path(points: readonly Point[], kind: string): string {
  const kept: Point[] = [];
  for (const [n, point] of points.entries()) {
    const last = kept.at(-1);
    if (!last || n === points.length - 1 || Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) >= 1) kept.push(point);
  }
  return `<path class="${kind}" d="M${kept.map(([x, y]) => `${short(x)} ${short(y)}`).join('L')}"/>`;
}
