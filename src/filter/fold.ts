// Text as a reader takes it, not as it is spelled: one small alphabet for look-alike letters, no invisible characters, no case, single
// blanks. Unicode TR 39 has the idea (skeleton); the table here is made from normalisation and the letters that mail really abuses.

/** Kinds of folded characters. */
export const GAP = 0;
export const LETTER = 1;
export const DIGIT = 2;
export const CJK = 3;

/** What a UTF-16 unit becomes, looked up the first time it is met: all 65,536 at once would cost every process a tenth of a second. */
const FOLD = new Uint16Array(65_536);
const KIND = new Uint8Array(65_536);
const UNKNOWN = 0;
/** Invisible: it becomes nothing. No unit becomes this one, control characters are blanks. */
export const NOTHING = 1;

/** Letters of other scripts that look like Latin ones: pairs of from and to. */
const LOOKS =
  'аaеeоoрpсcхxуyіiјjѕsԁdһhԛqԝwьbгrпnтtкkмmвbнhӏlαaβbγyεeιiκkνvοoρpτtυuχxωwηnıiłløođdħhŧtƒfəeʙbɢgɪiɴnʀrʟlʜhᴀaᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜱsոnսuօoցgѵvԍgɡgɩiʏyꜰf';
/** The same of scripts that have no small letters. */
const LARGE_LOOKS = 'ᎪaᏴbᏟcᎠdᎬeᏀgᎻhᏆiᎫjᏦkᏞlᎷmᏢpᏒrᏚsᎢtᏙvᎳwᎽyᏃzᏂhᏌuꓐbꓑpꓒdꓓdꓔtꓖgꓗkꓙjꓚcꓜzꓝfꓟmꓠnꓡlꓢsꓣrꓥvꓦvꓧhꓪwꓫxꓬyꓮaꓰeꓲiꓳoꓴu';

const between = (from: number, to: number, c: number): boolean => c >= from && c <= to;
const isCjk = (c: number): boolean =>
  between(0x3040, 0x30ff, c) || between(0x3400, 0x9fff, c) || between(0xac00, 0xd7a3, c) || between(0xf900, 0xfaff, c);
const INVISIBLE = /[\p{Cf}\p{Mn}\p{Me}\u115f\u1160\u3164\uffa0\u180b-\u180f\u2800]/u;

for (const looks of [LOOKS, LARGE_LOOKS])
  for (let i = 0; i < looks.length; i += 2) {
    const from = looks.charCodeAt(i);
    for (const c of [from, ...(looks === LOOKS ? [looks.charAt(i).toUpperCase().charCodeAt(0)] : [])]) {
      if (c < 0x80) continue;
      FOLD[c] = looks.charCodeAt(i + 1);
      KIND[c] = LETTER;
    }
  }
for (let c = 0; c < 0x80; c++) settle(c);

/** Looks a unit up for good, and what it becomes with it, whose kind will be asked for. */
function settle(c: number): number {
  if (isCjk(c)) {
    KIND[c] = CJK;
    return (FOLD[c] = c);
  }
  if (between(0xd800, 0xf8ff, c)) return (FOLD[c] = c < 0xe000 ? c : 32);
  // \u249c is (a): the letter counts.
  if (between(0x249c, 0x24b5, c)) {
    KIND[c] = LETTER;
    return (FOLD[c] = 97 + c - 0x249c);
  }
  const text = String.fromCharCode(c);
  if (c >= 0x80 && (between(0xfe00, 0xfe0f, c) || INVISIBLE.test(text))) return (FOLD[c] = NOTHING);
  const plain = c < 0x80 ? text.toLowerCase() : (text.normalize('NFKD').toLowerCase()[0] ?? text);
  const to = plain.charCodeAt(0);
  if (between(97, 122, to) || (c >= 0x80 && /\p{L}/u.test(plain))) KIND[c] = LETTER;
  if (between(48, 57, to)) KIND[c] = DIGIT;
  FOLD[c] = to <= 32 || /\s/.test(plain) ? 32 : to;
  if (FOLD[to] === UNKNOWN) settle(to);
  return FOLD[c];
}

