// Structured fields: `type/subtype; name=value` with RFC 2231 continuations, charsets and percent octets, read as leniently as readers do.
import { decodeWords } from './words.ts';
import { decodeCharset } from './charset.ts';

export type Structured = {
  readonly value: string;
  readonly params: ReadonlyMap<string, string>;
  /** Values of parameters that stand more than once, or plain beside an RFC 2231 form: what another reader may take. */
  readonly others?: readonly (readonly [name: string, value: string])[];
};

const MAX_PARAMS = 100;

/** `value` is lower-case and without comments or blanks; parameter names are lower-case. The first of two equal names counts. */
export function parseStructured(text: string): Structured {
  const pieces = split(text);
  const value = stripComments(pieces[0] ?? '')
    .trim()
    .toLowerCase();
  const plain = new Map<string, string>();
  const others: (readonly [string, string])[] = [];
  const parts = new Map<string, { index: number; encoded: boolean; text: string }[]>();
  for (const piece of pieces.slice(1, MAX_PARAMS)) {
    const equals = piece.indexOf('=');
    if (equals < 1) continue;
    const name = stripComments(piece.slice(0, equals)).trim().toLowerCase();
    const raw = bare(piece.slice(equals + 1));
    const continued = /^([^*]+)\*(?:(\d{1,3})(\*)?)?$/.exec(name);
    if (!continued) {
      if (!plain.has(name)) plain.set(name, raw);
      else if (plain.get(name) !== raw) others.push([name, raw]);
      continue;
    }
    const base = continued[1] as string;
    const list = parts.get(base) ?? [];
    list.push({ index: Number(continued[2] ?? 0), encoded: continued[2] === undefined || continued[3] === '*', text: raw });
    parts.set(base, list);
  }
  const params = new Map([...plain].map(([name, one]) => [name, one.includes('=?') ? decodeWords(one) : one] as const));
  for (const [name, list] of parts) {
    const value = join(list);
    const before = params.get(name);
    if (before !== undefined && before !== value) others.push([name, before]);
    params.set(name, value);
  }
  return others.length > 0 ? { value, params, others } : { value, params };
}

function join(list: readonly { readonly index: number; readonly encoded: boolean; readonly text: string }[]): string {
  const ordered = list.toSorted((a, b) => a.index - b.index);
  const first = ordered[0];
  const tagged = first?.encoded ? /^([^']*)'[^']*'(.*)$/s.exec(first.text) : null;
  const bytes = ordered.map((part, i) => {
    const text = i === 0 && tagged ? (tagged[2] as string) : part.text;
    return part.encoded ? percentOctets(text) : Buffer.from(text, /[^\p{ASCII}\u0080-\u00ff]/u.test(text) ? 'utf8' : 'latin1');
  });
  const whole = Buffer.concat(bytes);
  return decodeCharset(whole, tagged?.[1] || 'utf-8');
}

function percentOctets(text: string): Buffer {
  return Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}

/** Pieces between semicolons that stand outside quotes and comments. */
function split(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '"' && depth === 0) quoted = !quoted;
    else if (c === '(' && !quoted) depth++;
    else if (c === ')' && !quoted && depth > 0) depth--;
    else if (c === ';' && !quoted && depth === 0) {
      pieces.push(text.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(text.slice(start));
  // An unclosed quote or comment would hide the rest: read it again without them.
  return (quoted || depth > 0) && pieces.length < 2 ? text.split(';') : pieces;
}

function stripComments(text: string): string {
  return text.includes('(') ? text.replace(/\([^()]*\)/g, '') : text;
}

function bare(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('"')) {
    let end = 1;
    while (end < trimmed.length && trimmed[end] !== '"') end += trimmed[end] === '\\' ? 2 : 1;
    return trimmed.slice(1, end).replace(/\\(.)/gs, '$1');
  }
  return stripComments(trimmed).trim();
}
