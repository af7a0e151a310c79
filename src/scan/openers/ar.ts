// ar archives (System V, GNU, BSD; a Debian package is one): members behind headers of 60 bytes. Long names stand in the table `//` (GNU)
// or in front of the data (BSD `#1/LENGTH`). A thin archive has names and no data of its own.
import type { Opener } from '../opener.ts';
import { newShelf, says, textOf } from './stored.ts';

const MAGIC = '!<arch>\n';
const THIN = '!<thin>\n';
const HEADER = 60;
/** Longer names are no names. */
const MOST_NAME = 4096;

export const isAr = (bytes: Buffer): boolean => says(bytes, MAGIC) || says(bytes, THIN);

export const openAr: Opener = function* (bytes, opening) {
  const shelf = newShelf(opening);
  const thin = says(bytes, THIN);
  let table: Buffer = Buffer.alloc(0);
  for (let at = MAGIC.length; at < bytes.length && !shelf.full();) {
    const header = headerAt(bytes, at);
    if (!header) {
      const next = nextHeader(bytes, at + 1);
      const gap = bytes.subarray(at, next);
      if (!isPadding(gap)) {
        yield* shelf.show(null, gap);
        yield { see: 'unseen', name: null, why: 'damaged' };
      }
      at = next;
      continue;
    }
    const { raw, size } = header;
    const own = /^\/(?:\/|SYM64\/|)$/.test(raw);
    const body = thin && !own ? Buffer.alloc(0) : bytes.subarray(at + HEADER, at + HEADER + size);
    const bsd = thin ? 0 : Number(/^#1\/(\d{1,6})$/.exec(raw)?.[1] ?? 0);
    if (raw === '//') table = body;
    const name = bsd > 0 ? textOf(body.subarray(0, bsd)) : nameOf(raw, table);
    const whole = (thin && !own) || body.length === size;
    // The index and the table are shown too: anything may stand in them.
    if (!own || size > 0) yield* shelf.show(name, body.subarray(bsd), { whole });
    at += HEADER + (thin && !own ? 0 : size);
    // Members begin on even places; what is not padded goes on at once.
    if (at % 2 === 1 && (!headerAt(bytes, at) || headerAt(bytes, at + 1))) at++;
  }
};

type Header = { readonly raw: string; readonly size: number };

function headerAt(bytes: Buffer, at: number): Header | null {
  if (!says(bytes, '`\n', at + 58)) return null;
  const size = /^ *(\d{1,10}) *$/.exec(bytes.toString('latin1', at + 48, at + 58))?.[1];
  return size === undefined ? null : { raw: bytes.toString('utf8', at, at + 16).replace(/[ \0]{1,16}$/, ''), size: Number(size) };
}

function nextHeader(bytes: Buffer, from: number): number {
  for (let at = from; at + HEADER <= bytes.length; at++) {
    // Quick looks first: this is asked at every byte.
    const last = bytes[at + 57];
    if (bytes[at + 58] === 0x60 && bytes[at + 59] === 10 && (last === 0x20 || isDigit(last)) && headerAt(bytes, at)) return at;
  }
  return bytes.length;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** `/123` is a place in the table, else the name, which System V ends with a slash. */
function nameOf(raw: string, table: Buffer): string {
  const place = /^\/(\d{1,10})$/.exec(raw)?.[1];
  if (place === undefined) return raw.length > 1 && raw !== '//' ? raw.replace(/\/$/, '') : raw;
  const long = table.subarray(Number(place), Number(place) + MOST_NAME);
  const end = long.findIndex(byte => byte === 10 || byte === 0);
  return end < 0 && long.length === 0 ? raw : textOf(end < 0 ? long : long.subarray(0, end)).replace(/\/$/, '');
}

const isPadding = (bytes: Buffer): boolean => bytes.every(byte => byte === 0 || byte === 10);
