// A mail as sparse evidence: every word, pair of words, run of four characters and named fact becomes one hash, once a mail, kept apart by
// view so that no view can shout the others down (feature hashing). A model takes what bits of the hash it needs as an index into its
// weights. Nothing of the mail can be read back from it.
import { MAX_PIECES, MAX_WORD } from './bounds.ts';
import { CJK, DIGIT, foldText, GAP, kindOf, LETTER } from './fold.ts';

/** Where evidence comes from. The order is part of the model file; `home` is for learners at home only, the shipped model does not know it. */
export const VIEWS = ['words', 'grams', 'subject', 'sender', 'matters', 'links', 'headers', 'structure', 'home'] as const;
export type View = (typeof VIEWS)[number];

export type Evidence = {
  /** Hashes of all views one behind the other. Shared by all calls: use them before the next mail is opened. */
  readonly hashes: Uint32Array;
  /** View v is `hashes[starts[v]]` up to `hashes[starts[v + 1]]`. */
  readonly starts: Int32Array;
};

const HASHES = new Uint32Array(MAX_PIECES);
const STARTS = new Int32Array(VIEWS.length + 1);
/** The set of what the open mail has: open addressing, emptied by counting `mail` up. */
const SLOTS = 1 << 17;
const KEYS = new Uint32Array(SLOTS);
const MAILS = new Uint32Array(SLOTS);
let mail = 0;
let count = 0;
let salt = 0;

const SEED = 0x811c9dc5;
const PRIME = 0x01000193;
const saltOf = (view: number): number => Math.imul(view + 1, 0x9e3779b1);

/** Begins a mail. */
export function openEvidence(): void {
  count = 0;
  mail = (mail + 1) >>> 0;
  if (mail === 0) MAILS.fill((mail = 1) - 1);
}

/** Begins a view; views come in their order. */
export function openView(view: number): void {
  STARTS[view] = count;
  salt = saltOf(view);
}

export function closeEvidence(): Evidence {
  STARTS[VIEWS.length] = count;
  return { hashes: HASHES, starts: STARTS };
}

/** The finishing steps of MurmurHash3: each bit of the result depends on each of the input. */
function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function put(hash: number): void {
  const h = mixed(hash ^ salt);
  let slot = h & (SLOTS - 1);
  while (MAILS[slot] === mail) {
    if (KEYS[slot] === h) return;
    slot = (slot + 1) & (SLOTS - 1);
  }
  if (count >= MAX_PIECES) return;
  MAILS[slot] = mail;
  KEYS[slot] = h;
  HASHES[count++] = h;
}

/** Does the open mail have this in that view? */
function contains(hash: number, view: number): boolean {
  const h = mixed(hash ^ saltOf(view));
  let slot = h & (SLOTS - 1);
  while (MAILS[slot] === mail) {
    if (KEYS[slot] === h) return true;
    slot = (slot + 1) & (SLOTS - 1);
  }
  return false;
}

/** A named fact: `ctype_html`. */
export function putFact(name: string): void {
  let h = SEED;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), PRIME);
  put(h);
}

const WORDS = 0;
const GRAMS = 1;
const SUBJECT = 2;
const SENDER = 3;

/** The hash of a folded word, for `containsWord` and `containsPair`. */
export function hashOfWord(word: string): number {
  let h = SEED;
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i);
    if (c !== 39) h = Math.imul(h ^ (kindOf(c) === DIGIT ? 48 : c), PRIME);
  }
  return h;
}

const pairOf = (before: number, word: number): number => Math.imul(before, 0x2c1b3c6d) ^ word;
const pairOfCharacters = (c: number, d: number): number => Math.imul(c, 0x1003f) ^ d;
const threeOfCharacters = (b: number, c: number, d: number): number => Math.imul(b, 0x3c6ef35f) ^ Math.imul(c, 0x1003f) ^ d;

export const containsWord = (word: number): boolean => contains(word, WORDS) || contains(word, SUBJECT) || contains(word, SENDER);
export const containsPair = (a: number, b: number): boolean => contains(pairOf(a, b), WORDS) || contains(pairOf(a, b), SUBJECT);

