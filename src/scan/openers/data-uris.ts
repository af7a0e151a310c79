// data: URIs (RFC 2397 as browsers read it, WHATWG Fetch "data: URL processor"): alone, or anywhere in a text.
import { decodeEntities } from '../../message/entities.ts';
import { decodeBase64 } from '../../message/transfer.ts';
import { bytesOfText } from './html-tags.ts';

export type DataUri = { readonly type: string; readonly name: string | null; readonly bytes: Buffer; readonly packed: number };

/** Type and parameters in front of the comma are short. */
const MOST_HEAD = 1_000;

/** null when the text is no data: URI. Tabs and line ends anywhere in a URI are dropped, as browsers do. */
export function dataUri(text: string): DataUri | null {
  // oxlint-disable-next-line no-control-regex
  const start = /^[\0-\x20]*d[\t\r\n]{0,9}a[\t\r\n]{0,9}t[\t\r\n]{0,9}a[\t\r\n]{0,9}:/i.exec(text.slice(0, 200));
  if (!start) return null;
  const comma = text.slice(0, start[0].length + MOST_HEAD).indexOf(',', start[0].length);
  if (comma < 0) return null;
  const head = percentDecoded(text.slice(start[0].length, comma).replace(/[\t\r\n]/g, ''))
    .toString('latin1')
    .replaceAll('\\/', '/');
  const body = text.slice(comma + 1).trim();
  const fields = head.split(';').map(field => field.trim());
  const type = /^[\w.+-]+\/[\w.+-]+$/.exec(fields[0] ?? '')?.[0].toLowerCase() ?? 'text/plain';
  const name = /;\s*(?:file)?name\*?\s*=\s*"?([^";]{1,255})/i.exec(head)?.[1]?.trim() ?? null;
  const plain = percentDecoded(body);
  const coded = fields.slice(1).some(field => field.toLowerCase() === 'base64');
  return { type, name, bytes: coded ? decodeBase64(plain) : plain, packed: body.length };
}

const ANYWHERE = /data:\s{0,4}(?:[\w.+-]{1,60}(?:\/|\\\/)[\w.+-]{1,100})?(?:\s?;[^,;<>\n]{0,200}){0,10},/gi;
const UNTIL: Readonly<Record<string, RegExp>> = { '"': /"/g, "'": /'/g, '`': /`/g, '(': /[)"']/g };
const BARE = /[\s"'<>()`]/g;
/** `"` and `'` as entities open a value too (CSS in an attribute). */
const ENTITY_QUOTE = /(?:&quot;|&#0{0,6}3[49];|&#x2[27];|&apos;)$/i;
const ENTITY = /[&"]/g;

/** Every data: URI in a text of any form: style sheets, scripts, markup that no tag could be read from. */
export function* dataUrisIn(text: string): Generator<DataUri> {
  // A mark that is nowhere behind is not looked for again: the whole stays linear.
  const gone = new Set<RegExp>();
  let at = 0;
  for (;;) {
    ANYWHERE.lastIndex = at;
    const found = ANYWHERE.exec(text);
    if (!found) return;
    at = ANYWHERE.lastIndex;
    const before = text[found.index - 1] ?? '';
    const entity = before === ';' && ENTITY_QUOTE.test(text.slice(Math.max(0, found.index - 12), found.index));
    const until = entity ? ENTITY : (UNTIL[before] ?? BARE);
    let end = gone.has(until) ? -1 : search(until, text, at);
    if (end < 0) {
      gone.add(until);
      end = search(BARE, text, at);
    }
    if (end < 0) end = text.length;
    const raw = text.slice(found.index, end);
    const plain = raw.includes('\\') ? raw.replace(/\\\r?\n/g, '').replaceAll('\\/', '/') : raw;
    const uri = dataUri(raw.includes('&#') ? decodeEntities(raw) : plain);
    if (uri) yield uri;
    at = Math.max(at, end);
  }
}

function search(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.index ?? -1;
}

/** `%41`, and `%u0041` as the old `unescape` has it; what is no escape stands for itself. */
export function percentDecoded(text: string): Buffer {
  if (!text.includes('%')) return bytesOfText(text);
  const source = bytesOfText(text);
  const out = Buffer.allocUnsafe(source.length);
  let to = 0;
  for (let at = 0; at < source.length; at++) {
    const c = source[at] as number;
    if (c === 0x25) {
      const unicode = source[at + 1] === 0x75 || source[at + 1] === 0x55;
      const digits = source.toString('latin1', unicode ? at + 2 : at + 1, unicode ? at + 6 : at + 3);
      if (digits.length === (unicode ? 4 : 2) && /^[\da-f]+$/i.test(digits)) {
        const code = Number.parseInt(digits, 16);
        // A character of four digits makes at most three bytes of the six it stood in.
        if (unicode && code > 0xff) to += out.write(String.fromCharCode(code), to, 'utf8');
        else out[to++] = code;
        at += unicode ? 5 : 2;
        continue;
      }
    }
    out[to++] = c;
  }
  return out.subarray(0, to);
}
