// Values of PDF (ISO 32000-2, 7.3) read leniently from text that holds one byte in each character: numbers, names, strings, arrays,
// dictionaries, references. What is not closed ends where the next object begins. A key that stands twice keeps its last value under its
// name and its first under NAME + '\0', as readers differ. Dictionaries that a rule asks about are marked while they are read.

/** A string as it is written; pdf-strings.ts decodes it. */
export type Text = { readonly text: string; readonly written: 'plain' | 'escaped' | 'hex' };
export type Ref = { readonly ref: number };
export type Dict = ReadonlyMap<string, Value>;
/** A name is a string that begins with a slash. */
export type Value = number | boolean | null | string | Text | Ref | readonly Value[] | Dict;

export type Reading = {
  readonly source: string;
  at: number;
  /** Dictionaries with a key that a rule asks about. */
  readonly marked: Dict[];
  /** A dangerous name was written with escapes that it does not need. */
  obfuscated: boolean;
  trouble: 'too_deep' | 'too_many_parts' | null;
  stop: boolean;
  values: number;
};

const MAX_NESTED = 256;
/** Values and keys of one object; a dictionary costs ten. */
const MAX_VALUES = 500_000;

const MARKED = new Set(['JS', 'EF', 'OpenAction', 'AA', 'XFA']);
const DANGEROUS = new Set('JavaScript JS Launch OpenAction EmbeddedFile EmbeddedFiles AA RichMedia XFA GoToE GoToR'.split(' '));
const ENDS = new Set(['endobj', 'obj', 'stream', 'endstream', 'xref', 'trailer', 'startxref']);

/** 0: regular, 1: white, 2: delimiter. */
const CLASS = new Uint8Array(256);
for (const white of [0, 9, 10, 12, 13, 32]) CLASS[white] = 1;
for (const delimiter of '()<>[]{}/%') CLASS[delimiter.charCodeAt(0)] = 2;

const [HASH, PERCENT, OPEN, CLOSE, PLUS, MINUS, DOT, SLASH] = [35, 37, 40, 41, 43, 45, 46, 47] as const;
const [LESS, MORE, ARRAY, BACK, ARRAY_END] = [60, 62, 91, 92, 93] as const;

export const isDict = (value: Value | undefined): value is Dict => value instanceof Map;
export const isRef = (value: Value | undefined): value is Ref => typeof value === 'object' && value !== null && 'ref' in value;
export const isText = (value: Value | undefined): value is Text => typeof value === 'object' && value !== null && 'text' in value;
export const isArray = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
export const isRegular = (code: number): boolean => CLASS[code] === 0;
export const isWhite = (code: number): boolean => CLASS[code] === 1;

/** All values of a key: the last and, where it stands twice, the first. */
export function allOf(dict: Dict, key: string): readonly Value[] {
  const last = dict.get(key);
  if (last === undefined) return [];
  const first = dict.get(`${key}\0`);
  return first === undefined ? [last] : [last, first];
}

export const newReading = (source: string): Reading => ({
  source,
  at: 0,
  marked: [],
  obfuscated: false,
  trouble: null,
  stop: false,
  values: 0,
});

/** The value at `at`; undefined: there is none. `reading.at` is then behind it. */
export function readAt(reading: Reading, at: number): Value | undefined {
  reading.at = at;
  reading.stop = false;
  reading.values = 0;
  return readValue(reading, 0);
}

/** Over white space and comments. */
export function skip(reading: Reading): void {
  const { source } = reading;
  for (;;) {
    const code = source.charCodeAt(reading.at);
    if (CLASS[code] === 1) reading.at++;
    else if (code === PERCENT) {
      for (reading.at++; reading.at < source.length; reading.at++) {
        const next = source.charCodeAt(reading.at);
        if (next === 10 || next === 13) break;
      }
    } else return;
  }
}

/** Stands still at `]`, `>` and the end; a stray mark or word is passed. */
function readValue(reading: Reading, depth: number): Value | undefined {
  skip(reading);
  if (depth > MAX_NESTED || ++reading.values > MAX_VALUES) {
    reading.trouble = depth > MAX_NESTED ? 'too_deep' : 'too_many_parts';
    reading.stop = true;
    return undefined;
  }
  const { source } = reading;
  const code = source.charCodeAt(reading.at);
  if (code === SLASH) return `/${readName(reading)}`;
  if ((code >= 48 && code <= 57) || code === MINUS || code === PLUS || code === DOT) return readNumber(reading, code);
  if (code === OPEN) return readText(reading);
  if (code === LESS) return source.charCodeAt(reading.at + 1) === LESS ? readDict(reading, depth) : readHex(reading);
  if (code === ARRAY) return readArray(reading, depth);
  if (code === MORE || code === ARRAY_END || Number.isNaN(code)) return undefined;
  return readWord(reading);
}

