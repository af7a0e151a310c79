// Recipient lists as /v1/lists tells them (docs/lists.md), and how an import is cut into calls. Pure.
export type List = {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly recipients: number;
  readonly createdAt: string;
};
export type Recipient = { readonly address: string; readonly data?: Readonly<Record<string, unknown>> };
export type Counts = { readonly valid: number; readonly repeated: number; readonly invalid: number; readonly blocked: number };
export type Imported = Counts & {
  readonly recipients: number;
  readonly findings: readonly { readonly field: string; readonly message: string }[];
};
export const NONE: Imported = { valid: 0, repeated: 0, invalid: 0, blocked: 0, recipients: 0, findings: [] };

export const COUNTS = ['valid', 'repeated', 'invalid', 'blocked'] as const;
/** Recipients of one call; the API takes 20,000. */
export const A_CALL = 10_000;

export type Form = 'text/csv' | 'application/x-ndjson' | 'application/json';
/** By how it begins; everything else is CSV. */
export const formOf = (text: string): Form =>
  /^\s*\[/.test(text) ? 'application/json' : /^\s*\{/.test(text) ? 'application/x-ndjson' : 'text/csv';

/** What goes in one call, and by how many lines the text stands behind its line 1 in what was given. */
export type Piece = { readonly text: string; readonly shift: number };

/** Calls of at most `most` recipients; a first line of CSV that names columns begins each. A JSON array is one call. */
export function piecesOf(given: string, most: number): readonly Piece[] {
  const text = given.replace(/^\ufeff/, '');
  const form = formOf(text);
  if (form === 'application/json') return [{ text, shift: 0 }];
  const lines = text.split('\n');
  const starts = startsOf(lines, form === 'text/csv');
  const head = form === 'text/csv' && isHead(lines[starts[0] ?? 0] ?? '') ? 1 : 0;
  const body = starts.slice(head);
  const headLines = head === 1 ? lines.slice(starts[0], body[0]) : [];
  const pieces: Piece[] = [];
  for (let at = 0; at < body.length; at += most) {
    const from = body[at] ?? 0;
    pieces.push({ text: [...headLines, ...lines.slice(from, body[at + most])].join('\n'), shift: from - headLines.length });
  }
  return pieces;
}

/** It names a column for the address, as the API looks for one. */
const isHead = (line: string): boolean => line.split(',').some(cell => /^\s*"?\s*(?:address|email)\s*"?\s*$/i.test(cell));

/** Where records begin; a line end within quotes of CSV begins none. */
function startsOf(lines: readonly string[], quoted: boolean): readonly number[] {
  const starts: number[] = [];
  let inside = false;
  for (const [n, line] of lines.entries()) {
    if (!inside && line.trim() !== '') starts.push(n);
    if (quoted && line.split('"').length % 2 === 0) inside = !inside;
  }
  return starts;
}

/** The sums of all calls so far; lines of findings are those of what was given. */
export const added = (sum: Imported, one: Imported, shift: number): Imported => ({
  valid: sum.valid + one.valid,
  repeated: sum.repeated + one.repeated,
  invalid: sum.invalid + one.invalid,
  blocked: sum.blocked + one.blocked,
  recipients: one.recipients,
  findings: [
    ...sum.findings,
    ...one.findings.map(({ field, message }) => ({ field: field.replace(/\d+/, n => String(Number(n) + shift)), message })),
  ].slice(0, MOST_TOLD),
});
const MOST_TOLD = 100;

/** `name: Ana · city: Jakarta` */
export const dataText = ({ data = {} }: Recipient): string =>
  Object.entries(data)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(' · ');
