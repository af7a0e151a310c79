// HTML, XHTML and SVG looked into: files in data: URIs, documents in `srcdoc`, files that scripts build from literals ("HTML smuggling"),
// and pages that scripts unwrap. What is honest there (pictures, fonts, charts, analytics) gives nothing.
import { createHash } from 'node:crypto';
import type { Opener, Opening, Sight } from '../opener.ts';
import { newTally, show, type Tally } from './decoded.ts';
import { dataUri, dataUrisIn, type DataUri } from './data-uris.ts';
import { bytesOfText, markupText, scriptsOf, tagsOf, type Tag } from './html-tags.ts';
import { isMedia, type Payload } from './media.ts';
import { literalsOf } from './script-literals.ts';

type State = { readonly opening: Opening; readonly tally: Tally; readonly seen: Set<string> };

/** Literals of unknown content that are shown each by itself; more of them are shown as one. */
const MOST_UNKNOWN = 32;
/** An encrypted file makes most of the script that it stands in. */
const LEAST_UNKNOWN = 4_096;

/** Hypertext of any kind. */
export const openHtml: Opener = function* (bytes, opening) {
  yield* openMarkup(markupText(bytes), opening);
};

export const isHtml = (bytes: Buffer): boolean =>
  /^(?:\u00ef\u00bb\u00bf|\ufeff|\s|<!--[^>]{0,200}-->|<\?xml[^>]{0,200}>)*<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|style|table|div|form)\b/i.test(
    markupText(bytes.subarray(0, 2_048)),
  );

/** As `openHtml`, of a text that was already decoded. */
export function* openMarkup(text: string, opening: Opening): Generator<Sight> {
  const state: State = { opening, tally: newTally(), seen: new Set() };
  const scripts = [...scriptsOf(text)];
  for (const tag of tagsOf(text)) {
    for (const [name, value] of tag.attributes) {
      if (/^on[a-z]/.test(name) && value.length > 2) scripts.push(value);
      else if (/^\s*(?:java|vb|j)script:/i.test(value)) scripts.push(value);
      else if (name === 'srcdoc' && value.trim() !== '') yield* once(state, null, bytesOfText(value), value.length, 'text/html');
      else yield* fromAttribute(state, tag, value);
      if (state.tally.full) return;
    }
  }
  for (const uri of dataUrisIn(text)) {
    yield* fromUri(state, uri, null);
    if (state.tally.full) return;
  }
  // A page may keep the file outside of its scripts, and they fetch it from there.
  if (scripts.length > 0) yield* fromScripts(state, scripts.join('\n;\n'), text);
}

function* fromAttribute(state: State, tag: Tag, value: string): Generator<Sight> {
  if (!value.includes(':')) return;
  const uri = dataUri(value);
  const name = tag.attributes.find(([key]) => key === 'download')?.[1].trim() ?? '';
  if (uri) yield* fromUri(state, uri, name === '' ? null : name);
  else for (const inner of dataUrisIn(value)) yield* fromUri(state, inner, null);
}

function* fromUri(state: State, uri: DataUri, name: string | null): Generator<Sight> {
  if (uri.bytes.length === 0 || isMedia(uri.bytes)) return;
  yield* once(state, name ?? uri.name, uri.bytes, uri.packed, uri.type);
}

/** Each content once: the same thing is found by its tag and in the text. A name makes it another thing. */
function* once(state: State, name: string | null, bytes: Buffer, packed: number, type?: string): Generator<Sight> {
  const content = createHash('sha256').update(bytes).digest('base64');
  const key = name === null ? content : `${content} ${name}`;
  if (state.seen.has(key)) return;
  state.seen.add(content).add(key);
  yield show(state.opening, state.tally, name, bytes, packed, type);
}

const BUILDS =
  /\bnew\s+(?:window\.|self\.)?(?:Blob|File)\b|["'](?:Blob|File|createObjectURL)["']|createObjectURL|msSave(?:OrOpen)?Blob|data:(?:application|text\/html)/;
const HANDS_OUT =
  /\.download\b|["']download["']|\.click\b|["']click["']|msSave|\blocation(?:\.href|\.assign|\.replace)?\s{0,9}(?:=[^=]|\()|window\.open|dispatchEvent/;
const DECODES = /\batob\b|charCodeAt|fromCharCode|Uint8Array|\bunescape\b|decodeURIComponent|parseInt|fromBase64/;
const UNWRAPS =
  /(?:document\.write(?:ln)?|\beval|innerHTML|new\s+Function|insertAdjacentHTML|setTimeout)["'\])\s]{0,9}[(=]?[\w.$\s(]{0,60}?(?:unescape|atob|decodeURI(?:Component)?|fromCharCode)\b/;
const WRAPPED = /<(?:script|form|iframe|input|meta|html|body|object|embed)\b|\blocation\b|createObjectURL|\batob\(|\beval\(/i;
const LEAST_WRAPPED = 512;

function* fromScripts(state: State, code: string, text: string): Generator<Sight> {
  const builds = BUILDS.test(code);
  const handsOut = HANDS_OUT.test(code);
  const decodes = DECODES.test(code);
  const unwraps = UNWRAPS.test(code);
  const unknown: Buffer[] = [];
  let unknownDigits = 0;
  let shown = 0;
  const rules = new Set<string>();
  for (const { bytes, payload, packed, how } of literalsOf(text)) {
    if (payload === 'media' && isMedia(bytes)) continue;
    const wrapped =
      unwraps && (payload === 'html' || payload === 'text') && bytes.length >= LEAST_WRAPPED && WRAPPED.test(bytes.toString('latin1'));
    if (wrapped) rules.add('html_obfuscated');
    if (isSmuggled(payload, builds, handsOut, decodes)) rules.add('html_smuggling');
    if (how === 'percent' && !wrapped && (payload === null || payload === 'text')) continue;
    if (payload === null) {
      // Names, hashes and paths look like digits too: only where something is built or decoded can the unknown be a file.
      if (!builds && !decodes) continue;
      unknownDigits = Math.max(unknownDigits, packed);
      if (++shown > MOST_UNKNOWN) {
        unknown.push(bytes);
        continue;
      }
    }
    yield* once(state, null, bytes, packed, payload === 'html' || wrapped ? 'text/html' : undefined);
    if (state.tally.full) return;
  }
  if (unknown.length > 0) yield* once(state, null, Buffer.concat(unknown), text.length);
  // Encrypted: nothing is known but that most of the script is one literal, which is decoded, made a file and handed out.
  if (builds && handsOut && decodes && unknownDigits >= LEAST_UNKNOWN && unknownDigits > code.length / 2) rules.add('html_smuggling');
  for (const rule of rules) yield { see: 'finding', class: 'heuristic', rule };
}

/** A script with a file in it that it hands out. Pages and reports that show a document of their own keep it to themselves. */
function isSmuggled(payload: Payload | null, builds: boolean, handsOut: boolean, decodes: boolean): boolean {
  if (payload === 'archive' || payload === 'image' || payload === 'program' || payload === 'script' || payload === 'office')
    return builds || (handsOut && decodes);
  return (payload === 'pdf' || payload === 'html') && builds && handsOut;
}
