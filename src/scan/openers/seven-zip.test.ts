// The 7z opener: archives of 7-Zip in each coder, archives of our own with lies in their headers, passwords, and damage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { randomFrom } from '../../../test/random.ts';
import type { Opening } from '../opener.ts';
import { looksLikeSevenZipInside, openSevenZip } from './seven-zip.ts';

const TEXT = 'Sesame opens what honest senders pack. '.repeat(6);
/** By p7zip 16.02: `7z a -mtm=off -m0=CODER x.7z a.txt b.txt empty`, BCJ2 with only a.txt; the last two with `-pinfected`, HEAD with `-mhe=on`. */
const MADE = {
  LZMA: 'N3q8ryccAAQOS33llQAAAAAAAAAgAAAAAAAAAOrTKXUAKZlKZiNecU0YDpfEDax6BlBdwYFmhZncec93JVKj5hES2MQM9MHg1IEdpcIu0UEABJkAAIEzB64P0S47sKCQoHew/pOH4ao/qTDR29GcY2uRGn9x9PMHLL8HPJU4OrbrydyfPIXGKcS60e54IinOiNeUEJckoDdhD0LYpm5QhvVbDt80EeZNGx4gaAgVfoApce5wABcGMwEJYgAHCwEAASMDAQEFXQAQAAAMdgoBHDIj6AAA',
  LZMA2:
    'N3q8ryccAAQ6Yc04lwAAAAAAAAAgAAAAAAAAAMg1N2zgAO8AMl0AKZlKZiNecU0YDpfEDax6BlBdwYFmhZncec93JVKj5hES2MQM9MHg1IEdpcIu0UEABJkAAACBMweuD9GYLRigkKB3XsVAGJ8YyaiCJB/XII5QL/avomnZ9TiOpCSQdZ+uN4vT+q1f8yFKyzPwFJHXThgRxeijxPRYgz3zEt4tfMCd3ub1BellE32xDgDqTeIAFwY6AQldAAcLAQABIwMBAQVdABAAAAx2CgG+MWaeAAA=',
  BZip2:
    'N3q8ryccAASEoLCGvAAAAAAAAAAgAAAAAAAAAF4uWaFCWmg5MUFZJlNZRdmxtgAAFROAQAEIAC5L3IAgAHBQMAAIqTAAJBOjUejGI/Dgb0TgyHI4G+12M1oNh0Mx8OB4OB7kYDAY6GYMhkPhsPwyWA1HQxH8XckU4UJBF2bG2AAAgTMHrg/Tgvy9QMCQzuXLdvZTh0l6wN6+/EUulQuQDYUhAdO1dS32So/CEo0DfmDPfhvd+n5H/4e9TUpdK5sQxr1NxgfndM08OkOBLKxlWFMFSJpOjuK3uxysABcGXwEJXQAHCwEAASMDAQEFXQAQAAAMdgoBU7+kRQAA',
  Deflate:
    'N3q8ryccAATwEKmmkAAAAAAAAAAgAAAAAAAAACaNj4TdysEJACAMA8BVMoHLOEHRgCC2Ygqu7x7e+ypli4hNF+6wxAinEqJ3HmFbmwUfNLGF9wcAAIEzB64P0S47sKCQoHJD1Fmor1WWU+3gdr+IqgtIzzaf5XqeiMENvb3pqurTaOOI8KZxYssdcHNYXMsszWPNu/HMdc1zPPUO/HpfC3uk/mTpiPvFNZOZqU+nggAXBjMBCV0ABwsBAAEjAwEBBV0AEAAADHYKAZFCjI8AAA==',
  PPMd: 'N3q8ryccAATvnL0WkQAAAAAAAAAgAAAAAAAAAKe6kvwAUxRdl7mFxU8aRw6hcLNcLafH2D+lHz9OyQyBVWcGUK8lwnwAAAAeVuzBhwxDAAAAgTMHrg/Q8bH8nz9HQVjXaK5/7UvybVg28VxZ0hhwPc6tCQBY/DnavJkGmlAT09RldXZ1iuh2CHHDEWciv6Tgy3QYIv/p+K7D5i1ZuD86aP/fOofK11R2Y8A6v0JjfmiAFwYvAQliAAcLAQABIwMBAQVdABAAAAx2CgGh15r2AAA=',
  BCJ2: 'N3q8ryccAAQL/XOiPQAAAAAAAAB2AAAAAAAAAJpMCXAAKZlKZiNecU0YDpfEDax6BlBdwYFmhZncec93JVKj5hES2MQM9MHg1IEctUAAAAAAAAAAAAAAAAAAAAAAAQQGAAQJLgUFBQAHCwEABCMDAQEFXQAQAAAjAwEBBV0AEAAAIwMBAQVdABAAABQDAwEbBAEFAAQBAwICBgEADAAAgOqA6gAICgG3H6w0AAAFARkJAAAAAAAAAAAAEQ0AYQAuAHQAeAB0AAAAFQYBACCApIEAAA==',
  AES: 'N3q8ryccAASr2E0BqQAAAAAAAAAgAAAAAAAAAIBvZsPr3QwlyfDHdPVH7WJeRGz9vFQWoChDvRi4RLRQhKagkLiim+693k6FHKz70zVEwjMOc659x2i10ipxg+nuSx5dAACBMweuD9Hy+/1Au5RkOzmkeudqI0YtTjLGVF76F6b41NcYq+xrj33LcWtSE9ACdbl+7c+TzRdlcpu9fsy6MQvY2dlHqzDL15RXAzPMIr/ncHQd4ch6ZKlD+eaLCaPYlaTkXMD9ftSgFwZAAQlpAAcLAQABIwMBAQVdABAAAAx2CgHBpLdSAAA=',
  HEAD: 'N3q8ryccAATJUgcQsAAAAAAAAAA7AAAAAAAAAGHfiBBCHu+P4YoGkM4kx+WWoAaYoyf99hGSRm4raJmnT/IMdW0tBnmivxHdlBpRW93VLXw/fYVMiIX9QGIU9owamhIhDknnikW12pVdEAiKXTax+haknUcnt0Dvsl5UJgvZaJVjpdDaPj7VsYl16dkJzfYpfdL0OwdHZ1MnnF09SKPRMCxul8s2T+wgRov/x8cK8keCtPzbBtjAnOcv6SvY0T7s/nPYu4EsT87qaOdFo+92dBcGQAEJcAAHCwEAAiQG8QcBElMP7dxqCH7nCVp+fA6j392NnSMDAQEFXQAQAAABAAxpdgoB4I2TMgAA',
} as const;
const made = (name: keyof typeof MADE): Buffer => Buffer.from(MADE[name], 'base64');

