// Text that is spelled so that programs cannot read it and people can: letters apart by blanks or signs, digits for letters, words written
// backwards under an override. Undone once a mail, before anything looks at the text; ordinary text comes back as it is.
import { MAX_LOOK, MAX_TEXT } from './bounds.ts';
import { CJK, DIGIT, foldOf, kindOf, LETTER, NOTHING } from './fold.ts';

/** From so many letters standing alone, and such a share of all letters, a text is spelled out. */
const LEAST_ALONE = 24;
const SHARE_ALONE = 0.3;
/** From so many words with digits for letters, and such a share of all words. */
const LEAST_LEET = 6;
const SHARE_LEET = 0.25;
/** Signs between two letters at most: an emoji has two units, with its selector three. */
const MAX_SIGNS = 4;

const LEET: ReadonlyMap<number, string> = new Map(
  Object.entries({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i', '|': 'l', '+': 't' }).map(
    ([from, to]) => [from.charCodeAt(0), to] as const,
  ),
);

const BLANK = 0;
const LINE = 1;
const SIGN = 2;
const INK = 3;
const UNSEEN = 4;
const NUMBER = 5;
/** Of ASCII, where nearly all text is. */
const ROLES = Uint8Array.from({ length: 128 }, (_, c) => (c === 10 || c === 13 ? LINE : c <= 32 ? BLANK : roleOfFold(foldOf(c))));
const isLow = (c: number): boolean => c >= 0xdc00 && c < 0xe000;

/** What a unit is to who spells words out. */
function roleOf(text: string, i: number): number {
  const c = text.charCodeAt(i);
  if (c < 128) return ROLES[c] as number;
  if (c >= 0xd800 && c < 0xe000) return isLow(c) ? UNSEEN : inkOfPair(text, i) ? INK : SIGN;
  return roleOfFold(foldOf(c));
}
function roleOfFold(folded: number): number {
  if (folded === NOTHING) return UNSEEN;
  if (folded === 32) return BLANK;
  const kind = kindOf(folded);
  return kind === LETTER || kind === CJK ? INK : kind === DIGIT ? NUMBER : SIGN;
}
/** Letters of the mathematical and enclosed alphabets, and rare Chinese ones. */
function inkOfPair(text: string, i: number): boolean {
  const point = text.codePointAt(i) ?? 0;
  return (point >= 0x1d400 && point < 0x1d800) || (point >= 0x1f130 && point < 0x1f18a) || (point >= 0x20000 && point < 0x40000);
}

export function unmask(text: string): string {
  const forward = text.includes('\u202e') ? readForward(text) : text;
  const { spelled, leet } = looked(forward);
  const joined = spelled === null ? forward : rejoin(forward, spelled);
  return leet || (spelled !== null && looked(joined).leet) ? plainLetters(joined) : joined;
}

/** How a text is masked: what stands between its letters, and whether digits stand for letters. */
function looked(text: string): { readonly spelled: typeof BLANK | typeof SIGN | null; readonly leet: boolean } {
  const end = Math.min(text.length, MAX_LOOK);
  let letters = 0;
  let alone = 0;
  let byBlank = 0;
  let bySign = 0;
  /** The ink so far in a row, what stood before it, and what stands behind it so far. */
  let run = 0;
  let before = LINE;
  let gap = LINE;
  let words = 0;
  let leetWords = 0;
  let wordLetters = 0;
  let swaps = 0;
  let digits = 0;
  let hasAt = false;
  let isPlace = false;
  let last = 0;
  for (let i = 0; i <= end; i++) {
    const role = i === end ? LINE : roleOf(text, i);
    if (role === UNSEEN) continue;
    const c = i === end ? 10 : text.charCodeAt(i);
    if (role === INK) {
      if (run === 0) before = gap;
      run++;
      letters++;
      wordLetters++;
      if (last === 2 && wordLetters > 1) swaps++;
      last = 1;
    } else {
      if (run > 0) {
        gap = role === SIGN && (c === 64 || c === 36) ? NUMBER : role;
        if (run === 1 && before !== NUMBER && gap !== NUMBER) {
          alone++;
          if (before === SIGN || gap === SIGN) bySign++;
          else byBlank++;
        }
        run = 0;
      } else if (gap !== SIGN && gap !== NUMBER) gap = role;
      if (role === SIGN || role === NUMBER) {
        if (c === 47 || c === 61 || c === 58 || (c === 46 && hasAt)) isPlace = true;
        if (c === 64) hasAt = true;
        digits++;
        last = LEET.has(c) && (last === 1 || (last === 2 && wordLetters > 0)) ? 2 : 0;
      } else {
        if (wordLetters > 2 && wordLetters < 20 && !isPlace) {
          words++;
          if (swaps > 0 && digits <= wordLetters) leetWords++;
        }
        wordLetters = 0;
        swaps = 0;
        digits = 0;
        hasAt = false;
        isPlace = false;
        last = 0;
      }
    }
  }
  return {
    spelled: alone < LEAST_ALONE || alone < letters * SHARE_ALONE ? null : bySign > byBlank ? SIGN : BLANK,
    leet: leetWords >= LEAST_LEET && leetWords >= words * SHARE_LEET,
  };
}

/** Letters that stand apart by what `by` says are put together; what is wider stays a gap. */
function rejoin(text: string, by: typeof BLANK | typeof SIGN): string {
  const end = Math.min(text.length, MAX_TEXT);
  let out = '';
  let from = 0;
  let i = 0;
  while (i < end) {
    if (roleOf(text, i) !== INK) {
      i++;
      continue;
    }
    let next = i + (isLow(text.charCodeAt(i + 1)) ? 2 : 1);
    const gapAt = next;
    let blanks = 0;
    let signs = 0;
    for (; next < end && next < gapAt + 3 * MAX_SIGNS; next++) {
      const role = roleOf(text, next);
      if (role === INK || role === LINE || role === NUMBER) break;
      if (role === BLANK) blanks++;
      else if (role === SIGN) signs++;
    }
    const isApart = by === BLANK ? blanks === 1 && signs === 0 : signs > 0 && signs <= MAX_SIGNS && blanks === 0;
    if (isApart && next < end && roleOf(text, next) === INK) {
      out += text.slice(from, gapAt);
      from = next;
    }
    i = next;
  }
  return out + text.slice(from);
}

/** Digits and signs between letters as the letters they stand for; places (links, addresses) stay. */
function plainLetters(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .split(/(\s+)/)
    .map(word => (word.length > 40 || /[/=]|@.*\./.test(word) || !/[a-z]/i.test(word) ? word : leetRead(word)))
    .join('');
}

function leetRead(word: string): string {
  let out = '';
  for (let i = 0; i < word.length; i++) {
    const letter = LEET.get(word.charCodeAt(i));
    const isMark = letter !== undefined && !/[a-z0-9@$]/i.test(word.charAt(i + 1)) && '!+|'.includes(word.charAt(i));
    out += letter === undefined || isMark ? word.charAt(i) : letter;
  }
  return out;
}

/** What stands between U+202E and its end is shown from right to left. */
function readForward(text: string): string {
  let out = '';
  let at = 0;
  for (let open = text.indexOf('\u202e'); open >= 0; open = text.indexOf('\u202e', at)) {
    let end = open + 1;
    while (end < text.length && !'\u202c\u202e\n\r\u2029\u2069'.includes(text.charAt(end))) end++;
    out +=
      text.slice(at, open) +
      Array.from(text.slice(open + 1, end))
        .toReversed()
        .join('');
    at = text[end] === '\u202c' ? end + 1 : end;
  }
  return out + text.slice(at);
}
