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
    hairsp: ' ',
    numsp: ' ',
    puncsp: ' ',
    NonBreakingSpace: ' ',
    ThinSpace: ' ',
    MediumSpace: ' ',
    VeryThinSpace: ' ',
    ZeroWidthSpace: '\u200b',
    NegativeThinSpace: '\u200b',
    NoBreak: '\u2060',
    InvisibleComma: '\u2063',
    InvisibleTimes: '\u2062',
    ApplyFunction: '\u2061',
    lowbar: '_',
    hyphen: '-',
    dash: '-',
    vert: '|',
    ast: '*',
    alpha: 'α',
    beta: 'β',
    gamma: 'γ',
    epsilon: 'ε',
    eta: 'η',
    iota: 'ι',
    kappa: 'κ',
    nu: 'ν',
    omicron: 'ο',
    rho: 'ρ',
    tau: 'τ',
    upsilon: 'υ',
    chi: 'χ',
    omega: 'ω',
    acy: 'а',
    iecy: 'е',
    ocy: 'о',
    rcy: 'р',
    scy: 'с',
    ucy: 'у',
    khcy: 'х',
    iukcy: 'і',
    jsercy: 'ј',
    dscy: 'ѕ',
  }),
);
/** What readers take without the semicolon too (the names of HTML 2 and 3). */
const OPEN = new Set('amp,lt,gt,quot,nbsp,shy,copy,reg,pound,yen,cent,laquo,raquo,middot,times,deg,iexcl,iquest,szlig'.split(','));
const LONGEST = 20;
/** `eacute` is e with an acute. */
const MARKED = /^([A-Za-z])(acute|grave|circ|uml|tilde|cedil|ring|slash|caron)$/;
const MARKS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  uml: '\u0308',
  tilde: '\u0303',
  cedil: '\u0327',
  ring: '\u030a',
  caron: '\u030c',
};
/** `afr`, `ascr`, `aopf`: letters of the mathematical alphabets. */
const DRAWN = /^([A-Za-z])(?:fr|scr|opf)$/;

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

/** A letter with its mark; the stroke of o has no mark of its own. */
function marked(name: string): string | undefined {
  const [, letter, mark] = MARKED.exec(name) ?? [];
  if (letter === undefined || mark === undefined) return undefined;
  if (mark === 'slash') return letter === 'o' ? 'ø' : letter === 'O' ? 'Ø' : undefined;
  return (letter + (MARKS[mark] ?? '')).normalize('NFC');
}

function reference(text: string, from: number): { readonly text: string; readonly end: number } | null {
  if (text.charCodeAt(from) === 35) {
    const isHex = (text.charCodeAt(from + 1) | 32) === 120;
    const start = from + (isHex ? 2 : 1);
    let end = start;
    let point = 0;
    // However many zeros stand in front.
    for (; ; end++) {
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
  while (end < from + LONGEST && isAlphanumeric(text.charCodeAt(end))) end++;
  const name = text.slice(from, end);
  const isClosed = text.charCodeAt(end) === 59;
  const known = namedBy(name, isClosed);
  if (known === undefined) return null;
  return { text: known, end: isClosed ? end + 1 : end };
}

function namedBy(name: string, isClosed: boolean): string | undefined {
  const low = name.toLowerCase();
  const letter = marked(name);
  if (isClosed) return NAMES.get(name) ?? NAMES.get(low) ?? letter ?? DRAWN.exec(name)?.[1];
  return OPEN.has(name) || (name === name.toUpperCase() && OPEN.has(low)) ? NAMES.get(low) : letter;
}

function digitOf(c: number, isHex: boolean): number {
  if (c >= 48 && c <= 57) return c - 48;
  const low = c | 32;
  return isHex && low >= 97 && low <= 102 ? low - 87 : -1;
}

const isAlphanumeric = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
