// PDF (ISO 32000-2): what is embedded, its JavaScript, its forms and everything else that is packed in it, from all revisions and object
// streams, opened with the empty password or one of the mail's; and what it would do by itself. Small streams that are not files are shown
// together. Pictures are not shown when they are pictures, samples of large ones only in their beginning: nothing runs them.
import type { Opener, Opening, Sight, Why } from '../opener.ts';
import { judgeActions } from './pdf-actions.ts';
import { readPdf, resolve, type PdfFile, type Place, type Stream } from './pdf-file.ts';
import { allOf, isArray, isDict, isRef, isText } from './pdf-objects.ts';
import { comings, isOf, openObjectStreams, openWays, stringsOf, type Come } from './pdf-streams.ts';
import { textFrom } from './pdf-strings.ts';

/** Streams below this are shown together, so many bytes at a time. */
const SMALL = 64 << 10;
const TOGETHER = 1 << 20;
/** Samples of a picture up to this size are looked at whole; of a larger one, what comes out of its first packed bytes. */
const SAMPLES = 256 << 10;
const FIRST = 2048;
/** Scripts and forms that are held at the same time. */
const MAX_TEXTS = 16 << 20;
const MAX_NAMES = 8;

type Texts = { readonly bytes: Buffer; readonly text: string };
type Shared = { readonly file: PdfFile; readonly opening: Opening; readonly taken: Map<number, readonly Texts[]>; held: number };

/** Readers look for the mark in the first 1024 bytes; the second form is of old. */
export function isPdf(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 1024 + 5);
  return head.includes('%PDF-', 0, 'latin1') || (head.includes('%!PS-Adobe-', 0, 'latin1') && head.includes(' PDF-', 0, 'latin1'));
}

export const openPdf: Opener = function* (bytes, opening) {
  let members = 0;
  for (const sight of sightsOf(bytes, opening)) {
    if (sight.see === 'member' && ++members > opening.mostMembers) return yield { see: 'unseen', name: null, why: 'too_many_parts' };
    yield sight;
  }
};

function* sightsOf(bytes: Buffer, opening: Opening): Generator<Sight> {
  const file = readPdf(bytes);
  const shared: Shared = { file, opening, taken: new Map(), held: 0 };
  if (!openWays(file, () => opening.passwords)) yield { see: 'unseen', name: null, why: 'encrypted' };
  const opened = openObjectStreams(file, opening.room);
  const forms = formsOf(shared);
  const { rules, scripts } = judgeActions(file, place => textsOf(shared, place).map(one => one.text));
  const found = new Set(rules);
  if (
    /<(?:[\w.-]{1,40}:)?script\b/i.test(forms.map(one => one.text.replaceAll('\0', '')).join('')) &&
    !found.has('pdf_open_action_javascript')
  )
    found.add('pdf_javascript');
  if (file.readings.some(one => one.obfuscated)) found.add('pdf_obfuscated_name');
  for (const rule of found) yield { see: 'finding', class: 'heuristic', rule };
  for (const { text, object } of scripts)
    yield { see: 'member', name: `javascript-${object < 0 ? 'x' : object}.pdf-js`, bytes: Buffer.from(text), type: 'text/javascript' };
  for (const form of forms) yield { see: 'member', name: 'xfa.xml', bytes: form.bytes, type: 'text/xml' };
  yield* embedded(shared, found.has('pdf_richmedia'));
  yield* rest(shared, opened);
  for (const why of file.trouble) yield { see: 'unseen', name: null, why };
}

/** What comes out of a script's or a form's stream; that is then not shown with the rest. */
function textsOf(shared: Shared, place: Place): readonly Texts[] {
  const { file, opening, taken } = shared;
  const stream = place.packed ? undefined : file.streams.get(place.at);
  if (!stream) return [];
  const before = taken.get(place.at);
  if (before) return before;
  const texts: Texts[] = [];
  const room = (packed: number): number => Math.min(opening.room(packed), MAX_TEXTS - shared.held);
  for (const { bytes, why, picture } of comings(file, stream, room, { embedded: false })) {
    if (why || picture) file.trouble.add(why ?? 'method');
    shared.held += bytes.length;
    texts.push({ bytes, text: textFrom(bytes.toString('latin1')) });
  }
  taken.set(place.at, texts);
  return texts;
}

/** XML forms: one stream, or an array of names and streams. */
function formsOf(shared: Shared): readonly Texts[] {
  const { file } = shared;
  const texts = new Set<Texts>();
  for (const { dict, place } of file.marked) {
    for (const told of allOf(dict, 'XFA')) {
      for (const found of resolve(file, told, place)) {
        const pieces = isArray(found.value) ? found.value.slice(0, 1000).flatMap(value => [...resolve(file, value, found.place)]) : [found];
        for (const piece of pieces) for (const one of textsOf(shared, piece.place)) texts.add(one);
      }
    }
  }
  return [...texts];
}

