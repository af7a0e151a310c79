// The header block of a message as it stands (RFC 5322 section 2.2): every field in order, duplicates kept, by offsets into the bytes.

export type Field = {
  /** Lower-case name. */
  readonly name: string;
  /** Offsets of the whole field with its line ends, and of what follows the colon. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
};
export type HeaderBlock = {
  readonly fields: readonly Field[];
  /** Offset of the first byte of the body; the length of the bytes when there is none. */
  readonly bodyStart: number;
  /** True when more fields stood there than were read. */
  readonly cut: boolean;
  /** Offset of the first line behind a field that is no field: some readers take it for the body, others step over it. null: none. */
  readonly brokenAt: number | null;
};

const LF = 10;
const CR = 13;
const COLON = 58;
const MAX_FIELDS = 2_000;
const MAX_HEADER_BYTES = 1024 * 1024;

/**
 * Reads fields from `start` up to the empty line. A first line that is no field is the body (there is no header); with `stepOver` it is
 * passed over like any other, which is how some readers see it.
 */
export function readHeaders(bytes: Buffer, start = 0, end = bytes.length, stepOver = false): HeaderBlock {
  const fields: Field[] = [];
  let brokenAt: number | null = null;
  let at = start;
  // The line of an mbox is no field; `From :` is one (RFC 5322 section 4.5).
  if (isMboxLine(bytes, at, lineEnd(bytes, at, end))) at = lineEnd(bytes, at, end);
  while (at < end) {
    if (bytes[at] === LF) return { fields, bodyStart: at + 1, cut: false, brokenAt };
    if (bytes[at] === CR && bytes[at + 1] === LF) return { fields, bodyStart: at + 2, cut: false, brokenAt };
    if (fields.length >= MAX_FIELDS || at - start > MAX_HEADER_BYTES)
      return { fields, bodyStart: skipBlock(bytes, at, end), cut: true, brokenAt };
    let stop = lineEnd(bytes, at, end);
    const colon = bytes.subarray(at, stop).indexOf(COLON);
    const name = colon < 1 ? '' : bytes.toString('latin1', at, at + colon).trimEnd();
    if (!/^[!-9;-~]+$/.test(name)) {
      // Not a field. In front of any field it is the body; behind one, junk that real readers step over.
      if (fields.length === 0 && !stepOver) return { fields, bodyStart: start, cut: false, brokenAt };
      if (fields.length > 0) brokenAt ??= at;
      at = stop;
      continue;
    }
    while (stop < end && (bytes[stop] === 32 || bytes[stop] === 9)) {
      const next = lineEnd(bytes, stop, end);
      // A folded line of blanks only followed by a line that is no field ends the block in many readers: RFC 5322 allows the fold.
      stop = next;
    }
    fields.push({ name: name.toLowerCase(), start: at, end: stop, valueStart: at + colon + 1 });
    at = stop;
  }
  return { fields, bodyStart: end, cut: false, brokenAt };
}

function isMboxLine(bytes: Buffer, at: number, end: number): boolean {
  return bytes.toString('latin1', at, at + 5) === 'From ' && !/^[ \t]*:/.test(bytes.toString('latin1', at + 5, end));
}

function lineEnd(bytes: Buffer, at: number, end: number): number {
  const found = bytes.indexOf(LF, at);
  return found < 0 || found >= end ? end : found + 1;
}

function skipBlock(bytes: Buffer, at: number, end: number): number {
  const crlf = bytes.indexOf('\r\n\r\n', at, 'latin1');
  const lf = bytes.indexOf('\n\n', at, 'latin1');
  const found = Math.min(crlf < 0 ? end : crlf + 4, lf < 0 ? end : lf + 2);
  return Math.min(found, end);
}

/** The value unfolded: UTF-8 when it is valid (RFC 6532), else one character a byte. */
export function valueOf(bytes: Buffer, field: Field): string {
  let text = bytes.toString('latin1', field.valueStart, field.end);
  if (/[\x80-\xff]/.test(text)) {
    const utf8 = bytes.toString('utf8', field.valueStart, field.end);
    if (!utf8.includes('\uFFFD')) text = utf8;
  }
  // trim() takes the line end: a pattern for it would be tried at each of a million CRs.
  return text.replace(/\r?\n(?=[ \t])/g, '').trim();
}

export function allOf(bytes: Buffer, block: HeaderBlock, name: string): readonly string[] {
  return block.fields.filter(field => field.name === name).map(field => valueOf(bytes, field));
}

export function firstOf(bytes: Buffer, block: HeaderBlock, name: string): string | undefined {
  const field = block.fields.find(one => one.name === name);
  return field && valueOf(bytes, field);
}

/** The message with `front` before its first field and without the fields that `drop` names; the body is not copied twice. */
export function rewriteHeaders(bytes: Buffer, block: HeaderBlock, front: string, drop: (field: Field) => boolean): Buffer {
  const pieces: Buffer[] = [Buffer.from(front, 'utf8')];
  let at = block.fields[0]?.start ?? 0;
  for (const field of block.fields) {
    if (!drop(field)) continue;
    if (field.start > at) pieces.push(bytes.subarray(at, field.start));
    at = field.end;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
}