type Seen = { readonly members: readonly (readonly [string | null, string])[]; readonly unseen: readonly string[]; readonly out: number };

function see(bytes: Buffer, passwords: readonly string[] = [], room = 1 << 24, name = 'x.7z', mostMembers = 1_000): Seen {
  let out = 0;
  const opening: Opening = { name, room: () => Math.max(0, room - out), mostMembers, passwords };
  const members: (readonly [string | null, string])[] = [];
  const unseen: string[] = [];
  for (const sight of openSevenZip(bytes, opening)) {
    if (sight.see === 'member') {
      out += sight.bytes.length;
      members.push([sight.name, sight.bytes.length > 500 ? `${sight.bytes.length} bytes` : sight.bytes.toString('latin1')]);
    } else unseen.push(sight.see === 'unseen' ? sight.why : sight.see);
  }
  return { members, unseen, out };
}

type Content = { readonly name: string; readonly size: number; readonly crc?: number };
type Lies = {
  readonly size?: number;
  readonly id?: string;
  readonly coders?: Buffer;
  readonly packedAt?: number;
  readonly headerCrc?: number;
};

const number = (value: number): Buffer => {
  if (value < 0x80) return Buffer.from([value]);
  const bytes = Buffer.alloc(9, 0xff);
  bytes.writeBigUInt64LE(BigInt(value), 1);
  return bytes;
};
const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

