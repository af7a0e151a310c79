// Streams of a PDF: how they are encrypted and filtered, what comes out of them, and the objects in object streams (ISO 32000-2, 7.5.7).
// Where two readers may take another key or another filter, all of them are tried.
import type { Opening } from '../opener.ts';
import { decrypt, openCrypt, type Crypt, type Method } from './pdf-crypt.ts';
import { allow, keepMarked, placed, readObject, resolve, spend, valueOf, type PdfFile, type Place, type Stream } from './pdf-file.ts';
import { decode, fullName, isPictureFilter, type Decoded, type Step } from './pdf-filters.ts';
import { allOf, isArray, isDict, isRef, isText, newReading, readAt, type Dict, type Text, type Value } from './pdf-objects.ts';
import { bytesOf } from './pdf-strings.ts';

export type Chain = { readonly steps: readonly Step[]; readonly crypt: string | null };
/** `verbatim`: it stands in the file just so. */
export type Come = Decoded & { readonly verbatim: boolean };

const MAX_WAYS = 4;
const MAX_CHAINS = 4;
/** What comes out of all object streams is kept until the end. */
const MAX_KEPT = 32 << 20;
/** Bytes given to filters, for each byte of the file. */
const MAX_FED = 6;
const FREE = 4 << 20;

export const isOf = (file: PdfFile, { dict, place }: Stream, key: string, name: string): boolean =>
  allOf(dict, key).some(value => valueOf(file, value, place) === name);

/** Finds the keys; false: something is encrypted and no password opens it. */
export function openWays(file: PdfFile, passwords: () => readonly string[]): boolean {
  const crypts = new Map<string, Crypt>();
  const opened = new Map<string, boolean>();
  let plain = false;
  for (const { dict, place } of file.trailers) {
    const encrypts = allOf(dict, 'Encrypt').flatMap(value => [...resolve(file, value, place)]);
    // The second trailer of a linearized file has neither: no reader starts there.
    plain ||= dict.has('Root') && !encrypts.some(({ value }) => isDict(value));
    for (const { value, place: at } of encrypts) {
      if (!isDict(value)) continue;
      const encrypt = deep(file, value, at, 4) as Dict;
      const first = valueOf(file, dict.get('ID'), place);
      const id = isArray(first) ? valueOf(file, first[0], place) : undefined;
      const lock = [...encrypt].map(([key, one]) => (isText(one) ? key + one.text : key)).join('\0');
      const key = `${lock}\0${isText(id) ? bytesOf(id) : ''}`;
      if (crypts.has(key)) continue;
      if (crypts.size >= MAX_WAYS) return false;
      const crypt = openCrypt(encrypt, Buffer.from(isText(id) ? bytesOf(id) : '', 'latin1'), passwords);
      crypts.set(key, crypt);
      opened.set(lock, opened.get(lock) === true || crypt.key !== null || isOpen(crypt));
    }
  }
  if (crypts.size === 0) return true;
  const ways = [...crypts.values()].filter(one => one.key !== null);
  file.ways = [...(ways.length > 0 ? ways : [...crypts.values()].slice(0, 1)), ...(plain ? [null] : [])];
  return ![...opened.values()].includes(false);
}

/** Nothing in it is encrypted. */
const isOpen = ({ streams, strings, embedded }: Crypt): boolean => [streams, strings, embedded].every(one => one === 'none');

/** A value without references in it. */
function deep(file: PdfFile, value: Value, place: Place, depth: number): Value {
  const found = valueOf(file, value, place) ?? null;
  if (!isDict(found) || depth <= 0) return found;
  return new Map([...found].slice(0, 64).map(([key, inner]) => [key, deep(file, inner, place, depth - 1)]));
}

/** The ways of filtering that a stream's dictionary tells: nearly always one. */
export function chainsOf(file: PdfFile, { dict, place }: Stream): readonly Chain[] {
  // `F` is the name of an external file, unless it is a filter (pdf.js).
  const told = [...allOf(dict, 'Filter'), ...allOf(dict, 'F').filter(one => typeof one === 'string' || isArray(one))];
  const parms = valueOf(file, dict.get('DecodeParms') ?? dict.get('DP'), place);
  const chains: Chain[] = [];
  for (const value of told) {
    for (const found of resolve(file, value, place)) {
      const filters = isArray(found.value) ? found.value.slice(0, 32).map(one => valueOf(file, one, place)) : [found.value];
      const names = filters.filter(one => typeof one === 'string').map(one => fullName(one.slice(1)));
      const settings = names.map((_, i) => valueOf(file, isArray(parms) ? parms[i] : i === 0 ? parms : undefined, place));
      const steps = names.map((filter, i) => stepOf(file, filter, settings[i], place));
      const name = names[0] === 'Crypt' && isDict(settings[0]) ? settings[0].get('Name') : undefined;
      const crypt = names[0] !== 'Crypt' ? null : typeof name === 'string' ? name.slice(1) : 'Identity';
      if (names.length > 0 && chains.length < MAX_CHAINS) chains.push({ steps, crypt });
    }
  }
  return chains.length > 0 ? chains : [{ steps: [], crypt: null }];
}