/** Two or three Chinese characters in a row. */
export function containsGram(characters: readonly number[]): boolean {
  const [b = 0, c = 0, d] = characters;
  const hash = d === undefined ? pairOfCharacters(b, c) : threeOfCharacters(b, c, d);
  return contains(hash, GRAMS) || contains(hash, SUBJECT);
}

/** Digits and signs read as the letters they stand for. */
const LEET = new Uint16Array(128);
for (const [from, to] of Object.entries({
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '+': 't',
  '(': 'c',
}))
  LEET[from.charCodeAt(0)] = to.charCodeAt(0);

/** Words and pairs of words of a text, at most `most` characters of it. */
export function putWords(text: string, most: number): void {
  const { units, length } = foldText(text, most);
  let before = 0;
  let beforeThat = 0;
  /** Letters standing alone, joined: `v i a g r a`. */
  let spelled = SEED;
  let spelledCount = 0;
  let i = 0;
  while (i < length) {
    const first = units[i] as number;
    const kind = kindOf(first);
    if (kind === CJK) {
      // Chinese has no blanks: pairs of characters are its words.
      if (i > 0 && kindOf(units[i - 1] as number) === CJK) put(pairOfCharacters(units[i - 1] as number, first));
      i++;
      continue;
    }
    if (kind === GAP) {
      // Money, percent, exclamation marks and emoji speak; other signs only part words.
      if (first === 36 || first === 37 || first === 33 || first === 0x20ac || first === 0xa3 || first === 0xa5 || first >= 0xe000)
        put(first + 7);
      i++;
      continue;
    }
    const from = i;
    let word = SEED;
    let plain = SEED;
    let letters = 0;
    let odd = 0;
    for (; i < length; i++) {
      const c = units[i] as number;
      const k = kindOf(c);
      const follows = i + 1 < length && kindOf(units[i + 1] as number) === LETTER;
      if (k === LETTER) {
        word = Math.imul(word ^ c, PRIME);
        plain = Math.imul(plain ^ c, PRIME);
        letters++;
      } else if (k === DIGIT) {
        word = Math.imul(word ^ 48, PRIME);
        plain = Math.imul(plain ^ (LEET[c] || c), PRIME);
        odd++;
      } else if (c < 128 && LEET[c] !== 0 && letters > 0 && follows) {
        word = Math.imul(word ^ c, PRIME);
        plain = Math.imul(plain ^ (LEET[c] as number), PRIME);
        odd++;
      } else if (!((c === 39 || c === 0x2019) && letters > 0 && follows)) break;
    }
    const size = i - from;
    if (size === 1 && letters === 1) {
      spelled = Math.imul(spelled ^ first, PRIME);
      spelledCount++;
    } else {
      if (spelledCount >= 4) put(spelled);
      spelled = SEED;
      spelledCount = 0;
    }
    if (size > MAX_WORD) word = Math.imul(0x5bd1e995, Math.min(size >> 3, 12) + 1);
    put(word);
    if (letters > 1 && odd > 0 && letters >= odd) put(plain);
    if (before !== 0) put(pairOf(before, word));
    if (beforeThat !== 0) put(Math.imul(beforeThat, 0x297a2d39) ^ word);
    beforeThat = before;
    before = word;
  }
  if (spelledCount >= 4) put(spelled);
}

/** Runs of four characters of a text; Chinese, Japanese and Korean by characters, pairs and threes. */
export function putGrams(text: string, most: number): void {
  const { units, length } = foldText(text, most);
  let a = 32;
  let b = 32;
  let c = 32;
  for (let i = 0; i < length; i++) {
    let d = units[i] as number;
    const kind = kindOf(d);
    if (kind === DIGIT) d = 48;
    if (kind === CJK) {
      put(d);
      if (kindOf(c) === CJK) {
        put(pairOfCharacters(c, d));
        if (kindOf(b) === CJK) put(threeOfCharacters(b, c, d));
      }
    } else put(Math.imul(Math.imul(Math.imul(a, 0x1f35) ^ b, 0x6d2b) ^ c, 0x4ec5) ^ d);
    a = b;
    b = c;
    c = d;
  }
}
