// Tar archives (ustar, GNU and PAX long names told by their type): header blocks of 512 bytes.
export type TarMember = { readonly name: string; readonly bytes: Buffer };

export function* tarMembers(bytes: Buffer, count: number): Generator<TarMember> {
  let longName: string | null = null;
  let n = 0;
  for (let at = 0; at + 512 <= bytes.length && n < count;) {
    if (bytes[at] === 0) {
      at += 512;
      continue;
    }
    const size = sizeOf(bytes.subarray(at + 124, at + 136));
    const type = String.fromCharCode(bytes[at + 156] ?? 0);
    const data = bytes.subarray(at + 512, Math.min(bytes.length, at + 512 + size));
    if (type === 'L') longName = data.toString('utf8').replace(/\0.*$/s, '');
    else if (type !== 'x' && type !== 'g' && type !== '5') {
      n++;
      const prefix = text(bytes.subarray(at + 345, at + 500));
      const plain = text(bytes.subarray(at, at + 100));
      yield { name: longName ?? (prefix ? `${prefix}/${plain}` : plain), bytes: data };
      longName = null;
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

const text = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0.*$/s, '');

/** Octal, or base-256 when the high bit is set (GNU). */
function sizeOf(field: Buffer): number {
  if ((field[0] ?? 0) & 0x80) return Number(field.readBigUInt64BE(4));
  const said = Number.parseInt(field.toString('latin1').replace(/[^0-7]/g, ''), 8);
  return Number.isFinite(said) ? said : 0;
}