function stepOf(file: PdfFile, filter: string, parms: Value | undefined, place: Place): Step {
  if (!isDict(parms) || isPictureFilter(filter)) return { filter, predictor: null, earlyChange: 1 };
  const number = (key: string, otherwise: number): number => {
    const value = valueOf(file, parms.get(key), place);
    return typeof value === 'number' ? value : otherwise;
  };
  const predictor = number('Predictor', 1);
  const earlyChange = number('EarlyChange', 1) === 0 ? 0 : 1;
  const told = { predictor, colors: number('Colors', 1), bits: number('BitsPerComponent', 8), columns: number('Columns', 1) };
  return { filter, predictor: predictor > 1 && /^(?:Flate|LZW)/.test(filter) ? told : null, earlyChange };
}

export type Look = { readonly embedded: boolean; /** Only so much of the packed bytes. */ readonly first?: number };

/** All that may come out of a stream; nothing of one that is locked. */
export function* comings(file: PdfFile, stream: Stream, room: Opening['room'], { embedded, first = Infinity }: Look): Generator<Come> {
  const chains = chainsOf(file, stream);
  const { start, place } = stream;
  const bytes = file.bytes.subarray(start, Math.min(stream.end, start + first));
  // Tables of the file are not encrypted; but a stream that only calls itself one may be.
  const ways = isOf(file, stream, 'Type', '/XRef') ? new Set([null, ...file.ways]) : file.ways;
  for (const way of ways) {
    for (const chain of chains) {
      file.fed += bytes.length;
      if (file.fed > file.bytes.length * MAX_FED + FREE) return spend(file);
      const packed = way ? decrypt(way, methodOf(file, way, chain, stream, embedded), bytes, place.number, place.generation) : bytes;
      if (!packed) continue;
      const come = decode(packed, chain.steps, Math.max(1, room(packed.length)));
      yield { ...come, verbatim: come.bytes === bytes };
    }
  }
}

function methodOf(file: PdfFile, way: Crypt, chain: Chain, stream: Stream, embedded: boolean): Method {
  if (chain.crypt !== null) return way.filters.get(chain.crypt) ?? 'unknown';
  if (!way.metadata && isOf(file, stream, 'Type', '/Metadata')) return 'none';
  return embedded ? way.embedded : way.streams;
}

/** A string's bytes, as each way reads them. */
export function* stringsOf(file: PdfFile, text: Text, place: Place): Generator<string> {
  const string = bytesOf(text);
  for (const way of file.ways) {
    if (!way || place.packed) yield string;
    else {
      const bytes = decrypt(way, way.strings, Buffer.from(string, 'latin1'), place.number, place.generation);
      if (bytes) yield bytes.toString('latin1');
    }
    if (place.packed) return;
  }
}

export type Opened = { readonly stream: Stream; readonly bytes: Buffer };

/** Reads the objects in all object streams; gives what came out of them. */
export function openObjectStreams(file: PdfFile, room: Opening['room']): readonly Opened[] {
  const opened: Opened[] = [];
  let kept = 0;
  for (const stream of file.streams.values()) {
    // Some readers do not ask for its /Type.
    if (!stream.dict.has('First') || !stream.dict.has('N')) continue;
    const most = (packed: number): number => Math.min(room(packed), MAX_KEPT - kept);
    for (const { bytes, why, picture } of comings(file, stream, most, { embedded: false })) {
      if (why || picture) file.trouble.add(why ?? 'method');
      if (file.spent) return opened;
      kept += bytes.length;
      opened.push({ stream, bytes });
      readPacked(file, stream, bytes);
    }
  }
  return opened;
}

function readPacked(file: PdfFile, { dict, place }: Stream, bytes: Buffer): void {
  allow(file, bytes.length);
  const number = (key: string): number => {
    const value = valueOf(file, dict.get(key), place);
    return typeof value === 'number' ? value : 0;
  };
  const [first, count] = [number('First'), number('N')];
  const reading = newReading(bytes.toString('latin1'));
  file.readings.push(reading);
  const places: Place[] = [];
  for (let n = 0; n < count || reading.at < first; n++) {
    const object = readAt(reading, reading.at);
    const offset = readAt(reading, reading.at);
    if (typeof object !== 'number' || typeof offset !== 'number') break;
    const at = first + offset;
    if (at < 0 || at >= bytes.length || isRef(object)) continue;
    const one = placed(file, { number: object, generation: 0, at, reading, packed: true });
    if (!one) break;
    places.push(one);
  }
  for (const one of places) {
    readObject(file, one);
    keepMarked(file, one);
    if (file.spent) return;
  }
}
