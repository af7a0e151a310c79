// Tar archives for tests, with every way of giving a name and a size, and lies where a test wants them.
export type TarEntry = {
  readonly name: string;
  readonly bytes?: Buffer;
  readonly type?: string;
  /** ustar: the front of the path. */
  readonly prefix?: string;
  /** How a name reaches the reader besides the header's field. */
  readonly long?: 'gnu' | 'pax';
  /** Records of a PAX header in front of it. */
  readonly pax?: Readonly<Record<string, string>>;
  /** What the size field says instead of the truth. */
  readonly saidSize?: number;
  readonly base256?: boolean;
  readonly wrongSum?: boolean;
};
export type TarOptions = { readonly format?: 'v7' | 'ustar' | 'gnu'; readonly end?: boolean };

/** The archive; with `end: false` without the two empty blocks. */
export function tarOf(entries: readonly TarEntry[], { format = 'ustar', end = true }: TarOptions = {}): Buffer {
  const pieces: Buffer[] = [];
  for (const entry of entries) {
    const { name, long, pax = {} } = entry;
    if (long === 'gnu') pieces.push(...member({ name: '././@LongLink', type: 'L', bytes: Buffer.from(`${name}\0`) }, 'gnu'));
    const records = long === 'pax' ? { path: name, ...pax } : pax;
    if (Object.keys(records).length > 0) pieces.push(...member({ name: 'PaxHeaders/x', type: 'x', bytes: paxOf(records) }, 'ustar'));
    pieces.push(...member(entry, format));
  }
  return Buffer.concat([...pieces, Buffer.alloc(end ? 1024 : 0)]);
}

/** Records of a PAX header: their length counts itself. */
export function paxOf(records: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return Buffer.from(lines.join(''));
}

function member(entry: TarEntry, format: 'v7' | 'ustar' | 'gnu'): readonly Buffer[] {
  const { name, bytes = Buffer.alloc(0), type = '0', prefix = '', saidSize = bytes.length, base256 = false, wrongSum = false } = entry;
  const head = Buffer.alloc(512);
  head.write(name, 0, 100);
  head.write('0000644\x000000000\x000000000\0', 100, 'latin1');
  if (base256) head.writeUIntBE(saidSize, 130, 6);
  else head.write(`${saidSize.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  if (base256) head[124] = 0x80;
  head.write('00000000000\0', 136, 'latin1');
  head.write(format === 'v7' && type === '0' ? '\0' : type, 156, 'latin1');
  if (format === 'ustar') head.write('ustar\x0000', 257, 'latin1');
  if (format === 'gnu') head.write('ustar  \0', 257, 'latin1');
  head.write(prefix, 345, 155);
  head.fill(0x20, 148, 156);
  const sum = head.reduce((all, byte) => all + byte, 0) + (wrongSum ? 1 : 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}
