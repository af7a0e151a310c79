// Excel's binary stream (MS-XLS; BIFF8, and BIFF5 in its old form) as a row of records: encryption, macro sheets of Excel 4.0 and the names
// that run them, links by DDE and to objects elsewhere.
import type { Opener } from '../opener.ts';
import { isRemote } from './ole-objects.ts';

export type Biff = { readonly encrypted: boolean; readonly rules: readonly string[] };

const BOF = 0x0809;
export const FILE_PASS = 0x2f;
const BOUND_SHEET = 0x85;
const NAME = 0x18;
const OLD_NAME = 0x218;
const EXTERN_NAME = 0x23;
const EXTERN_SHEET = 0x17;
const SUP_BOOK = 0x1ae;
const MACRO_SHEET = 0x40;
const BIFF8 = 0x600;
const OLE_LINK = 0x10;
const AUTO = /^auto_?(?:open|close|activate|deactivate)/i;
/** Names stand at other places in the oldest files. */
const OLD_AUTO = /auto_?(?:open|close)/i;
/** Names that are numbers: Auto_Open, Auto_Close, Auto_Activate, Auto_Deactivate. */
const BUILT_IN = [1, 2, 10, 11];

/** The first records of all versions, and what a stream of them may be: a book, a module, a sheet, a chart, macros, a workspace. */
const BEGINNINGS = [0x0009, 0x0209, 0x0409, BOF];
const KINDS = [0x05, 0x06, 0x10, 0x20, MACRO_SHEET, 0x100];

type BiffRecord = { readonly at: number; readonly type: number; readonly data: Buffer };

export function* recordsOf(bytes: Buffer): Generator<BiffRecord> {
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at + 2);
    yield { at, type: bytes.readUInt16LE(at), data: bytes.subarray(at + 4, at + 4 + length) };
    at += 4 + length;
  }
}

/** A stream of records as a file of its own, which is how Excel kept its files before 1993, and still opens them. */
export const isBiff = (bytes: Buffer): boolean =>
  bytes.length >= 8 &&
  BEGINNINGS.includes(bytes.readUInt16LE(0)) &&
  bytes.readUInt16LE(2) >= 4 &&
  bytes.readUInt16LE(2) <= 16 &&
  bytes.readUInt16LE(4) <= BIFF8 &&
  KINDS.includes(bytes.readUInt16LE(6));

export const openBiff: Opener = function* (bytes) {
  const { encrypted, rules } = judgeBiff(bytes);
  if (encrypted) yield { see: 'unseen', name: null, why: 'encrypted' };
  for (const rule of rules) yield { see: 'finding', class: 'heuristic', rule };
};

export function judgeBiff(bytes: Buffer): Biff {
  let [version, macros, auto] = [BIFF8, false, false];
  const rules = new Set<string>();
  /** A link whose kind the next record says: to an object, or by DDE. */
  let link: string | null = null;
  const done = (isObject: boolean): void => {
    if (link === null) return;
    if (!isObject) rules.add('dde_link');
    else if (isRemote(link.slice(link.indexOf('\x03') + 1))) rules.add('remote_object');
    link = null;
  };
  for (const { type, data } of recordsOf(bytes)) {
    if (type === FILE_PASS) return { encrypted: true, rules: [...rules] };
    if (type === EXTERN_NAME) done(data.length >= 2 && (data.readUInt16LE(0) & OLE_LINK) !== 0);
    else if (type === SUP_BOOK || type === EXTERN_SHEET) {
      done(false);
      const text = type === SUP_BOOK ? supBookOf(data) : version < BIFF8 ? data.toString('latin1', 1) : '';
      if (text.includes('\x03')) link = text;
    } else if (BEGINNINGS.includes(type) && data.length >= 4) {
      version = type === BOF ? data.readUInt16LE(0) : 0;
      macros ||= data.readUInt16LE(2) === MACRO_SHEET;
    } else if (type === BOUND_SHEET && data.length >= 6) macros ||= data[5] === 1;
    else if (type === NAME || type === OLD_NAME) auto ||= version === 0 ? OLD_AUTO.test(data.toString('latin1')) : isAuto(data, version);
  }
  done(false);
  if (macros) rules.add(auto ? 'xlm_macro_autorun' : 'xlm_macro');
  return { encrypted: false, rules: [...rules] };
}

/** A name (2.4.150): flags, key, length, …, text, which begins with a byte about its width in BIFF8. */
function isAuto(data: Buffer, version: number): boolean {
  if (data.length < 15) return false;
  const builtIn = (data.readUInt16LE(0) & 0x20) !== 0;
  const length = data[3] as number;
  const text = version < BIFF8 ? data.toString('latin1', 14, 14 + length) : textAt(data, 14, length);
  return (builtIn && BUILT_IN.includes(text.charCodeAt(0))) || AUTO.test(text.replaceAll('\0', ''));
}

/** Where a book of links is (2.4.271); links to this file and to functions have a number in place of a length. */
function supBookOf(data: Buffer): string {
  if (data.length < 5) return '';
  const length = data.readUInt16LE(2);
  return length === 0x0401 || length === 0x3a01 ? '' : textAt(data, 4, length);
}

function textAt(data: Buffer, at: number, length: number): string {
  return ((data[at] ?? 0) & 1) === 0
    ? data.toString('latin1', at + 1, at + 1 + length)
    : data.toString('utf16le', at + 1, at + 1 + length * 2);
}
