// Office files in XML: what kind of package the members of a zip make, the rules over its parts, and the forms that keep all parts in one
// text (flat OPC, Word 2003 XML, flat ODF) or in one packed file (ActiveMime).
import { decodeEntities } from '../../message/entities.ts';
import type { Opener, Sight } from '../opener.ts';
import { newTally, show } from './decoded.ts';
import { bytesOfText, markupText } from './html-tags.ts';
import { documentRules, odfRules } from './odf-rules.ts';
import { packageRules, partRules, type Parts } from './ooxml-rules.ts';
import { attributesOf, xmlEvents } from './xml-events.ts';
import { inflateData } from './zlib-data.ts';

const MOST_HEAD = 8_192;
/** The root of each form, and the namespace that it is in. */
const FLAT = [
  [/<(?:[\w-]{1,40}:)?package[\s>]/, 'http://schemas.microsoft.com/office/2006/xmlPackage'],
  [/<(?:[\w-]{1,40}:)?wordDocument[\s>]/, 'http://schemas.microsoft.com/office/word/2003/wordml'],
  [/<(?:[\w-]{1,40}:)?Workbook[\s>]/, 'urn:schemas-microsoft-com:office:spreadsheet'],
  [/<(?:[\w-]{1,40}:)?document[\s>]/, 'urn:oasis:names:tc:opendocument:xmlns:office:1.0'],
] as const;
const ACTIVE_MIME = Buffer.from('ActiveMime', 'latin1');
/** Where the packed part mostly begins, and how far it may be away. */
const ACTIVE_AT = 0x32;
const ACTIVE_MOST = 0x400;

const plain = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

/** By the parts that every package has. */
export const isOoxml = (names: readonly string[]): boolean =>
  names.some(name => ['[content_types].xml', '_rels/.rels'].includes(plain(name)));

export function isOdf(names: readonly string[]): boolean {
  const all = new Set(names.map(plain));
  return all.has('content.xml') || all.has('meta-inf/manifest.xml') || (all.has('mimetype') && all.has('styles.xml'));
}

/** What the parts of a package together say; `parts` gives the small ones. */
export function judgeOoxml(parts: Parts, names: readonly string[]): readonly Sight[] {
  const rules = new Set(isOoxml(names) ? packageRules(parts, names) : []);
  const sights: Sight[] = [];
  if (isOdf(names)) {
    const odf = odfRules(parts, names);
    for (const rule of odf.rules) rules.add(rule);
    if (odf.encrypted) sights.push({ see: 'unseen', name: null, why: 'encrypted' });
  }
  for (const rule of rules) sights.push({ see: 'finding', class: 'heuristic', rule });
  return sights;
}

/** XML that is a whole Office file. */
export function isFlatOpc(bytes: Buffer): boolean {
  if (bytes.length < 40) return false;
  const head = markupText(bytes.subarray(0, MOST_HEAD));
  return /^(?:\u00ef\u00bb\u00bf|\ufeff)?\s{0,200}</.test(head) && FLAT.some(([root, space]) => head.includes(space) && root.test(head));
}

/** Each part under its name: decoded where it is data, as it stands where it is XML. */
export const openFlatOpc: Opener = function* (bytes, opening) {
  const text = markupText(bytes);
  const tally = newTally();
  let part = '';
  let data: { readonly name: string; readonly pieces: string[] } | null = null;
  let xml: { readonly name: string; readonly from: number; depth: number } | null = null;
  let parts = 0;
  for (const event of xmlEvents(text)) {
    if (event.is === 'text') data?.pieces.push(event.text);
    else if (event.is === 'open') {
      if (xml) xml.depth += event.name === 'xmldata' && !event.closed ? 1 : 0;
      else if (event.name === 'part') part = nameOf(event.tag);
      else if (event.name === 'xmldata' && !event.closed) xml = { name: part, from: event.end, depth: 1 };
      if (DATA.has(event.name) && !event.closed) data = { name: event.name === 'binarydata' ? part : nameOf(event.tag), pieces: [] };
    } else if (data && DATA.has(event.name)) {
      const decoded = Buffer.from(decodeEntities(data.pieces.join('')), 'base64');
      if (decoded.length > 0) yield show(opening, tally, data.name || null, decoded, decoded.length);
      data = null;
      parts++;
    } else if (xml && event.name === 'xmldata' && --xml.depth === 0) {
      yield show(opening, tally, xml.name || null, bytesOfText(text.slice(xml.from, event.at)), event.at - xml.from);
      xml = null;
      parts++;
    }
    if (tally.full) return;
  }
  if (data || xml) yield { see: 'unseen', name: data?.name || xml?.name || null, why: 'damaged' };
  const rules = new Set([...partRules(text), ...(text.slice(0, MOST_HEAD).includes(FLAT[3][1]) ? documentRules(text) : [])]);
  for (const rule of rules) if (!rule.startsWith('?')) yield { see: 'finding', class: 'heuristic', rule };
};

/** Elements with base64 in them: of flat OPC, of Word 2003, of flat ODF. */
const DATA = new Set(['binarydata', 'bindata', 'binary-data', 'docoledata']);

const nameOf = (tag: string): string => (attributesOf(tag).get('name') ?? '').replace(/^\/+/, '');

export const isActiveMime = (bytes: Buffer): boolean => bytes.length > ACTIVE_AT && bytes.indexOf(ACTIVE_MIME) === 0;

/** A compound file behind a short header, packed (MS-OFORMS knows it as "editdata.mso"). */
export const openActiveMime: Opener = function* (bytes, opening) {
  const places = [ACTIVE_AT, ...placesOf(bytes)];
  for (const at of new Set(places)) {
    if (at + 2 > bytes.length || ((bytes[at] as number) & 0x8f) !== 8 || bytes.readUInt16BE(at) % 31 !== 0) continue;
    const packed = bytes.subarray(at);
    const { bytes: inner, why } = inflateData(packed, opening.room(packed.length), 'zlib');
    if (inner.length === 0 && why !== 'too_large') continue;
    if (inner.length > 0) yield { see: 'member', name: opening.name, bytes: inner };
    if (why) yield { see: 'unseen', name: opening.name, why };
    return;
  }
  yield { see: 'unseen', name: opening.name, why: 'damaged' };
};

function placesOf(bytes: Buffer): readonly number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(0x78, 12); at >= 0 && at < ACTIVE_MOST; at = bytes.indexOf(0x78, at + 1)) found.push(at);
  return found;
}