/** The names of embedded files, by the number of their stream. */
function namesOf(file: PdfFile): ReadonlyMap<number, readonly string[]> {
  const names = new Map<number, string[]>();
  for (const { dict, place } of file.marked) {
    if (!dict.has('EF')) continue;
    const own: string[] = [];
    for (const key of ['UF', 'F', 'Unix', 'Mac', 'DOS'])
      for (const told of allOf(dict, key))
        for (const { value, place: at } of resolve(file, told, place))
          if (isText(value)) for (const text of stringsOf(file, value, at)) own.push(textFrom(text));
    for (const told of allOf(dict, 'EF')) {
      for (const { value } of resolve(file, told, place)) {
        if (!isDict(value)) continue;
        for (const to of value.values()) {
          if (!isRef(to)) continue;
          const known = names.get(to.ref) ?? [];
          names.set(to.ref, known);
          for (const name of own) if (known.length < MAX_NAMES && !known.includes(name)) known.push(name);
        }
      }
    }
  }
  return names;
}

function* embedded(shared: Shared, isFlash: boolean): Generator<Sight> {
  const { file, opening, taken } = shared;
  const names = namesOf(file);
  const isMedia = file.marked.some(({ dict }) => allOf(dict, 'Subtype').includes('/RichMedia'));
  let flash = isFlash;
  for (const [at, stream] of file.streams) {
    const known = names.get(stream.place.number);
    if (!known && !isOf(file, stream, 'Type', '/EmbeddedFile')) continue;
    taken.set(at, []);
    const [name = null, otherName = null, ...others] = known ?? [];
    const shown: Buffer[] = [];
    for (const { bytes, why, picture } of comings(file, stream, opening.room, { embedded: true })) {
      if (shown.some(one => one.equals(bytes))) continue;
      shown.push(bytes);
      yield { see: 'member', name, otherName, bytes };
      if (why || picture) yield { see: 'unseen', name, why: why ?? 'method' };
      if (isMedia && !flash && /^[FCZ]WS$/.test(bytes.toString('latin1', 0, 3)) && (bytes[3] ?? 255) < 64) {
        flash = true;
        yield { see: 'finding', class: 'heuristic', rule: 'pdf_richmedia' };
      }
    }
    // Its name may be readable where it is not.
    if (shown.length === 0 && name !== null && !file.spent) yield { see: 'unseen', name, why: 'encrypted' };
    for (const other of others) yield { see: 'member', name: other, bytes: Buffer.alloc(0) };
  }
}

/** Pages, fonts, tables, pictures that are none: what is neither a file nor a script. */
function* rest({ file, opening, taken }: Shared, opened: readonly { readonly stream: Stream; readonly bytes: Buffer }[]): Generator<Sight> {
  let pieces: Buffer[] = [];
  let size = 0;
  const together = function* (bytes: Buffer): Generator<Sight> {
    if (bytes.length >= SMALL) return yield { see: 'member', name: null, bytes };
    if (size + bytes.length > TOGETHER) yield* flush();
    pieces.push(bytes, LINE);
    size += bytes.length + 1;
  };
  const flush = function* (): Generator<Sight> {
    if (pieces.length > 0) yield { see: 'member', name: null, bytes: Buffer.concat(pieces, size) };
    [pieces, size] = [[], 0];
  };
  const packs = new Set(opened.map(one => one.stream));
  for (const { bytes } of opened) yield* together(bytes);
  for (const [at, stream] of file.streams) {
    if (taken.has(at) || packs.has(stream)) continue;
    const image = isImage(file, stream);
    for (const come of image ? imageComings(file, stream, opening.room) : comings(file, stream, opening.room, { embedded: false })) {
      const why = whyOf(come, image);
      if (why) file.trouble.add(why);
      // What stands in the file just so is looked at with the file.
      if (come.bytes.length > 0 && !come.verbatim) yield* together(come.bytes);
    }
    if (file.spent) break;
  }
  yield* flush();
}

const LINE = Buffer.from('\n');

/** Some picture filters can make anything of their bytes: only a picture may have them. A filter that nobody knows shows nothing to a reader. */
function whyOf({ why, picture }: Come, image: boolean): Why | null {
  if (why === 'too_large') return why;
  return !image && (picture === 'JBIG2Decode' || picture === 'CCITTFaxDecode') ? 'method' : null;
}

const isImage = (file: PdfFile, stream: Stream): boolean =>
  isOf(file, stream, 'Subtype', '/Image') || (stream.dict.has('Width') && stream.dict.has('Height'));

function* imageComings(file: PdfFile, stream: Stream, room: Opening['room']): Generator<Come> {
  const { dict } = stream;
  const [width, height, bits] = ['Width', 'Height', 'BitsPerComponent'].map(key => dict.get(key));
  const pixel = bits === 1 ? 1 / 8 : 4;
  const isLarge = typeof width !== 'number' || typeof height !== 'number' || width * height * pixel > SAMPLES;
  let whole = !isLarge;
  for (const come of comings(file, stream, whole ? room : () => FIRST * 1100, { embedded: false, ...(whole ? {} : { first: FIRST }) })) {
    if (come.picture && isPicture(come)) continue;
    if (come.picture && !whole && !come.verbatim) {
      yield* comings(file, stream, room, { embedded: false });
      whole = true;
    } else if (!come.picture && !whole) yield { ...come, bytes: come.bytes.subarray(0, SMALL - 1), why: null };
    else yield come;
  }
}

/** Bytes of the other picture filters have no mark. */
function isPicture({ picture, bytes }: Come): boolean {
  const start = bytes.toString('latin1', 0, 12);
  if (picture === 'DCTDecode') return start.startsWith('\xff\xd8\xff');
  return picture === 'JPXDecode' && (start.startsWith('\0\0\0\x0cjP  ') || start.startsWith('\xff\x4f\xff\x51'));
}