/** An archive of one folder with one coder (default: deflate). */
function sevenZipOf(packed: Buffer, files: readonly Content[], lies: Lies = {}): Buffer {
  const id = Buffer.from(lies.id ?? '040108', 'hex');
  const whole = lies.size ?? files.reduce((sum, { size }) => sum + size, 0);
  const names = Buffer.concat([Buffer.from([0]), ...files.map(({ name }) => Buffer.from(`${name}\0`, 'utf16le'))]);
  const header = Buffer.concat([
    Buffer.from([1, 4, 6]),
    number(lies.packedAt ?? 0),
    Buffer.from([1, 9]),
    number(packed.length),
    Buffer.from([0, 7, 11, 1, 0]),
    lies.coders ?? Buffer.concat([Buffer.from([1, id.length]), id]),
    Buffer.from([12]),
    number(whole),
    Buffer.from([0, 8, 13]),
    number(files.length),
    ...(files.length > 1 ? [Buffer.from([9]), ...files.slice(0, -1).map(({ size }) => number(size))] : []),
    Buffer.from([10, 1]),
    ...files.map(({ crc }) => word(crc ?? 0)),
    Buffer.from([0, 0, 5]),
    number(files.length),
    Buffer.from([17]),
    number(names.length),
    names,
    Buffer.from([0, 0]),
  ]);
  const places = Buffer.alloc(20);
  places.writeBigUInt64LE(BigInt(packed.length), 0);
  places.writeBigUInt64LE(BigInt(header.length), 8);
  places.writeUInt32LE(lies.headerCrc ?? crc32(header), 16);
  return Buffer.concat([Buffer.from('377abcaf271c0004', 'hex'), word(crc32(places)), places, packed, header]);
}

for (const coder of ['LZMA', 'LZMA2', 'BZip2', 'Deflate'] as const)
  test(`7-Zip's ${coder}`, () => {
    const files = [
      ['a.txt', TEXT],
      ['b.txt', 'second'],
      ['empty', ''],
    ] as const;
    assert.deepEqual(see(made(coder)), { members: files, unseen: [], out: TEXT.length + 6 });
    assert.deepEqual(see(Buffer.concat([Buffer.alloc(999, 1), made(coder)])).members, files);
    assert.deepEqual(see(Buffer.concat([made(coder), made('BCJ2')])).members, [...files, ['a.txt', TEXT]]);
  });

test('BCJ2 is a graph of coders', () => assert.deepEqual(see(made('BCJ2')), { members: [['a.txt', TEXT]], unseen: [], out: TEXT.length }));

test('what nothing here knows is for the library', () => {
  assert.deepEqual(see(made('PPMd')).unseen, ['foreign']);
  assert.deepEqual(
    see(made('PPMd')).members.map(([name]) => name),
    ['a.txt', 'b.txt', 'empty'],
  );
  assert.deepEqual(see(Buffer.concat([made('BCJ2'), made('PPMd')])).unseen, ['method']);
});

test('passwords open the data and the header', () => {
  const files = [
    ['a.txt', TEXT],
    ['b.txt', 'second'],
  ] as const;
  for (const name of ['AES', 'HEAD'] as const)
    assert.deepEqual(see(made(name), ['wrong', 'infected']), { members: files, unseen: [], out: TEXT.length + 6 });
  assert.deepEqual(see(made('AES')), {
    members: [
      ['a.txt', ''],
      ['b.txt', ''],
    ],
    unseen: ['encrypted', 'encrypted'],
    out: 0,
  });
  assert.deepEqual(see(made('HEAD')), { members: [], unseen: ['encrypted'], out: 0 });
  assert.deepEqual(see(made('HEAD'), ['wrong']).unseen, ['encrypted']);
});

const BYTES = Buffer.from(TEXT);
const ONE: Content = { name: 'a', size: BYTES.length, crc: crc32(BYTES) };

