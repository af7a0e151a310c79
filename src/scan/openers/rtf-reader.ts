// RTF (Microsoft, version 1.9.1) read as a stream: what stands in each destination that may carry data, in every way that readers take
// it. Known tricks against scanners: groups, control words, comments and `\bin` inside of hexadecimal data, and half bytes.
export type Destination = {
  /** The control word that opened it: `objdata`, `pict`, `fldinst`… */
  readonly word: string;
  /** Text with escapes decoded, groups within included. */
  readonly text: string;
  /** Data as bytes: first without groups within, then with them, then with `\'` escapes as data. Only those that differ. */
  readonly data: readonly Buffer[];
  /** Number of the `\object` group that it stands in, 0 outside of any. */
  readonly object: number;
};

export type Rtf = {
  readonly destinations: readonly Destination[];
  readonly words: ReadonlySet<string>;
  readonly end: number;
  readonly cut: boolean;
};

const DATA = new Set([
  'objdata',
  'pict',
  'datastore',
  'themedata',
  'colorschememapping',
  'fontemb',
  'fontfile',
  'objclass',
  'objname',
  'fldinst',
  'template',
]);
/** Text of an instruction or name: longer is cut. */
const MOST_TEXT = 8_192;
const MOST_DESTINATIONS = 10_000;
/** Bytes that may stand in more than one open destination, over the size of the file. */
const MOST_COPIES = 4;

const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Nibbles of one reading; raw bytes of `\bin` come in whole. */
type Nibbles = { bytes: Buffer; length: number; half: number };
type Frame = {
  readonly word: string;
  readonly depth: number;
  readonly object: number;
  text: string;
  readonly readings: readonly Nibbles[];
};

export function readRtf(bytes: Buffer): Rtf {
  const destinations: Destination[] = [];
  const words = new Set<string>();
  const open: Frame[] = [];
  const objects: { depth: number; n: number }[] = [];
  let objectCount = 0;
  let depth = 0;
  let copied = 0;
  let cut = false;
  let at = 0;
  let unicodeSkip = 0;

  const close = (): void => {
    while (open.length > 0 && (open.at(-1) as Frame).depth >= depth) {
      const frame = open.pop() as Frame;
      destinations.push({ word: frame.word, text: frame.text, object: frame.object, data: distinct(frame.readings) });
    }
    while (objects.length > 0 && (objects.at(-1) as { depth: number }).depth >= depth) objects.pop();
    depth--;
  };
  const begin = (word: string): void => {
    if (destinations.length + open.length >= MOST_DESTINATIONS || copied > bytes.length * MOST_COPIES) return void (cut = true);
    open.push({ word, depth, object: objects.at(-1)?.n ?? 0, text: '', readings: [nibbles(), nibbles(), nibbles()] });
  };
  /** Innermost first: text of a field in a field is its own. */
  const frame = (): Frame | undefined => open.at(-1);
  const character = (c: number, escaped: boolean): void => {
    const to = frame();
    if (!to) return;
    if (to.text.length < MOST_TEXT && (c >= 32 || c === 9)) to.text += String.fromCharCode(c);
    const [plain, nested, withEscapes] = to.readings as readonly [Nibbles, Nibbles, Nibbles];
    copied += 3;
    if (escaped) return raw(withEscapes, Buffer.from([c & 255]));
    const value = nibble(c);
    if (value < 0) return;
    if (depth === to.depth) add(plain, value);
    add(nested, value);
    add(withEscapes, value);
  };

  for (; at < bytes.length; at++) {
    const c = bytes[at] as number;
    if (c === OPEN) {
      depth++;
      unicodeSkip = 0;
    } else if (c === CLOSE) {
      close();
      unicodeSkip = 0;
      if (depth <= 0) {
        at++;
        break;
      }
    } else if (c !== BACKSLASH) {
      if (c === 13 || c === 10) continue;
      if (unicodeSkip > 0) unicodeSkip--;
      else character(c, false);
    } else {
      const next = bytes[at + 1] ?? 0;
      if (next === 0x27) {
        const high = nibble(bytes[at + 2] ?? 0);
        const low = nibble(bytes[at + 3] ?? 0);
        if (high >= 0 && low >= 0) {
          if (unicodeSkip > 0) unicodeSkip--;
          else character(high * 16 + low, true);
          at += 3;
        } else at++;
        continue;
      }
      if (!isLetter(next)) {
        // `\\`, `\{` and `\}` stand for themselves; other symbols for nothing that we need.
        if (next === BACKSLASH || next === OPEN || next === CLOSE) character(next, false);
        at++;
        continue;
      }
      let end = at + 1;
      while (end < bytes.length && end - at <= 255 && isLetter(bytes[end] as number)) end++;
      const word = bytes.toString('latin1', at + 1, end).toLowerCase();
      const digits = end;
      if (bytes[end] === 0x2d) end++;
      while (end < bytes.length && end - digits <= 20 && (bytes[end] as number) >= 48 && (bytes[end] as number) <= 57) end++;
      const value = end > digits ? Number.parseInt(bytes.toString('latin1', digits, end), 10) : Number.NaN;
      at = bytes[end] === 32 ? end : end - 1;
      if (words.size < 5_000) words.add(word);
      if (word === 'bin' && value > 0) {
        const data = bytes.subarray(at + 1, at + 1 + value);
        copied += data.length * 3;
        if (copied <= bytes.length * MOST_COPIES + 1_000) for (const reading of frame()?.readings ?? []) raw(reading, data);
        else if (frame()) cut = true;
        at += data.length;
      } else if (word === 'u' && !Number.isNaN(value)) {
        const to = frame();
        if (to && to.text.length < MOST_TEXT) to.text += String.fromCharCode(value & 0xffff);
        unicodeSkip = 1;
      } else if (word === 'object') objects.push({ depth, n: ++objectCount });
      else if (DATA.has(word)) begin(word);
    }
  }
  const whole = depth <= 0;
  depth = 0;
  close();
  return { destinations, words, end: at, cut: cut || !whole };
}

const isLetter = (c: number): boolean => (c | 32) >= 97 && (c | 32) <= 122;

function nibble(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

const nibbles = (): Nibbles => ({ bytes: Buffer.alloc(0), length: 0, half: -1 });

function room(to: Nibbles, more: number): void {
  if (to.length + more <= to.bytes.length) return;
  const grown = Buffer.alloc(Math.max(64, to.bytes.length * 2, to.length + more));
  to.bytes.copy(grown, 0, 0, to.length);
  to.bytes = grown;
}

function add(to: Nibbles, value: number): void {
  if (to.half < 0) {
    to.half = value;
    return;
  }
  room(to, 1);
  to.bytes[to.length++] = to.half * 16 + value;
  to.half = -1;
}

/** Raw bytes end a half byte: it is dropped. */
function raw(to: Nibbles, data: Buffer): void {
  to.half = -1;
  room(to, data.length);
  data.copy(to.bytes, to.length);
  to.length += data.length;
}

function distinct(readings: readonly Nibbles[]): readonly Buffer[] {
  const found: Buffer[] = [];
  for (const one of readings) {
    // The last half byte: all digits may be shifted by one.
    if (one.half >= 0) add(one, 0);
    const bytes = one.bytes.subarray(0, one.length);
    if (bytes.length > 0 && !found.some(other => other.equals(bytes))) found.push(bytes);
  }
  return found;
}
