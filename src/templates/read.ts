// Reads a template: its parts become pieces, and everything that is wrong with it is told at once, by part, line and column.
import { MAX_FAULTS, MAX_NAMES, MAX_PLACES, MAX_TEMPLATE } from './bounds.ts';
import { placesOf, type Stands } from './html-places.ts';
import { marksOf, type Wrong } from './marks.ts';
import type { Fault, Piece, Place, Source, Template, Variable } from './types.ts';

type Field = Fault['field'];

export type Reading = { readonly ok: true; readonly template: Template } | { readonly ok: false; readonly faults: readonly Fault[] };

export function readTemplate({ subject, text, html }: Source): Reading {
  const parts = { subject, text: text ?? '', html: html ?? '' };
  const bytes = Object.values(parts).reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  const whole = (message: string): Reading => ({
    ok: false,
    faults: [{ field: html === null ? 'text' : 'html', line: 1, column: 1, message }],
  });
  if (bytes > MAX_TEMPLATE) return whole(`the template has ${bytes} bytes: at most ${MAX_TEMPLATE} are taken`);
  const read = {
    subject: piecesOf(subject, 'subject'),
    text: text === null ? null : piecesOf(text, 'text'),
    html: html === null ? null : piecesOf(html, 'html'),
  };
  const faults = Object.values(read).flatMap(part => part?.faults ?? []);
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MAX_FAULTS) };
  const pieces = [read.subject, read.text, read.html].flatMap(part => part?.pieces ?? []);
  const variables = pieces.filter(piece => typeof piece !== 'string');
  const names = [...new Set(variables.map(one => one.name))];
  if (variables.length > MAX_PLACES) return whole(`variables stand in ${variables.length} places: at most ${MAX_PLACES} are taken`);
  if (names.length > MAX_NAMES) return whole(`the template has ${names.length} variables: at most ${MAX_NAMES} are taken`);
  return {
    ok: true,
    template: { subject: read.subject.pieces, text: read.text?.pieces ?? null, html: read.html?.pieces ?? null, names },
  };
}

function piecesOf(text: string, field: Field): { readonly pieces: readonly Piece[]; readonly faults: readonly Fault[] } {
  const { marks, wrong } = marksOf(text);
  const places = field === 'html' ? placesOf(text, marks) : { stands: marks.map(({ name }) => inWords(name, field)), wrong: [] };
  const pieces: Piece[] = [];
  const misplaced: Wrong[] = [];
  let from = 0;
  for (const [n, { start, end, name, fallback }] of marks.entries()) {
    const stand = places.stands[n] ?? { wrong: 'this place could not be read' };
    if (typeof stand === 'object') misplaced.push({ at: start, message: `{{${name}}}: ${stand.wrong}` });
    if (stand === 'kept' || typeof stand === 'object') continue;
    if (start > from) pieces.push(text.slice(from, start));
    pieces.push({ name, fallback, place: stand } satisfies Variable);
    from = end;
  }
  if (from < text.length) pieces.push(text.slice(from));
  const all = [...wrong, ...places.wrong, ...misplaced].toSorted((a, b) => a.at - b.at).slice(0, MAX_FAULTS);
  return { pieces, faults: located(text, all).map(fault => ({ field, ...fault })) };
}

/** The link to leave exists in HTML alone. */
function inWords(name: string, field: Field): Stands {
  if (name === 'unsubscribe') return { wrong: 'it is a link in the HTML part: <a href="{{unsubscribe}}">' };
  return (field === 'subject' ? 'header' : 'plain') satisfies Place;
}

/** Offsets in ascending order become lines and columns in one walk. */
function located(text: string, wrong: readonly Wrong[]): readonly Omit<Fault, 'field'>[] {
  let [line, start] = [1, 0];
  return wrong.map(({ at, message }) => {
    for (let end = text.indexOf('\n', start); end >= 0 && end < at; end = text.indexOf('\n', start)) [line, start] = [line + 1, end + 1];
    return { line, column: at - start + 1, message };
  });
}