test('headers of our own: honest ones and ones that lie', () => {
  const packed = deflateRawSync(BYTES);
  assert.deepEqual(see(sevenZipOf(packed, [ONE])), { members: [['a', TEXT]], unseen: [], out: BYTES.length });
  assert.deepEqual(see(sevenZipOf(BYTES, [ONE], { id: '' })).members, [['a', TEXT]]);
  assert.deepEqual(see(sevenZipOf(packed, [{ ...ONE, crc: 1 }])), { members: [['a', TEXT]], unseen: ['damaged'], out: BYTES.length });
  assert.deepEqual(see(sevenZipOf(packed, [{ ...ONE, size: 9_999 }])), { members: [['a', TEXT]], unseen: ['damaged'], out: BYTES.length });
  assert.deepEqual(see(sevenZipOf(packed, [ONE], { size: 10 })).unseen, ['damaged']);
  assert.deepEqual(see(sevenZipOf(packed, [ONE], { packedAt: 1 << 30 })), { members: [['a', '']], unseen: ['damaged'], out: 0 });
  assert.deepEqual(see(sevenZipOf(packed, [ONE], { headerCrc: 1 })), { members: [['a', TEXT]], unseen: ['damaged'], out: BYTES.length });
  // Two coders that feed each other.
  assert.deepEqual(see(sevenZipOf(packed, [ONE], { coders: Buffer.from([2, 1, 0, 1, 0, 0, 0, 1, 1]) })).unseen, ['damaged']);
});

test('bombs end within the room, and files that fit are shown', () => {
  const packed = deflateRawSync(Buffer.alloc(9_000_000));
  assert.deepEqual(see(sevenZipOf(packed, [{ name: 'zeros', size: 9_000_000 }]), [], 100_000).unseen, ['too_large']);
  const text = Buffer.concat([BYTES, Buffer.alloc(300_000)]);
  const lzma = see(sevenZipOf(text, [ONE, { name: 'zeros', size: 300_000 }], { id: '00' }), [], 100_000);
  assert.deepEqual([lzma.members[0], lzma.unseen, lzma.out], [['a', TEXT], ['too_large'], 100_000]);
  assert.deepEqual(see(sevenZipOf(text, [ONE, { name: 'b', size: 1 }], { id: '00' }), [], 1 << 20, 'x', 1).unseen, ['too_many_parts']);
});

test('truncated, a volume, an empty archive, and six bytes by chance', () => {
  const bytes = made('LZMA');
  assert.deepEqual(see(bytes.subarray(0, 100)).unseen, ['damaged']);
  assert.deepEqual(see(bytes.subarray(0, 20)).unseen, ['damaged']);
  assert.deepEqual(see(bytes.subarray(0, 100), [], 1 << 20, 'x.7z.001').unseen, ['split_archive']);
  assert.deepEqual(see(Buffer.concat([Buffer.from('377abcaf271c00048d9bd50f', 'hex'), Buffer.alloc(20)])), {
    members: [],
    unseen: [],
    out: 0,
  });
  const chance = Buffer.concat([Buffer.alloc(50), Buffer.from('377abcaf271c', 'hex'), Buffer.alloc(50)]);
  assert.deepEqual(see(chance), { members: [], unseen: [], out: 0 });
  assert.deepEqual([looksLikeSevenZipInside(chance), looksLikeSevenZipInside(Buffer.concat([chance, bytes]))], [false, true]);
});

test('damaged at random: nothing is thrown, nothing goes unsaid, and what comes out is bounded', () => {
  const random = randomFrom(11);
  const plain = sevenZipOf(deflateRawSync(BYTES), [ONE]);
  for (let i = 0; i < 800; i++) {
    const bytes = Buffer.from(i % 4 === 0 ? made(i % 8 === 0 ? 'LZMA2' : 'BCJ2') : plain);
    const from = i % 4 === 0 ? 32 : plain.length - 60;
    for (let n = 0; n <= i % 5; n++) bytes[from + Math.floor(random() * (bytes.length - from))] = Math.floor(random() * 256);
    // The header's checksum is made right again, so that what it says is believed.
    if (i % 4 !== 0) {
      bytes.writeUInt32LE(crc32(bytes.subarray(32 + bytes.readUInt32LE(12))), 28);
      bytes.writeUInt32LE(crc32(bytes.subarray(12, 32)), 8);
    }
    const { out } = see(bytes, [], 50_000);
    assert.ok(out <= 50_000);
  }
  for (let end = 6; end < plain.length; end += 3) assert.deepEqual(see(plain.subarray(0, end)).unseen, ['damaged']);
});
