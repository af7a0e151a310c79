// A PDF as all its readers might see it: objects are found by their mark `N G obj` anywhere in the file, not by its tables, so that nothing
// hides in an old revision or between the lines. What stands twice under a number counts twice. All reading is charged to a budget.
import type { Why } from '../opener.ts';
import type { Crypt } from './pdf-crypt.ts';
import { isDict, isRef, isRegular, isWhite, newReading, readAt, skip, type Dict, type Reading, type Value } from './pdf-objects.ts';

/** An object: in the file itself or in an object stream, whose strings are not encrypted by themselves. */
export type Place = {
  readonly number: number;
  readonly generation: number;
  readonly at: number;
  readonly reading: Reading;
  readonly packed: boolean;
  /** An older object of the same number. */
  readonly older: Place | null;
};
export type Stream = { readonly place: Place; readonly dict: Dict; readonly start: number; readonly end: number };
/** A value and the object it stands in: that says how its strings are encrypted. */
export type Found = { readonly value: Value; readonly place: Place };
export type Marked = { readonly dict: Dict; readonly place: Place };

export type PdfFile = {
  readonly bytes: Buffer;
  readonly places: Map<number, Place>;
  /** By the place of their object in the file. */
  readonly streams: Map<number, Stream>;
  readonly marked: Marked[];
  readonly trailers: Marked[];
  readonly trouble: Set<Why>;
  readonly readings: Reading[];
  /** How what is encrypted is read: with each key that fits, and as it is (null). */
  ways: readonly (Crypt | null)[];
  /** Objects so far, bytes read as values, bytes given to filters, and how many may be. */
  objects: number;
  read: number;
  fed: number;
  allowed: number;
  /** No more may be read. */
  spent: boolean;
  /** The last search for `endstream`, so that a file without one is not searched through for each of its streams. */
  ended: { readonly from: number; readonly at: number };
};

/** A tagged report of a hundred pages has some ten thousand. */
const MAX_OBJECTS = 200_000;
const MAX_STREAMS = 20_000;
const MAX_MARKED = 20_000;
/** How often a byte may be read as a value: once for itself and once for each who refers to it. */
const MAX_READ = 6;
const FREE = 4 << 20;
/** What one reading costs beside its bytes. */
const COST = 16;
const MAX_STEPS = 8;

export function readPdf(bytes: Buffer): PdfFile {
  const reading = newReading(bytes.toString('latin1'));
  const file: PdfFile = {
    bytes,
    places: new Map(),
    streams: new Map(),
    marked: [],
    trailers: [],
    trouble: new Set(),
    readings: [reading],
    ways: [null],
    objects: 0,
    read: 0,
    fed: 0,
    allowed: 0,
    spent: false,
    ended: { from: 0, at: -1 },
  };
  allow(file, bytes.length + FREE);
  for (const place of placesIn(file, reading)) {
    const value = readObject(file, place);
    if (isDict(value)) takeStream(file, place, value, reading);
    keepMarked(file, place);
    if (file.spent) break;
  }
  takeTrailers(file, reading);
  return file;
}

/** So much more has come to be read. */
export function allow(file: PdfFile, bytes: number): void {
  file.allowed += bytes * MAX_READ;
}

export function spend(file: PdfFile): void {
  file.spent = true;
  file.trouble.add('too_many_parts');
}

/** A new object under its number; null: there are too many. */
export function placed(file: PdfFile, at: Omit<Place, 'older'>): Place | null {
  if (++file.objects > MAX_OBJECTS) {
    file.trouble.add('too_many_parts');
    return null;
  }
  const one: Place = { ...at, older: file.places.get(at.number) ?? null };
  if (at.number >= 0) file.places.set(at.number, one);
  return one;
}

/** Every `obj` that is a word, with the two numbers before it if they are there. */
function placesIn(file: PdfFile, reading: Reading): readonly Place[] {
  const { source } = reading;
  const places: Place[] = [];
  for (let at = source.indexOf('obj'); at >= 0; at = source.indexOf('obj', at + 3)) {
    const before = source.charCodeAt(at - 1);
    if ((isRegular(before) && (before < 48 || before > 57)) || isRegular(source.charCodeAt(at + 3))) continue;
    const [number, generation] = numbersBefore(source, at);
    const one = placed(file, { number, generation, at: at + 3, reading, packed: false });
    if (!one) break;
    places.push(one);
  }
  return places;
}

