// Predictors of Flate and LZW streams (ISO 32000-2, 7.4.4.4): differences to the pixel at the left (TIFF) or to the rows before (PNG).

export type Predictor = { readonly predictor: number; readonly colors: number; readonly bits: number; readonly columns: number };

/** A predictor that says nonsense leaves the bytes as they are. */
export function unpredict(bytes: Buffer, { predictor, colors, bits, columns }: Predictor): Buffer {
  if (predictor < 2 || colors < 1 || columns < 1 || ![1, 2, 4, 8, 16].includes(bits)) return bytes;
  const row = Math.ceil((colors * bits * columns) / 8);
  // A row that is longer than all there is, is one row.
  if (!Number.isSafeInteger(row)) return bytes;
  return predictor === 2
    ? tiff(bytes, Math.min(row, bytes.length), colors, bits)
    : png(bytes, Math.min(row, bytes.length), Math.max(1, (colors * bits) >> 3));
}

/** Each row opens with a byte that says how it is done. */
function png(bytes: Buffer, row: number, pixel: number): Buffer {
  if (row < 1) return bytes;
  const rows = Math.ceil(bytes.length / (row + 1));
  const out = Buffer.allocUnsafe(Math.max(0, bytes.length - rows));
  let [from, to] = [0, 0];
  for (let y = 0; y < rows; y++) {
    const how = bytes[from++] as number;
    const length = Math.min(row, bytes.length - from);
    if (y === 0 || how === 0 || how > 4) {
      bytes.copy(out, to, from, from + length);
      // The row above the first is all zeros: only differences to the left are left.
      if (y === 0 && (how === 1 || how === 4))
        for (let x = pixel; x < length; x++) out[to + x] = (out[to + x] as number) + (out[to + x - pixel] as number);
      if (y === 0 && how === 3)
        for (let x = pixel; x < length; x++) out[to + x] = (out[to + x] as number) + ((out[to + x - pixel] as number) >> 1);
    } else restore(how, { bytes, from, out, to, length, row, pixel });
    from += length;
    to += length;
  }
  return out.subarray(0, to);
}

type Row = {
  readonly bytes: Buffer;
  readonly from: number;
  readonly out: Buffer;
  readonly to: number;
  readonly length: number;
  readonly row: number;
  readonly pixel: number;
};

function restore(how: number, { bytes, from, out, to, length, row, pixel }: Row): void {
  for (let x = 0; x < length; x++) {
    const at = to + x;
    const left = x >= pixel ? (out[at - pixel] as number) : 0;
    const up = out[at - row] as number;
    let guess = up;
    if (how === 1) guess = left;
    else if (how === 3) guess = (left + up) >> 1;
    else if (how === 4) guess = paeth(left, up, x >= pixel ? (out[at - row - pixel] as number) : 0);
    out[at] = (bytes[from + x] as number) + guess;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function tiff(bytes: Buffer, row: number, colors: number, bits: number): Buffer {
  const out = Buffer.from(bytes);
  if (row < 1) return out;
  for (let start = 0; start < out.length; start += row) {
    const end = Math.min(out.length, start + row);
    if (bits === 8) {
      for (let at = start + colors; at < end; at++) out[at] = (out[at] as number) + (out[at - colors] as number);
    } else if (bits === 16) {
      const step = colors * 2;
      for (let at = start + step; at + 1 < end; at += 2)
        out.writeUInt16BE((out.readUInt16BE(at) + out.readUInt16BE(at - step)) & 0xffff, at);
    } else smallBits(out, start, end, colors, bits);
  }
  return out;
}

function smallBits(out: Buffer, start: number, end: number, colors: number, bits: number): void {
  const [mask, each] = [(1 << bits) - 1, 8 / bits];
  const place = (n: number): readonly [number, number] => [start + Math.floor(n / each), 8 - bits - (n % each) * bits];
  for (let n = colors; n < (end - start) * each; n++) {
    const [[at, shift], [leftAt, leftShift]] = [place(n), place(n - colors)];
    const sum = (((out[at] as number) >> shift) + ((out[leftAt] as number) >> leftShift)) & mask;
    out[at] = ((out[at] as number) & ~(mask << shift)) | (sum << shift);
  }
}
