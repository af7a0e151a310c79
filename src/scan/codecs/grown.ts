// Room for what comes out of a codec, twice as much each time, so that nobody allocates what a header merely claims.

const FIRST = 256;

/** A larger buffer with the first `length` bytes of this one. `needed` bytes fit into it, and never more than `most` unless needed. */
export function grown(bytes: Buffer, length: number, needed: number, most: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(most, Math.max(FIRST, bytes.length * 2))));
  bytes.copy(larger, 0, 0, length);
  return larger;
}
