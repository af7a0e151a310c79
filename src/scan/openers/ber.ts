// Elements of BER and DER (X.690): definite and indefinite lengths, strings in pieces. Lengths that reach too far are cut to what is there.
export type Element = {
  readonly tag: number;
  /** Content, without the end mark of an indefinite length. */
  readonly start: number;
  readonly end: number;
  /** Where the next element begins. */
  readonly next: number;
  readonly cut: boolean;
};

/** Elements in elements; the formats that are read have about ten. */
const MOST_DEPTH = 24;
const CONSTRUCTED = 0x20;
const OCTETS = 0x04;
/** `[0]`, as an implicit string in pieces. */
const CONTEXT = 0x80;

export function readElement(bytes: Buffer, at: number, end: number, depth = 0): Element | null {
  if (at + 2 > end) return null;
  const tag = bytes[at] as number;
  // Tags above 30 are not used by any of our formats.
  if ((tag & 31) === 31) return null;
  const first = bytes[at + 1] as number;
  let start = at + 2;
  if (first === 0x80) {
    if ((tag & CONSTRUCTED) === 0 || depth > MOST_DEPTH) return null;
    for (let inner = start; ;) {
      if (inner + 2 > end) return { tag, start, end, next: end, cut: true };
      if (bytes[inner] === 0 && bytes[inner + 1] === 0) return { tag, start, end: inner, next: inner + 2, cut: false };
      const one = readElement(bytes, inner, end, depth + 1);
      if (!one || one.cut) return { tag, start, end, next: end, cut: true };
      inner = one.next;
    }
  }
  let length = first;
  if (first > 0x80) {
    const count = first & 0x7f;
    if (count > 8 || start + count > end) return null;
    length = 0;
    for (let n = 0; n < count; n++) length = length * 256 + (bytes[start + n] as number);
    start += count;
  }
  const cut = length > end - start;
  const stop = cut ? end : start + length;
  return { tag, start, end: stop, next: stop, cut };
}

/** What is in a constructed element, at most `most`. */
export function children(bytes: Buffer, parent: { readonly start: number; readonly end: number }, most = 64): readonly Element[] {
  const found: Element[] = [];
  for (let at = parent.start; at < parent.end && found.length < most;) {
    const one = readElement(bytes, at, parent.end);
    if (!one) break;
    found.push(one);
    at = one.next;
  }
  return found;
}

/** An octet string, in one piece or in many (pieces in pieces too). */
export function octetsOf(bytes: Buffer, element: Element): { readonly bytes: Buffer; readonly cut: boolean } {
  if ((element.tag & CONSTRUCTED) === 0) return { bytes: bytes.subarray(element.start, element.end), cut: element.cut };
  const pieces: Buffer[] = [];
  let cut = element.cut;
  const walk = (start: number, end: number, depth: number): void => {
    for (let at = start; at < end;) {
      const one = readElement(bytes, at, end);
      if (!one || (one.tag & ~CONSTRUCTED) !== OCTETS || depth > MOST_DEPTH) return void (cut = true);
      cut ||= one.cut;
      if ((one.tag & CONSTRUCTED) === 0) pieces.push(bytes.subarray(one.start, one.end));
      else walk(one.start, one.end, depth + 1);
      at = one.next;
    }
  };
  walk(element.start, element.end, 0);
  return { bytes: pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces), cut };
}

export const isOctets = (element: Element): boolean => {
  const plain = element.tag & ~CONSTRUCTED;
  return plain === OCTETS || plain === CONTEXT;
};
