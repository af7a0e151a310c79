// A writer of VBA projects (MS-OVBA) for tests: sources compressed as Office does, the list of modules, compiled code that is none.
import type { CfbTree } from './cfb.ts';

export type VbaModule = {
  readonly name: string;
  readonly source: string;
  /** Default: some bytes that stand for compiled code. */
  readonly compiled?: Buffer;
  /** The place that the list says. Default: behind the compiled code. */
  readonly offset?: number;
  readonly stream?: string;
};

/** What goes into a file: `VBA` with its streams, and `PROJECT`. */
export function vbaProjectOf(modules: readonly VbaModule[], { identifiers = '' }: { readonly identifiers?: string } = {}): CfbTree {
  const streams = modules.map(({ name, source, compiled = Buffer.alloc(100, 0x96), stream = name }) => [
    stream,
    Buffer.concat([compiled, source === '' ? Buffer.alloc(0) : compressVba(Buffer.from(source, 'latin1'))]),
  ]);
  return {
    VBA: {
      dir: compressVba(dirOf(modules)),
      _VBA_PROJECT: Buffer.concat([Buffer.from('cc61b2000003000000', 'hex'), Buffer.from(identifiers, 'latin1')]),
      ...Object.fromEntries(streams),
    },
    PROJECT: Buffer.from(
      `ID="{00000000-0000-0000-0000-000000000001}"\r\n${modules.map(({ name }) => `Module=${name}\r\n`).join('')}Name="VBAProject"\r\n\r\n[Host Extender Info]\r\n\r\n[Workspace]\r\n`,
    ),
  };
}

/** A module as Office writes it. */
export const sourceOf = (name: string, code: string): string =>
  `Attribute VB_Name = "${name}"\r\nAttribute VB_Base = "1Normal.ThisDocument"\r\n${code.replaceAll('\n', '\r\n')}`;

function dirOf(modules: readonly VbaModule[]): Buffer {
  const record = (id: number, data: Buffer): Buffer => Buffer.concat([word(id), long(data.length), data]);
  const text = (id: number, wideId: number, value: string): Buffer =>
    Buffer.concat([record(id, Buffer.from(value, 'latin1')), record(wideId, Buffer.from(value, 'utf16le'))]);
  return Buffer.concat([
    record(0x01, long(1)),
    record(0x02, long(0x409)),
    record(0x14, long(0x409)),
    record(0x03, word(1252)),
    record(0x04, Buffer.from('VBAProject')),
    text(0x05, 0x40, ''),
    text(0x06, 0x3d, ''),
    record(0x07, long(0)),
    record(0x08, long(0)),
    word(0x09),
    long(4),
    long(1),
    word(2),
    text(0x0c, 0x3c, ''),
    record(0x0f, word(modules.length)),
    record(0x13, word(0xffff)),
    ...modules.map(({ name, stream = name, compiled, offset = compiled?.length ?? 100 }) =>
      Buffer.concat([
        text(0x19, 0x47, name),
        text(0x1a, 0x32, stream),
        text(0x1c, 0x48, ''),
        record(0x31, long(offset)),
        record(0x1e, long(0)),
        record(0x2c, word(0xffff)),
        record(0x21, Buffer.alloc(0)),
        record(0x2b, Buffer.alloc(0)),
      ]),
    ),
    record(0x10, Buffer.alloc(0)),
  ]);
}

/** Each time the longest copy there is, as the specification asks for. */
export function compressVba(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [Buffer.from([1])];
  for (let from = 0; from < bytes.length; from += 4096) {
    const chunk = bytes.subarray(from, from + 4096);
    const tokens: number[] = [];
    let flagsAt = 0;
    let bit = 8;
    for (let at = 0; at < chunk.length;) {
      if (bit === 8) {
        flagsAt = tokens.push(0) - 1;
        bit = 0;
      }
      const bits = Math.max(4, Math.ceil(Math.log2(at || 1)));
      const most = Math.min((0xffff >> bits) + 3, chunk.length - at);
      let [length, back] = [0, 0];
      for (let start = at - 1; start >= 0; start--) {
        let n = 0;
        while (n < most && chunk[start + n] === chunk[at + n]) n++;
        if (n > length) [length, back] = [n, at - start];
      }
      if (length >= 3) {
        const token = ((back - 1) << (16 - bits)) | (length - 3);
        tokens.push(token & 255, token >> 8);
        tokens[flagsAt] = (tokens[flagsAt] as number) | (1 << bit);
        at += length;
      } else tokens.push(chunk[at++] as number);
      bit++;
    }
    const plain = tokens.length >= 4096;
    const data = plain ? Buffer.concat([chunk, Buffer.alloc(4096 - chunk.length)]) : Buffer.from(tokens);
    chunks.push(word((plain ? 0x3000 : 0xb000) | (data.length - 1)), data);
  }
  return Buffer.concat(chunks);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
