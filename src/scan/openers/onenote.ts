// OneNote sections (MS-ONESTORE): files embedded in the page stand as FileDataStoreObjects (2.6.13), whole and unpacked. The tree of
// revisions is not read: a file that it no longer names is still there.
import type { Opener } from '../opener.ts';
import { newTally, show } from './decoded.ts';
import { isMedia } from './media.ts';

const guid = (text: string): Buffer => {
  const hex = text.replaceAll('-', '');
  const turned = [6, 4, 2, 0, 10, 8, 14, 12].map(at => hex.slice(at, at + 2)).join('');
  return Buffer.from(turned + hex.slice(16), 'hex');
};
const SECTION = guid('7b5c52e4-d88c-4da7-aeb1-5378d02996d3');
const HEADER = guid('bde316e7-2665-4511-a4c4-8d4d0b7a9eac');
const FOOTER = guid('71fba722-0f79-4a0b-bb13-899256426b24');
/** Header, length, 12 bytes of nothing. */
const BEFORE_DATA = 36;
const NOWHERE = Number.MAX_SAFE_INTEGER;
const MOST_READ = 4;

export const isOneNote = (bytes: Buffer): boolean => bytes.subarray(0, 16).equals(SECTION);

export const openOneNote: Opener = function* (bytes, opening) {
  const tally = newTally();
  const names = fileNames(bytes, opening.mostMembers);
  let files = 0;
  let footer = -1;
  let read = 0;
  for (let at = bytes.indexOf(HEADER); at >= 0; at = bytes.indexOf(HEADER, at + 16)) {
    const start = at + BEFORE_DATA;
    if (start > bytes.length) {
      yield { see: 'unseen', name: null, why: 'damaged' };
      break;
    }
    const said = bytes.readBigUInt64LE(at + 16);
    if (footer < start && footer !== NOWHERE) footer = bytes.indexOf(FOOTER, start);
    if (footer < 0) footer = NOWHERE;
    const whole = said <= BigInt(bytes.length - start);
    const end = whole ? start + Number(said) : Math.min(footer, bytes.length);
    const data = bytes.subarray(start, end);
    // Honest files lie one behind the other; many that claim the same bytes are an attack on the reader.
    read += data.length + (footer === NOWHERE ? 0 : footer - start);
    if (read > bytes.length * MOST_READ) {
      yield { see: 'unseen', name: null, why: 'damaged' };
      break;
    }
    const picture = data.length === 0 || isMedia(data);
    // Behind the data stands the footer, up to seven bytes later; where it does not, the length lies and the footer is believed too.
    const lies = footer !== NOWHERE && whole && (footer < end || footer > end + 7) && footer > start;
    const readings = lies ? [data, bytes.subarray(start, footer)] : [data];
    if (picture && !lies) continue;
    const name = names[files++] ?? null;
    for (const reading of readings) {
      yield show(opening, tally, name, reading, reading.length);
      if (tally.full) break;
    }
    if (!whole) yield { see: 'unseen', name, why: 'damaged' };
    if (tally.full) break;
  }
  // Which name belongs to which file is not sure: each name counts.
  if (files > 0) for (const name of names.slice(files)) if (!tally.full) yield show(opening, tally, name, Buffer.alloc(0), 0);
  if (files > 0) yield { see: 'finding', class: 'heuristic', rule: 'onenote_embedded_file' };
};

const DOT = Buffer.from('.\0', 'latin1');
const MOST_NAME = 260;

/** Strings of UTF-16 behind their length in bytes that end like the name of a file; in the order of the file, each once. */
function fileNames(bytes: Buffer, most: number): readonly string[] {
  const found = new Set<string>();
  for (let at = bytes.indexOf(DOT); at >= 0 && found.size < most; at = bytes.indexOf(DOT, at + 2)) {
    let end = at + 2;
    while (end - at <= 18 && end + 1 < bytes.length && bytes[end + 1] === 0 && isWord(bytes[end] as number)) end += 2;
    if (end === at + 2 || end - at > 18) continue;
    // The name may hold more dots; the length in front of it says where it begins.
    for (let start = at; start >= 4 && at - start <= MOST_NAME * 2; start -= 2) {
      const length = bytes.readUInt32LE(start - 4);
      if (start < at && (length === end - start || length === end - start + 2)) {
        found.add(bytes.toString('utf16le', start, end));
        break;
      }
      const unit = bytes.readUInt16LE(start - 2);
      if (unit < 32 || unit === 0xffff) break;
    }
  }
  return [...found];
}

const isWord = (c: number): boolean => (c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 122) || c === 95;
