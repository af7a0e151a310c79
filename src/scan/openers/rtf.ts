// RTF documents: embedded objects and files, document data, what is no picture where one should be, and the known ways of attack (equation
// editor, templates from afar, DDE, objects that run on opening).
import { createHash } from 'node:crypto';
import type { Opener, Opening, Sight } from '../opener.ts';
import { newTally, show, type Tally } from './decoded.ts';
import { isMedia, payloadOf } from './media.ts';
import { readOle1, readPackage } from './ole1.ts';
import { readRtf, type Destination } from './rtf-reader.ts';

type State = { readonly opening: Opening; readonly tally: Tally; readonly seen: Set<string>; readonly rules: Set<string> };

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** {0002CE02-…} and {0002CE03-…}: Equation Editor. */
const EQUATIONS = ['02ce020000000000c000000000000046', '03ce020000000000c000000000000046'].map(id => Buffer.from(id, 'hex'));
const EQUATION_CLASS = /^equation\.[23]/i;
const REMOTE = /^\s*["']?(?:https?:|ftp:|file:|mhtml:|ms-|\\\\|\/\/)/i;
const DDE = /^\s*["']?dde(?:auto)?(?=[\s"\\]|$)/i;
/** Behind the last brace: white space and zeros are nothing. */
const LEAST_BEHIND = 64;

/** Readers take `{\rt` for RTF, also behind white space and a mark of UTF-8. */
export const isRtf = (bytes: Buffer): boolean => /^(?:\u00ef\u00bb\u00bf)?\s{0,64}\{\\rt/i.test(bytes.toString('latin1', 0, 80));

export const openRtf: Opener = function* (bytes, opening) {
  const state: State = { opening, tally: newTally(), seen: new Set(), rules: new Set() };
  const rtf = readRtf(bytes);
  let objects = false;
  for (const one of rtf.destinations) {
    if (one.word === 'objdata') {
      objects ||= one.data.length > 0;
      for (const data of one.data) yield* fromObject(state, data);
    } else if (one.word === 'objclass' && EQUATION_CLASS.test(one.text.trim())) state.rules.add('equation_object');
    else if (one.word === 'template' && REMOTE.test(one.text)) state.rules.add('remote_template');
    else if (one.word === 'fldinst' && DDE.test(one.text)) state.rules.add('dde_link');
    else if (one.word !== 'fldinst' && one.word !== 'objname' && one.word !== 'template') yield* fromData(state, one);
    if (state.tally.full) return;
  }
  if (objects && rtf.words.has('objupdate')) state.rules.add('auto_object');
  const behind = bytes.subarray(rtf.end);
  if (behind.length >= LEAST_BEHIND && !isPadding(behind)) yield* once(state, null, behind);
  for (const rule of state.rules) yield { see: 'finding', class: 'heuristic', rule };
  // Cut off inside of an object: what was there is shown, and that it is not all.
  if (
    rtf.cut &&
    (objects || rtf.destinations.some(one => one.word !== 'pict' && one.data.length > 0 && payloadOf(one.data[0] as Buffer) !== null))
  )
    yield { see: 'unseen', name: null, why: 'damaged' };
};

const isPadding = (bytes: Buffer): boolean => bytes.every(c => c === 0 || c === 32 || c === 9 || c === 10 || c === 13 || c === 0x7d);

function* fromObject(state: State, data: Buffer): Generator<Sight> {
  if (EQUATIONS.some(id => data.includes(id))) state.rules.add('equation_object');
  const object = readOle1(data);
  if (object && EQUATION_CLASS.test(object.className)) state.rules.add('equation_object');
  if (object?.is === 'linked') {
    if (REMOTE.test(object.topic)) state.rules.add('remote_object');
    return;
  }
  if (object) yield* fromNative(state, object.className, object.data);
  // A header that lies, half a byte too much in front, a second object behind the first: the file is found by its own first bytes.
  const known = object ? data.length - object.data.length : 0;
  if (!object || object.data.indexOf(OLE) !== 0) {
    const at = data.indexOf(OLE, object ? Math.max(0, known) : 0);
    if (at > 0) yield* once(state, null, data.subarray(at));
    else yield* shifted(state, data);
  }
  if (!object) yield* once(state, null, data);
}

/** Class Package is a file with its name; other classes keep an OLE file or data of their own. */
function* fromNative(state: State, className: string, data: Buffer): Generator<Sight> {
  if (data.length === 0) return;
  const file = /^package/i.test(className) || data[0] === 2 ? readPackage(data) : null;
  if (!file) return yield* once(state, null, data);
  const other = file.path.slice(Math.max(file.path.lastIndexOf('\\'), file.path.lastIndexOf('/')) + 1);
  yield* once(state, file.name === '' ? other : file.name, file.data, other !== '' && other !== file.name ? other : null);
  if (!file.whole) yield { see: 'unseen', name: file.name, why: 'damaged' };
}

/** The same digits read from the second half of the first byte on. */
function* shifted(state: State, data: Buffer): Generator<Sight> {
  // The mark of an OLE file begins in the middle of a byte: `.d 0c f1 1e 0a 1b 11 ae 1.`
  const at = data.indexOf(Buffer.from('0cf11e0a1b11ae', 'hex'));
  if (at < 1 || ((data[at - 1] as number) & 15) !== 13) return;
  const out = Buffer.allocUnsafe(data.length - at);
  for (let n = 0; n < out.length; n++) out[n] = ((((data[at - 1 + n] as number) & 15) << 4) | ((data[at + n] as number) >> 4)) & 255;
  yield* once(state, null, out);
}

function* fromData(state: State, { word, data }: Destination): Generator<Sight> {
  for (const bytes of data) {
    if (word === 'pict' ? isPicture(bytes) : bytes.length < 16 || (word === 'objclass' && payloadOf(bytes) === null)) continue;
    // The mapping of colours is XML, data of the document an OLE file, the theme a zip: each is looked into as what it is.
    yield* once(state, null, bytes);
  }
}

/** Pictures of RTF have forms of their own beside files: bitmaps without a file header, metafiles without the placeable one, QuickDraw. */
function isPicture(bytes: Buffer): boolean {
  if (bytes.length < 64 || isMedia(bytes)) return true;
  const plain = /^(?:28000000|0c000000|0[12]0009000[0-9]0)/.test(bytes.toString('hex', 0, 6)) || payloadOf(bytes) === null;
  return plain && !bytes.includes('PK\x03\x04', 0, 'latin1') && !bytes.includes(OLE) && payloadOf(bytes) === null;
}

function* once(state: State, name: string | null, bytes: Buffer, otherName: string | null = null): Generator<Sight> {
  if (bytes.length === 0) return;
  const key = `${createHash('sha256').update(bytes).digest('base64')} ${name ?? ''}`;
  if (state.seen.has(key) || state.tally.full) return;
  state.seen.add(key);
  const sight = show(state.opening, state.tally, name, bytes, bytes.length);
  yield sight.see === 'member' && otherName !== null ? { ...sight, otherName } : sight;
}
