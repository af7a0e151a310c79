// DATA (RFC 5321 section 4.5.2): collects content up to CRLF.CRLF and nothing else, then checks it. A bare CR or LF anywhere refuses the
// message: what one server takes for the end of mail and another does not is how mail is smuggled.
import { MAX_LINE } from './bounds.ts';

const CR = 13;
const LF = 10;
const DOT = 46;
const END = Buffer.from('\r\n.\r\n');

export type ContentReader = {
  /** Feeds bytes; returns what stands behind the end once it was seen, else null. */
  readonly feed: (bytes: Buffer) => Buffer | null;
  /** Bytes of content so far, kept or not. */
  readonly received: () => number;
  /** Stop keeping: the message will be refused, its end is still looked for. */
  readonly discard: () => void;
  /** The content as it was sent, without the end; empty when discarded. */
  readonly take: () => Buffer;
};

export function readContent(): ContentReader {
  let kept: Buffer[] | null = [];
  let received = 0;
  // As if CRLF stood before the first byte, so that a first line of one dot is an end.
  let tail: Buffer = END.subarray(0, 2);
  return {
    feed: bytes => {
      const seam = Buffer.concat([tail, bytes.subarray(0, 4)]);
      const atSeam = seam.indexOf(END);
      // Index in `bytes` of the CRLF before the dot; negative when it came in an earlier piece.
      const at = atSeam >= 0 ? atSeam - tail.length : bytes.indexOf(END);
      const found = atSeam >= 0 || at >= 0;
      const stop = found ? at + END.length : bytes.length;
      const content = bytes.subarray(0, Math.max(0, stop));
      received += content.length;
      if (kept && content.length > 0) kept.push(content);
      if (found) return bytes.subarray(stop);
      tail = bytes.length >= 4 ? Buffer.from(bytes.subarray(bytes.length - 4)) : Buffer.concat([tail, bytes]).subarray(-4);
      return null;
    },
    received: () => received,
    discard: () => (kept = null),
    take: () => {
      const whole = kept ? Buffer.concat(kept) : Buffer.alloc(0);
      kept = null;
      // The end is `.CRLF` behind the last line's CRLF, which belongs to the content.
      return whole.subarray(0, Math.max(0, whole.length - 3));
    },
  };
}

export type Unstuffed =
  | { readonly ok: true; readonly raw: Buffer; readonly eightBit: boolean }
  | { readonly ok: false; readonly why: 'bare_line_end' | 'long_line' | 'nul' };

/** Removes the dots that were doubled and checks line ends in one pass over the lines. */
export function unstuff(content: Buffer): Unstuffed {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < content.length;) {
    const lf = content.indexOf(LF, at);
    const cr = content.indexOf(CR, at);
    if (lf < 0 || cr !== lf - 1) return { ok: false, why: 'bare_line_end' };
    if (lf - at > MAX_LINE) return { ok: false, why: 'long_line' };
    if (content[at] === DOT) {
      if (at > from) pieces.push(content.subarray(from, at));
      from = at + 1;
    }
    at = lf + 1;
  }
  if (content.indexOf(0) >= 0) return { ok: false, why: 'nul' };
  const raw = pieces.length === 0 && from === 0 ? content : Buffer.concat([...pieces, content.subarray(from)]);
  return { ok: true, raw, eightBit: /[\x80-\xff]/.test(raw.toString('latin1')) };
}