/** What one unit becomes; a half of a surrogate pair stays as it is. */
export const foldOf = (c: number): number => (FOLD[c] as number) || settle(c);

/** Letters and digits drawn as symbols outside the basic plane (mathematical, enclosed, regional): their plain form, or a gap. */
function foldPair(high: number, low: number): number {
  const point = (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
  if (between(0x1d400, 0x1d7ff, point)) return foldOf(String.fromCodePoint(point).normalize('NFKC').charCodeAt(0));
  if (between(0x1f130, 0x1f149, point)) return 97 + point - 0x1f130;
  if (between(0x1f150, 0x1f169, point)) return 97 + point - 0x1f150;
  if (between(0x1f170, 0x1f189, point)) return 97 + point - 0x1f170;
  if (between(0x1f1e6, 0x1f1ff, point)) return 97 + point - 0x1f1e6;
  if (between(0xe0000, 0xe01ff, point)) return NOTHING;
  if (between(0x20000, 0x3ffff, point)) return 0x3007;
  // Emoji and the like: one token by block of 16, so that a clock and a fire differ little and a gift and a clock do not.
  return 0xe000 | ((point >> 4) & 0x7ff);
}

export type Folded = {
  /** Folded units; only the first `length` count. Shared by all calls: use it before the next. */
  readonly units: Uint16Array;
  readonly length: number;
  /** Invisible characters dropped, and letters that were only look-alikes inside words of Latin letters. */
  readonly invisible: number;
  readonly lookalikes: number;
};

const UNITS = new Uint16Array(70_000);
/** What UNITS holds now: words and runs of letters are made of the same text, one after the other. */
let held: Folded = { units: UNITS, length: 0, invisible: 0, lookalikes: 0 };
let heldText: string | null = null;
let heldMost = 0;

/** What is held, if folding to `most` units would give the same again. */
function again(text: string, most: number): Folded | null {
  if (text !== heldText || most > heldMost) return null;
  if (most === heldMost || held.length < most) return held;
  return held.invisible === 0 && held.lookalikes === 0 ? { ...held, length: most } : null;
}

/** Folds `text` to at most `most` units: what is dropped, invisible characters and blanks, does not count, or it would push the rest out. */
export function foldText(text: string, most: number): Folded {
  const end = text.length;
  const room = Math.min(most, UNITS.length);
  const kept = again(text, room);
  if (kept !== null) return kept;
  let to = 0;
  let last = 32;
  let invisible = 0;
  let lookalikes = 0;
  for (let i = 0; i < end && to < room; i++) {
    const c = text.charCodeAt(i);
    let f: number;
    if (c < 0x80) f = FOLD[c] as number;
    else if (c >= 0xd800 && c < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) f = foldPair(c, text.charCodeAt(++i));
    else {
      f = foldOf(c);
      // Beside a letter that was Latin from the start, or the word is simply Greek or Russian.
      if (f >= 97 && f <= 122 && c > 0x24f && isLatin(text.charCodeAt(i - 1))) lookalikes++;
    }
    if (f === NOTHING) {
      invisible++;
      continue;
    }
    if (f === 32) {
      if (last === 32) continue;
      // Blanks between two Chinese characters separate nothing: spam puts them there.
      if (KIND[last] === CJK && isCjk(nextVisible(text, i + 1, end))) continue;
    }
    UNITS[to++] = last = f;
  }
  heldText = text;
  heldMost = room;
  return (held = { units: UNITS, length: to, invisible, lookalikes });
}

const isLatin = (c: number): boolean => between(97, 122, c | 32) && c < 128;

function nextVisible(text: string, from: number, end: number): number {
  for (let i = from; i < Math.min(end, from + 8); i++) {
    const f = foldOf(text.charCodeAt(i));
    if (f !== NOTHING && f !== 32) return f;
  }
  return 0;
}

/** The kind of a folded unit. */
export const kindOf = (unit: number): number => KIND[unit] as number;

/** A short text folded to a string: names, subjects, domains. */
export function folded(text: string, most = 500): string {
  const { units, length } = foldText(text, most);
  return String.fromCharCode(...units.subarray(0, Math.min(length, 2_000)));
}