function readWord(reading: Reading): Value | undefined {
  const { source } = reading;
  const start = reading.at;
  while (CLASS[source.charCodeAt(reading.at)] === 0) reading.at++;
  if (reading.at === start) reading.at++;
  if (reading.at - start > 9) return undefined;
  const word = source.slice(start, reading.at);
  if (word === 'null') return null;
  if (word === 'true' || word === 'false') return word === 'true';
  if (ENDS.has(word)) {
    reading.at = start;
    reading.stop = true;
  }
  return undefined;
}

function readName(reading: Reading): string {
  const { source } = reading;
  const start = ++reading.at;
  let escaped = false;
  for (;;) {
    const code = source.charCodeAt(reading.at);
    if (CLASS[code] !== 0) break;
    if (code === HASH) escaped = true;
    reading.at++;
  }
  const written = source.slice(start, reading.at);
  if (!escaped) return written;
  const name = written.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (name !== written && DANGEROUS.has(name)) reading.obfuscated = true;
  return name;
}

/** A whole number followed by another and an `R` is a reference. Fractions are not asked for. */
function readNumber(reading: Reading, first: number): Value {
  const { source } = reading;
  let value = 0;
  let whole = first !== MINUS && first !== PLUS && first !== DOT;
  let fraction = first === DOT;
  if (!whole) reading.at++;
  for (; ; reading.at++) {
    const code = source.charCodeAt(reading.at);
    if (code >= 48 && code <= 57) {
      if (!fraction) value = value * 10 + code - 48;
    } else if (code === DOT || code === MINUS || code === PLUS) {
      fraction = true;
      whole = false;
    } else break;
  }
  if (whole && CLASS[source.charCodeAt(reading.at)] !== 0 && value < 1e10 && isReference(reading)) return { ref: value };
  return first === MINUS ? -value : value;
}

function isReference(reading: Reading): boolean {
  const { source, at } = reading;
  skip(reading);
  const start = reading.at;
  let code = source.charCodeAt(reading.at);
  while (code >= 48 && code <= 57) code = source.charCodeAt(++reading.at);
  if (reading.at > start) {
    skip(reading);
    if (source.charCodeAt(reading.at) === 82 && CLASS[source.charCodeAt(reading.at + 1)] !== 0) {
      reading.at++;
      return true;
    }
  }
  reading.at = at;
  return false;
}

function readArray(reading: Reading, depth: number): Value {
  const { source } = reading;
  const array: Value[] = [];
  for (reading.at++; ;) {
    const value = readValue(reading, depth + 1);
    if (value !== undefined) {
      array.push(value);
      continue;
    }
    if (reading.stop || reading.at >= source.length) return array;
    const code = source.charCodeAt(reading.at);
    if (code === ARRAY_END) {
      reading.at++;
      return array;
    }
    if (code === MORE) {
      if (source.charCodeAt(reading.at + 1) === MORE) return array;
      reading.at++;
    }
  }
}

function readDict(reading: Reading, depth: number): Dict {
  const { source } = reading;
  const dict = new Map<string, Value>();
  let asked = false;
  reading.values += 9;
  for (reading.at += 2; !reading.stop;) {
    skip(reading);
    const code = source.charCodeAt(reading.at);
    if (Number.isNaN(code)) break;
    if (code === MORE) {
      reading.at += source.charCodeAt(reading.at + 1) === MORE ? 2 : 1;
      break;
    }
    if (code !== SLASH) {
      if (code === ARRAY_END) reading.at++;
      else readValue(reading, depth + 1);
      continue;
    }
    reading.values++;
    const key = readName(reading);
    const value = readValue(reading, depth + 1);
    if (value === undefined) continue;
    const before = dict.get(key);
    if (before !== undefined && !dict.has(`${key}\0`)) dict.set(`${key}\0`, before);
    dict.set(key, value);
    asked ||= isAsked(key, value);
  }
  if (asked) reading.marked.push(dict);
  return dict;
}

function isAsked(key: string, value: Value): boolean {
  if (key === 'S') return value === '/Launch' || isRef(value);
  if (key === 'Subtype') return value === '/Flash' || value === '/RichMedia';
  return MARKED.has(key);
}

function readText(reading: Reading): Text {
  const { source } = reading;
  const start = ++reading.at;
  let written: Text['written'] = 'plain';
  for (let open = 1; reading.at < source.length; reading.at++) {
    const code = source.charCodeAt(reading.at);
    if (code === BACK) {
      written = 'escaped';
      reading.at++;
    } else if (code === OPEN) open++;
    else if (code === CLOSE && --open === 0) return { text: source.slice(start, reading.at++), written };
  }
  return { text: source.slice(start), written };
}

function readHex(reading: Reading): Text {
  const { source } = reading;
  const close = source.indexOf('>', reading.at);
  const end = close < 0 ? source.length : close;
  const text = source.slice(reading.at + 1, end);
  reading.at = Math.min(source.length, end + 1);
  return { text, written: 'hex' };
}
