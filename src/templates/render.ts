// Template and data become a subject and bodies. A value that is missing or cannot stand in its place is told by name: nothing is guessed.
import { MAX_FAULTS, MAX_RENDERED } from './bounds.ts';
import { written } from './escape.ts';
import type { Data, Piece, Template } from './types.ts';

export type Rendered = {
  readonly ok: true;
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  /** Names of data that the template has no place for. */
  readonly unused: readonly string[];
};
/** `name`: of the variable; null: the whole is too large. */
export type NotRendered = { readonly ok: false; readonly faults: readonly { readonly name: string | null; readonly message: string }[] };

/** `defaults`: the template's own values, behind `data` and before what stands in the braces. */
export function render(template: Template, data: Data, defaults: Data = {}): Rendered | NotRendered {
  const faults = new Map<string, string>();
  let size = 0;
  const valueOf = (name: string, fallback: string | null): string | null => {
    for (const from of [data, defaults]) {
      const value = Object.hasOwn(from, name) ? from[name] : null;
      if (value !== null && value !== undefined) return String(value);
    }
    return fallback;
  };
  const one = (piece: Piece): string => {
    if (typeof piece === 'string') return piece;
    const value = valueOf(piece.name, piece.fallback);
    if (value === null)
      return fault(piece.name, 'is missing: give it in "data", or write {{name|what stands there without}} in the template');
    const made = written(value, piece.place);
    return made.ok ? made.text : fault(piece.name, made.why);
  };
  const fault = (name: string, why: string): string => {
    if (faults.size < MAX_FAULTS && !faults.has(name)) faults.set(name, why);
    return '';
  };
  const whole = (pieces: readonly Piece[] | null): string | null => {
    if (pieces === null) return null;
    const made: string[] = [];
    for (const piece of pieces) {
      const text = one(piece);
      size += text.length;
      if (size > MAX_RENDERED) return '';
      made.push(text);
    }
    return made.join('');
  };
  const parts = { subject: whole(template.subject) ?? '', text: whole(template.text), html: whole(template.html) };
  if (faults.size > 0) return { ok: false, faults: [...faults].map(([name, message]) => ({ name, message })) };
  if (size > MAX_RENDERED)
    return { ok: false, faults: [{ name: null, message: `what is rendered has more than ${MAX_RENDERED} characters` }] };
  const known = new Set(template.names);
  return { ok: true, ...parts, unused: Object.keys(data).filter(name => !known.has(name)) };
}

/** Values to look at a template with: its defaults, else the name itself, or an address where one must stand. */
export function sampleData({ subject, text, html, names }: Template, defaults: Data): Data {
  const variables = [subject, text, html].flatMap(part => part ?? []).filter(piece => typeof piece !== 'string');
  const places = Map.groupBy(variables, one => one.name);
  const sample = (name: string): string => {
    const stands = places.get(name) ?? [];
    if (stands.some(one => one.place === 'url')) return 'https://example.com/';
    return stands.every(one => one.fallback !== null) ? (stands[0]?.fallback ?? name) : name;
  };
  return Object.fromEntries(names.filter(name => !Object.hasOwn(defaults, name)).map(name => [name, sample(name)]));
}
