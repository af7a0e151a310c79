// HTML character references: numbers, and the names that mail uses. What is unknown stays as it stands.
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
    zwnj: '\u200c',
    zwj: '\u200d',
    shy: '\u00ad',
    copy: '©',
    reg: '®',
    trade: '™',
    euro: '€',
    pound: '£',
    yen: '¥',
    cent: '¢',
    hellip: '…',
    mdash: '—',
    ndash: '–',
    bull: '•',
    middot: '·',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    laquo: '«',
    raquo: '»',
    times: '×',
    deg: '°',
    iexcl: '¡',
    iquest: '¿',
    szlig: 'ß',
    sol: '/',
    colon: ':',
    period: '.',
    comma: ',',
    excl: '!',
    quest: '?',
    num: '#',
    dollar: '$',
    percnt: '%',
    commat: '@',
    lpar: '(',
    rpar: ')',
    Tab: '\t',
    NewLine: '\n',
  }),
);
/** `eacute` is e with an acute; folding takes the mark off again. */
const MARKED = /^([A-Za-z])(?:acute|grave|circ|uml|tilde|cedil|ring|slash|caron)$/;

export function decodeEntities(text: string): string {
  let out = '';
  let at = 0;
  for (let amp = text.indexOf('&'); amp >= 0; amp = text.indexOf('&', at)) {
    out += text.slice(at, amp);
    const found = reference(text, amp + 1);
    out += found?.text ?? '&';
    at = found?.end ?? amp + 1;
  }
  return out + text.slice(at);
}

function reference(text: string, from: number): { readonly text: string; readonly end: number } | null {
  if (text.charCodeAt(from) === 35) {
    const isHex = (text.charCodeAt(from + 1) | 32) === 120;
    const start = from + (isHex ? 2 : 1);
    let end = start;
    let point = 0;
    for (; end < start + 9; end++) {
      const digit = digitOf(text.charCodeAt(end), isHex);
      if (digit < 0) break;
      point = Math.min(point * (isHex ? 16 : 10) + digit, 0x110000);
    }
    if (end === start) return null;
    if (text.charCodeAt(end) === 59) end++;
    const valid = point > 0 && point < 0x110000 && (point < 0xd800 || point > 0xdfff);
    return { text: valid ? String.fromCodePoint(point) : '', end };
  }
  let end = from;
  while (end < from + 10 && isAlphanumeric(text.charCodeAt(end))) end++;
  const name = text.slice(from, end);
  const known = NAMES.get(name) ?? NAMES.get(name.toLowerCase()) ?? MARKED.exec(name)?.[1];
  // Readers take old names without the semicolon too.
  if (known === undefined) return null;
  return { text: known, end: text.charCodeAt(end) === 59 ? end + 1 : end };
}

function digitOf(c: number, isHex: boolean): number {
  if (c >= 48 && c <= 57) return c - 48;
  const low = c | 32;
  return isHex && low >= 97 && low <= 102 ? low - 87 : -1;
}

const isAlphanumeric = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
