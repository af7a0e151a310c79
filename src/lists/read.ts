// An import of recipients: CSV, NDJSON or a JSON array become addresses with their data, each line on its own: what is wrong with one keeps
// no other back.
import { normalAddress } from '../message/addresses.ts';
import { MAX_RECIPIENT_DATA } from '../templates/bounds.ts';
import { isName } from '../templates/marks.ts';
import type { Data } from '../templates/types.ts';
import { recordsOf } from './csv.ts';

export type Recipient = { readonly address: string; readonly data: Data };
export type Line = ({ readonly recipient: Recipient } | { readonly why: string }) & {
  /** As a person finds it: `line 3`, `[2]`. */
  readonly at: string;
};

const ADDRESS_COLUMNS = ['address', 'email'];

/**
 * CSV: with a first line that names a column `address` or `email` the others are data; without one, an address a line. Empty cells are no
 * data. null: a quote that never closes.
 */
export function fromCsv(text: string): readonly Line[] | null {
  const records = recordsOf(text);
  if (!records) return null;
  const head = records[0]?.cells.map(cell => cell.trim()) ?? [];
  const column = head.findIndex(name => ADDRESS_COLUMNS.includes(name.toLowerCase()));
  const rows = column < 0 ? records : records.slice(1);
  return rows.map(({ line, cells }) => {
    const at = `line ${line}`;
    if (column < 0) return { at, ...checked(cells[0], {}) };
    if (cells.length > head.length) return { at, why: `has ${cells.length} cells, the first line names ${head.length}` };
    const data = head.map((name, n) => [name, cells[n] ?? ''] as const).filter(([, value], n) => n !== column && value !== '');
    return { at, ...checked(cells[column], Object.fromEntries(data)) };
  });
}

/** One JSON value a line: an address, or `{address, data}`. */
export function fromLines(text: string): readonly Line[] {
  return text
    .split('\n')
    .map((line, n) => [line, n] as const)
    .filter(([line]) => line.trim() !== '')
    .map(([line, n]) => {
      const at = `line ${n + 1}`;
      try {
        return { at, ...ofValue(JSON.parse(line)) };
      } catch {
        return { at, why: 'is no JSON' };
      }
    });
}

export const fromArray = (values: readonly unknown[]): readonly Line[] => values.map((value, n) => ({ at: `[${n}]`, ...ofValue(value) }));

type Read = { readonly recipient: Recipient } | { readonly why: string };

function ofValue(value: unknown): Read {
  if (typeof value === 'string') return checked(value, {});
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { why: 'is neither an address nor {"address", "data"}' };
  const { address, data = {}, ...others } = value as { readonly address?: unknown; readonly data?: unknown };
  const [stray] = Object.keys(others);
  if (stray !== undefined) return { why: `holds ${JSON.stringify(stray.slice(0, 40))}: known are "address" and "data"` };
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return { why: '"data" is no object' };
  return checked(address, data as Readonly<Record<string, unknown>>);
}

function checked(given: unknown, data: Readonly<Record<string, unknown>>): Read {
  const address = typeof given === 'string' ? normalAddress(given.trim()) : null;
  if (!address) return { why: `${JSON.stringify(typeof given === 'string' ? given.slice(0, 80) : (given ?? null))} is not an address` };
  for (const [name, value] of Object.entries(data)) {
    if (!isName(name)) return { why: `${JSON.stringify(name.slice(0, 40))} is no name of a variable` };
    if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) return { why: `"${name}" is no text, number or truth` };
  }
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > MAX_RECIPIENT_DATA) return { why: `its data have ${bytes} bytes: at most ${MAX_RECIPIENT_DATA} are taken` };
  return { recipient: { address, data: data as Data } };
}
