// cpio archives for tests, in all forms that are in use.
export type CpioEntry = { readonly name: string; readonly bytes?: Buffer; readonly mode?: number; readonly saidSize?: number };
export type CpioForm = 'odc' | 'newc' | 'crc' | 'binary' | 'binary-big';

/** The archive with its trailer, unless `end` is false. */
export function cpioOf(
  entries: readonly CpioEntry[],
  { form = 'newc', end = true }: { readonly form?: CpioForm; readonly end?: boolean } = {},
): Buffer {
  return Buffer.concat([...entries, ...(end ? [{ name: 'TRAILER!!!', mode: 0 }] : [])].map(entry => member(entry, form)));
}

function member({ name, bytes = Buffer.alloc(0), mode = 0o100644, saidSize = bytes.length }: CpioEntry, form: CpioForm): Buffer {
  const named = Buffer.from(`${name}\0`);
  if (form === 'odc') {
    const oct = (value: number, width: number): string => value.toString(8).padStart(width, '0');
    const head = `070707${oct(0, 6)}${oct(1, 6)}${oct(mode, 6)}${oct(0, 6).repeat(2)}${oct(1, 6)}${oct(0, 6)}${oct(0, 11)}${oct(named.length, 6)}${oct(saidSize, 11)}`;
    return Buffer.concat([Buffer.from(head), named, bytes]);
  }
  if (form === 'newc' || form === 'crc') {
    const sum = form === 'crc' ? bytes.reduce((all, byte) => all + byte, 0) : 0;
    const fields = [1, mode, 0, 0, 1, 0, saidSize, 0, 0, 0, 0, named.length, sum].map(field => field.toString(16).padStart(8, '0'));
    const front = padded(Buffer.concat([Buffer.from(`${form === 'crc' ? '070702' : '070701'}${fields.join('')}`), named]), 4);
    return Buffer.concat([front, padded(bytes, 4)]);
  }
  const head = Buffer.alloc(26);
  const write = (value: number, at: number): unknown => (form === 'binary' ? head.writeUInt16LE(value, at) : head.writeUInt16BE(value, at));
  write(0o070707, 0);
  write(mode, 6);
  write(named.length, 20);
  write(Math.floor(saidSize / 0x10000), 22);
  write(saidSize % 0x10000, 24);
  return Buffer.concat([head, padded(named, 2), padded(bytes, 2)]);
}

const padded = (bytes: Buffer, step: number): Buffer => Buffer.concat([bytes, Buffer.alloc((step - (bytes.length % step)) % step)]);
