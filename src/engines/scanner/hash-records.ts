// A record of a hash list: the first 16 bytes of the digest; then the size (5 bytes, all ones: any) and where the name stands in the texts
// (5 bytes), little-endian.
export const VALUE_BYTES = 10;
const WIDTH = 5;
const ANY = 2 ** 40 - 1;

export function writeValue(value: Buffer, size: number | null, text: number): void {
  value.writeUIntLE(size ?? ANY, 0, WIDTH);
  value.writeUIntLE(text, WIDTH, WIDTH);
}

/** `null`, on either side: of any size. */
export function isOfSize(value: Buffer, size: number | null): boolean {
  const listed = value.readUIntLE(0, WIDTH);
  return listed === ANY || size === null || listed === size;
}

export const textOf = (value: Buffer): number => value.readUIntLE(WIDTH, WIDTH);

/** The first entry of a digest wins; listed with two sizes, one of which must be wrong, it is one of any size. */
export function combine(kept: Uint8Array, later: Uint8Array): void {
  for (let i = 0; i < WIDTH; i++) if (kept[i] !== later[i]) return void kept.fill(0xff, 0, WIDTH);
}
