// Calendars (RFC 5545) and address cards (RFC 6350, vCard 2.1): files that they carry, base64 in a property or a data: URI.
import type { Opener, Opening, Sight } from '../opener.ts';
import { decodeBase64, decodeQuotedPrintable } from '../../message/transfer.ts';
import { newTally, show, type Tally } from './decoded.ts';
import { dataUri, dataUrisIn } from './data-uris.ts';
import { isMedia } from './media.ts';
import { markupText } from './html-tags.ts';

export const isVobject = (bytes: Buffer): boolean =>
  /^(?:\u00ef\u00bb\u00bf|\ufeff)?\s{0,99}BEGIN:(?:VCALENDAR|VCARD|VEVENT|VTODO|VNOTE)\s/i.test(markupText(bytes.subarray(0, 256)));

export const openVobject: Opener = function* (bytes, opening) {
  const tally = newTally();
  for (const { head, value } of propertiesOf(markupText(bytes))) {
    yield* fromProperty(head, value, opening, tally);
    if (tally.full) return;
  }
};

type Property = { readonly head: string; readonly value: string };

/** Lines of base64 that lost the blank in front of them. */
const BARE_BASE64 = /^[A-Za-z0-9+/]{2,}={0,2}$/;
/** A head is a name and its parameters. */
const MOST_HEAD = 4_000;

/** Unfolded lines: those that begin with a blank, that a `=` at the end goes on to, and that are base64 and nothing else. */
function* propertiesOf(text: string): Generator<Property> {
  let head: string | null = null;
  let value: string[] = [];
  /** The head itself was folded: its colon is yet to come. */
  let open = false;
  let soft = false;
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const raw = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
    const folded = raw[0] === ' ' || raw[0] === '\t';
    if (head !== null && (folded || soft || (!open && isCoded(head) && BARE_BASE64.test(raw.trim())))) {
      if (soft) value.push('\r\n');
      value.push(folded ? raw.slice(1) : raw);
    } else {
      if (head !== null) yield property(head, value, open);
      const colon = colonOf(raw);
      open = colon < 0;
      head = open ? raw : raw.slice(0, colon);
      value = open ? [] : [raw.slice(colon + 1)];
    }
    soft = raw.endsWith('=') && QUOTED.test(head.slice(0, MOST_HEAD));
  }
  if (head !== null) yield property(head, value, open);
}

const QUOTED = /;\s?(?:ENCODING\s?=\s?)?"?QUOTED-PRINTABLE/i;
const isCoded = (head: string): boolean => /;\s?(?:ENCODING\s?=\s?)?"?(?:BASE64|B)"?\s?(?:;|$)/i.test(head.slice(0, MOST_HEAD));

function property(head: string, parts: readonly string[], open: boolean): Property {
  const value = parts.join('');
  if (!open) return { head, value };
  const line = `${head}${value}`;
  const colon = colonOf(line);
  return colon < 0 ? { head: line, value: '' } : { head: line.slice(0, colon), value: line.slice(colon + 1) };
}

/** The first colon that is not in quotes, or the first at all when a quote is left open. */
function colonOf(line: string): number {
  let quoted = false;
  for (let at = 0; at < Math.min(line.length, MOST_HEAD); at++) {
    if (line[at] === '"') quoted = !quoted;
    else if (line[at] === ':' && !quoted) return at;
  }
  return quoted ? line.slice(0, MOST_HEAD).indexOf(':') : -1;
}

function* fromProperty(head: string, value: string, opening: Opening, tally: Tally): Generator<Sight> {
  if (isCoded(head)) return yield* file(head, decodeBase64(Buffer.from(value, 'latin1')), null, value.length, opening, tally);
  const quoted = QUOTED.test(head.slice(0, MOST_HEAD));
  const plain = quoted ? decodeQuotedPrintable(Buffer.from(value, 'latin1')).toString('latin1') : value;
  const unescaped = plain.replaceAll('\\,', ',').replaceAll('\\;', ';');
  const whole = /^data:[^\s,]{0,1000},/i.test(unescaped) ? dataUri(unescaped) : null;
  if (whole) return yield* file(head, whole.bytes, whole, value.length, opening, tally);
  if (quoted && /^(?:[\w-]{1,60}\.)?(?:ATTACH|PHOTO|LOGO|SOUND|KEY)\b/i.test(head))
    return yield* file(head, Buffer.from(plain, 'latin1'), null, value.length, opening, tally);
  if (/data:/i.test(plain)) for (const uri of dataUrisIn(plain)) yield* file(head, uri.bytes, uri, uri.packed, opening, tally);
}

type Told = { readonly type: string; readonly name: string | null };

function* file(head: string, bytes: Buffer, told: Told | null, packed: number, opening: Opening, tally: Tally): Generator<Sight> {
  if (bytes.length === 0 || isMedia(bytes) || tally.full) return;
  const name = parameter(head, /;\s?(?:X-)?(?:APPLE-|ORACLE-)?FILE-?NAME\*?\s?=\s?("[^"]{1,500}"|[^;:]{1,500})/i) ?? told?.name ?? null;
  const type = parameter(head, /;\s?(?:FMTTYPE|MEDIATYPE|TYPE)\s?=\s?("[^"]{1,100}"|[^;:]{1,100})/i);
  yield show(opening, tally, name, bytes, packed, told?.type ?? (type?.includes('/') ? type.toLowerCase() : undefined));
}

function parameter(head: string, pattern: RegExp): string | null {
  const found = pattern.exec(head.slice(0, MOST_HEAD))?.[1]?.replace(/^"|"$/g, '').trim();
  // Text of one character a byte: names are UTF-8.
  return found === undefined || found === '' ? null : /[^\0-\xff]/.test(found) ? found : Buffer.from(found, 'latin1').toString('utf8');
}
