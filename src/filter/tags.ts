// The tags of a page: where one ends, the attributes that matter, and where an element without text ends. All linear: what is not found
// once is not looked for again.

export type Tag = { /** Behind its `>`. */ readonly end: number; readonly attributes: ReadonlyMap<string, string> };

const WANTED = new Set('style,class,id,hidden,color,bgcolor,text,background,href,src,alt,width,height,type,dir'.split(','));
const LONGEST_NAME = 10;
const NONE: ReadonlyMap<string, string> = new Map();

const isBlank = (c: number): boolean => c <= 32;

/** The next place of a mark, asked for in ascending order: found places are kept, so that nothing is searched twice. */
export type Search = (mark: string, from: number) => number;
export function newSearch(html: string): Search {
  const found = new Map<string, number>();
  return (mark, from) => {
    const known = found.get(mark);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    const at = html.indexOf(mark, from);
    found.set(mark, at);
    return at;
  };
}

/** Reads a tag from behind its name, and of its attributes those `wanted`. A `>` inside quotes does not end it; a quote that never closes is none. */
export function readTag(html: string, from: number, search: Search, wanted: ReadonlySet<string> = WANTED): Tag {
  let i = from;
  let attributes: Map<string, string> | null = null;
  for (;;) {
    while (i < html.length && (isBlank(html.charCodeAt(i)) || html.charCodeAt(i) === 47)) i++;
    if (i >= html.length) return { end: html.length, attributes: attributes ?? NONE };
    if (html.charCodeAt(i) === 62) return { end: i + 1, attributes: attributes ?? NONE };
    const nameAt = i;
    // A first = belongs to the name.
    i++;
    for (let c = html.charCodeAt(i); i < html.length && c > 32 && c !== 47 && c !== 61 && c !== 62; c = html.charCodeAt(i)) i++;
    const nameEnd = i;
    while (i < html.length && isBlank(html.charCodeAt(i))) i++;
    let valueAt = i;
    let valueEnd = i;
    if (html.charCodeAt(i) === 61) {
      i++;
      while (i < html.length && isBlank(html.charCodeAt(i))) i++;
      const quote = html.charCodeAt(i);
      const close = quote === 34 || quote === 39 ? search(quote === 34 ? '"' : "'", i + 1) : -1;
      if (close >= 0) {
        valueAt = i + 1;
        valueEnd = close;
        i = close + 1;
      } else {
        valueAt = i;
        for (let c = html.charCodeAt(i); i < html.length && c > 32 && c !== 62; c = html.charCodeAt(i)) i++;
        valueEnd = i;
      }
    }
    if (nameEnd - nameAt > LONGEST_NAME) continue;
    const name = html.slice(nameAt, nameEnd).toLowerCase();
    if (!wanted.has(name) || attributes?.has(name)) continue;
    attributes ??= new Map();
    attributes.set(name, html.slice(valueAt, valueEnd));
  }
}

/** Behind the element that begins before `from`; `from` itself when it never ends: what stands behind it may still be shown. */
export function behindElement(html: string, name: string, from: number, search: Search, unended: Set<string>): number {
  if (unended.has(name)) return from;
  for (let at = search('</', from); at >= 0; at = search('</', at + 2))
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name && !isNameUnit(html.charCodeAt(at + 2 + name.length))) {
      const end = html.indexOf('>', at);
      return end < 0 ? html.length : end + 1;
    }
  unended.add(name);
  return from;
}

/** Behind a comment, a declaration or what browsers take for one. */
export function behindComment(html: string, at: number, search: Search): number {
  if (!html.startsWith('<!--', at)) {
    const end = search('>', at);
    return end < 0 ? html.length : end + 1;
  }
  // `<!-->` and `<!--->` are whole, and `--!>` ends one too: what stands behind is shown.
  if (html.startsWith('>', at + 4)) return at + 5;
  if (html.startsWith('->', at + 4)) return at + 6;
  const ends = [search('-->', at + 4), search('--!>', at + 4)].filter(end => end >= 0);
  if (ends.length === 0) return html.length;
  const end = Math.min(...ends);
  return end + (html.charCodeAt(end + 2) === 62 ? 3 : 4);
}

export const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
export const isNameUnit = (c: number): boolean => isLetter(c) || (c >= 48 && c <= 57);
