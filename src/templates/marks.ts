// The variables of one part as they are written: `{{name}}`, `{{name|what stands there without a value}}`. Linear.
import { MAX_NAME } from './bounds.ts';

export type Mark = {
  /** Offsets of the whole mark, braces included. */
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly fallback: string | null;
};
export type Wrong = { readonly at: number; readonly message: string };

/** A letter first, so that no name looks like a number; dots and hyphens are plain characters of it. */
const NAME = new RegExp(`^[A-Za-z][A-Za-z0-9_.-]{0,${MAX_NAME - 1}}$`);

export const isName = (text: string): boolean => NAME.test(text);

/** All marks in order, and what looks like one and is none. */
export function marksOf(text: string): { readonly marks: readonly Mark[]; readonly wrong: readonly Wrong[] } {
  const marks: Mark[] = [];
  const wrong: Wrong[] = [];
  for (let at = text.indexOf('{{'); at >= 0;) {
    const close = text.indexOf('}}', at + 2);
    if (close < 0) {
      wrong.push({ at, message: '"{{" opens a variable that no "}}" closes' });
      break;
    }
    const inside = text.slice(at + 2, close);
    const bar = inside.indexOf('|');
    const name = (bar < 0 ? inside : inside.slice(0, bar)).trim();
    if (isName(name)) {
      const fallback = bar < 0 ? null : inside.slice(bar + 1).trim();
      if (fallback?.includes('{{')) wrong.push({ at, message: `what stands behind "${name}|" holds "{{": variables are not nested` });
      marks.push({ start: at, end: close + 2, name, fallback });
    } else wrong.push({ at, message: wrongName(name) });
    at = text.indexOf('{{', close + 2);
  }
  return { marks, wrong };
}

function wrongName(name: string): string {
  if (name.startsWith('{')) return 'three braces would put a value in unescaped, which is not done: write {{name}}';
  if (/^[#/^>!&]/.test(name)) return 'blocks, sections and helpers are not known: a template has variables only, such as {{name}}';
  const rule = `a letter, then letters, digits, "_", "." and "-", ${MAX_NAME} at most`;
  return name === '' ? `a variable without a name: ${rule}` : `${JSON.stringify(name.slice(0, 40))} is no name of a variable: ${rule}`;
}