/** -1: an object without a number, which no one can refer to. */
function numbersBefore(source: string, end: number): readonly [number, number] {
  let at = end - 1;
  const blanks = (): void => {
    while (isWhite(source.charCodeAt(at))) at--;
  };
  const digits = (): number => {
    const last = at;
    for (let code = source.charCodeAt(at); code >= 48 && code <= 57;) code = source.charCodeAt(--at);
    return last - at < 1 || last - at > 10 ? -1 : Number(source.slice(at + 1, last + 1));
  };
  blanks();
  const generation = digits();
  const between = at;
  blanks();
  const number = at < between ? digits() : -1;
  if (number >= 0 && generation >= 0) return [number, generation];
  // A comment may stand between them.
  const near = source.slice(Math.max(0, end - 200), end);
  const found = near.includes('%') ? /(\d{1,10})\s+(\d{1,10})\s*$/.exec(near.replace(/%[^\r\n]*/g, ' ').slice(-60)) : null;
  return found ? [Number(found[1]), Number(found[2])] : [-1, 0];
}

/** The value of an object, charged. Marked dictionaries stay in `place.reading.marked`. */
export function readObject(file: PdfFile, place: Place): Value | undefined {
  if (file.read > file.allowed) spend(file);
  if (file.spent) return undefined;
  const { reading } = place;
  reading.marked.length = 0;
  const value = readAt(reading, place.at);
  file.read += reading.at - place.at + COST;
  if (reading.trouble) file.trouble.add(reading.trouble);
  return value;
}

export function keepMarked(file: PdfFile, place: Place): void {
  for (const dict of place.reading.marked) file.marked.push({ dict, place });
  place.reading.marked.length = 0;
  if (file.marked.length > MAX_MARKED) spend(file);
}

/** What a value stands for: all objects of that number, newest first. */
export function* resolve(file: PdfFile, value: Value | undefined, place: Place, steps = MAX_STEPS): Generator<Found> {
  if (value === undefined) return;
  if (!isRef(value)) return yield { value, place };
  if (steps <= 0) return;
  for (let one = file.places.get(value.ref) ?? null; one && !file.spent; one = one.older) {
    const found = readObject(file, one);
    if (found !== undefined) yield* resolve(file, found, one, steps - 1);
  }
}

/** The newest of them. */
export function valueOf(file: PdfFile, value: Value | undefined, place: Place): Value | undefined {
  if (!isRef(value)) return value;
  for (const found of resolve(file, value, place)) return found.value;
  return undefined;
}

export function takeStream(file: PdfFile, place: Place, dict: Dict, reading: Reading): void {
  const { source } = reading;
  skip(reading);
  if (!source.startsWith('stream', reading.at)) return;
  if (file.streams.size >= MAX_STREAMS) return void file.trouble.add('too_many_parts');
  const start = dataAfter(source, reading.at + 6);
  keepMarked(file, place);
  const said = valueOf(file, dict.get('Length'), place);
  reading.marked.length = 0;
  const end = endOf(file, source, start, typeof said === 'number' && said >= 0 ? said : -1);
  file.streams.set(place.at, { place, dict, start, end });
  if (dict.get('Type') === '/XRef') file.trailers.push({ dict, place });
}

function dataAfter(source: string, after: number): number {
  let at = after;
  while (source.charCodeAt(at) === 32) at++;
  const code = source.charCodeAt(at);
  if (code === 10) return at + 1;
  if (code === 13) return source.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
  return after;
}

/** Where /Length says, if `endstream` is there; else the further of the two, so that no reader sees more. */
function endOf(file: PdfFile, source: string, start: number, said: number): number {
  if (said >= 0 && start + said <= source.length) {
    let at = start + said;
    for (let i = 0; i < 4 && isWhite(source.charCodeAt(at)); i++) at++;
    if (source.startsWith('endstream', at)) return start + said;
  }
  const mark = nextEnd(file, source, start);
  let end = mark;
  if (source.charCodeAt(end - 1) === 10) end--;
  if (source.charCodeAt(end - 1) === 13) end--;
  end = Math.max(start, end);
  return said >= 0 && start + said <= source.length ? Math.max(end, start + said) : end;
}

function nextEnd(file: PdfFile, source: string, from: number): number {
  if (file.ended.from <= from && from <= file.ended.at) return file.ended.at;
  const found = source.indexOf('endstream', from);
  file.ended = { from, at: found < 0 ? source.length : found };
  return file.ended.at;
}

function takeTrailers(file: PdfFile, reading: Reading): void {
  const { source } = reading;
  for (let at = source.indexOf('trailer'); at >= 0 && !file.spent; at = source.indexOf('trailer', at + 7)) {
    const place: Place = { number: -1, generation: 0, at: at + 7, reading, packed: true, older: null };
    const dict = readObject(file, place);
    if (isDict(dict)) file.trailers.push({ dict, place });
    keepMarked(file, place);
  }
}
