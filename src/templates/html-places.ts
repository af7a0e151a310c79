// Where the variables of an HTML part stand, read as a browser's tokenizer reads it (WHATWG HTML 13.2.5). A variable is taken only where its
// value, escaped for the place, can change no structure: text, and quoted values of known attributes. Linear.
import { decodeEntities } from '../message/entities.ts';
import type { Mark, Wrong } from './marks.ts';
import type { Place } from './types.ts';

/** `kept`: stays in the text for delivery to fill in. */
export type Stands = Place | 'kept' | { readonly wrong: string };

/** Attributes whose value is text that a reader sees, or a number, a name, a colour. Any other may be an instruction. */
const TEXT_ATTRIBUTES = new Set(
  (
    'abbr align alt bgcolor border cellpadding cellspacing class color colspan datetime dir face headers height hspace id label lang ' +
    'name placeholder role rowspan scope size span start summary title valign value vspace width'
  ).split(' '),
);
const URL_ATTRIBUTES = new Set(['href', 'src', 'background', 'action', 'cite', 'poster', 'longdesc']);
const SCHEMES = new Set(['http', 'https', 'mailto', 'tel', 'sms', 'cid']);
/** Elements whose content is not markup: a value in it is code, or is not seen. */
const RAW = new Set(['style', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript']);
/** Elements whose text knows character references but no tags. */
const ESCAPABLE = new Set(['title', 'textarea']);
/** No mail program shows them, and they are read by rules of their own. */
const UNKNOWN = new Set(['script', 'svg', 'math', 'plaintext', 'base']);
/** Elements whose address brings code, a style or another page. */
const LOADING = new Set(['link', 'object', 'embed', 'iframe', 'frame', 'applet', 'meta']);
const UNSUBSCRIBE = 'unsubscribe';

const isBlank = (c: string | undefined): boolean => c !== undefined && c <= ' ';

export type Read = { readonly stands: readonly Stands[]; readonly wrong: readonly Wrong[] };

/** One answer for each mark, in their order; `wrong`: elements that a template may not have. */
export function placesOf(html: string, marks: readonly Mark[]): Read {
  const stands: Stands[] = [];
  const wrong: Wrong[] = [];
  /** The marks that begin before `end` stand in something of one kind. */
  const all = (end: number, answer: (mark: Mark) => Stands): void => {
    for (let mark = marks[stands.length]; mark && mark.start < end; mark = marks[stands.length]) stands.push(answer(mark));
  };
  const inMarkup = (mark: Mark): Stands => inText(html, mark);
  for (let i = 0; ;) {
    const open = nextOf(html, '<', i, marks, stands.length);
    all(open, inMarkup);
    if (open >= html.length) return { stands, wrong };
    const tag = /^<(\/?)([A-Za-z][^\s/>]{0,60})/.exec(html.slice(open, open + 64));
    const name = (tag?.[2] ?? '').toLowerCase();
    if (!tag) {
      i = behindDeclaration(html, open);
      all(i, () => ({ wrong: 'a variable cannot stand in a comment or declaration' }));
      continue;
    }
    if (UNKNOWN.has(name)) wrong.push({ at: open, message: `<${name}> has no place in a mail: mail programs ignore or refuse it` });
    i = readTag(html, open + tag[0].length, name, marks, stands);
    if (tag[1] !== '' || !(RAW.has(name) || ESCAPABLE.has(name))) continue;
    const end = rawEnd(html, i, name);
    all(end, ESCAPABLE.has(name) ? inMarkup : () => ({ wrong: `a variable cannot stand inside <${name}>` }));
    i = end;
  }
}

/** The next `sign` that is not inside a variable's own braces; the end when there is none. */
function nextOf(html: string, sign: string, from: number, marks: readonly Mark[], next: number): number {
  let [at, n] = [html.indexOf(sign, from), next];
  while (at >= 0) {
    while ((marks[n]?.end ?? Infinity) <= at) n++;
    const mark = marks[n];
    if (!mark || mark.start > at) return at;
    at = html.indexOf(sign, mark.end);
  }
  return html.length;
}

/** Behind a `<` that opens no tag: alone, or a comment, or what is taken for one. */
function behindDeclaration(html: string, at: number): number {
  const start = html.slice(at, at + 220);
  // What Outlook reads inside a conditional comment is markup like any other.
  const conditional = /^<!--\[if [^\]>]{1,200}\]>/i.exec(start);
  if (conditional) return at + conditional[0].length;
  const empty = /^<!---?>/.exec(start);
  if (empty) return at + empty[0].length;
  if (!/^<[!?/]/.test(start)) return at + 1;
  const close = start.startsWith('<!--') ? /--!?>/g : />/g;
  close.lastIndex = at + 2;
  return close.exec(html) ? close.lastIndex : html.length;
}

/** Around a variable in text nothing may be begun or ended that its value would be part of: a tag, a comment, a character reference. */
function inText(html: string, mark: Mark): Stands {
  const before = html.slice(Math.max(0, mark.start - 40), mark.start);
  if (mark.name === UNSUBSCRIBE) return { wrong: `{{${UNSUBSCRIBE}}} is a link: write <a href="{{${UNSUBSCRIBE}}}">` };
  if (before.endsWith('<')) return { wrong: 'a variable cannot stand behind "<": write &lt; for the character' };
  if (BEGUN.test(before)) return { wrong: 'a variable cannot stand behind "&": write &amp; for the character' };
  if (/^[-!]?>/.test(html.slice(mark.end, mark.end + 2)))
    return { wrong: 'a variable cannot stand before ">": write &gt; for the character' };
  return 'html';
}

const BEGUN = /&#?[A-Za-z0-9]*$/;

/** Behind the `>` of the tag; answers for each mark inside it. */
function readTag(html: string, from: number, element: string, marks: readonly Mark[], stands: Stands[]): number {
  let i = from;
  const here = (): Mark | undefined => marks[stands.length];
  const say = (stand: Stands, mark: Mark): void => {
    stands.push(stand);
    i = mark.end;
  };
  for (let mark = here(); mark && mark.start < from; mark = here()) say({ wrong: 'a variable cannot be part of the name of a tag' }, mark);
  let name = '';
  while (i < html.length && html[i] !== '>') {
    const mark = here();
    if (mark?.start === i) say({ wrong: 'a variable cannot be an attribute: it may stand in its value, in quotes' }, mark);
    else if (html[i] === '/') [i, name] = [i + 1, ''];
    else if (isBlank(html[i])) {
      while (isBlank(html[i])) i++;
      if (html[i] !== '=') name = '';
    } else if (html[i] === '=' && name !== '') {
      i++;
      while (isBlank(html[i])) i++;
      const quote = html[i];
      if (quote === '"' || quote === "'") {
        const value: Value = { element, attribute: name, from: i + 1, end: nextOf(html, quote, i + 1, marks, stands.length) };
        for (let inside = here(), n = 0; inside && inside.start < value.end; inside = here(), n++)
          say(inValue(html, value, inside, n), inside);
        i = value.end + 1;
      } else {
        while (i < html.length && html[i] !== '>' && !isBlank(html[i])) {
          const bare = here();
          if (bare?.start === i)
            say({ wrong: `put the value of "${name.slice(0, 40)}" in quotes: only there may it have a variable` }, bare);
          else i++;
        }
      }
      name = '';
    } else name += (html[i++] ?? '').toLowerCase();
  }
  return i + 1;
}

type Value = { readonly element: string; readonly attribute: string; readonly from: number; readonly end: number };

/** In a quoted value; `earlier`: how many variables stand before this one in it. */
function inValue(html: string, { element, attribute, from, end }: Value, mark: Mark, earlier: number): Stands {
  const before = html.slice(from, mark.start);
  if (mark.name === UNSUBSCRIBE) {
    const alone = attribute === 'href' && html.slice(from, end).trim() === html.slice(mark.start, mark.end) && mark.fallback === null;
    return alone ? 'kept' : { wrong: `{{${UNSUBSCRIBE}}} stands alone in a link: <a href="{{${UNSUBSCRIBE}}}">` };
  }
  if (BEGUN.test(before.slice(-40))) return { wrong: 'a variable cannot stand behind "&": write &amp; for the character' };
  if (attribute === 'style') return 'style';
  if (TEXT_ATTRIBUTES.has(attribute) || /^(?:aria|data)-[a-z0-9-]+$/.test(attribute)) return 'html';
  if (!URL_ATTRIBUTES.has(attribute) || LOADING.has(element))
    return { wrong: `a variable cannot stand in the attribute "${attribute.slice(0, 40)}" of <${element.slice(0, 40)}>` };
  if (earlier === 0 && before.trim() === '') return 'url';
  const scheme = earlier > 0 ? null : /^([a-z][a-z0-9+.-]*):/i.exec(decodeEntities(before.slice(0, 200)).replace(/[\0-\x20]/g, ''))?.[1];
  if (!scheme || SCHEMES.has(scheme.toLowerCase())) return 'urlPart';
  return { wrong: `a variable cannot stand in a "${scheme}:" address: allowed are ${[...SCHEMES].join(', ')}` };
}

function rawEnd(html: string, from: number, name: string): number {
  const close = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  close.lastIndex = from;
  return close.exec(html)?.index ?? html.length;
}
