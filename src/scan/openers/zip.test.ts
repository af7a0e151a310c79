// The zip opener: honest archives of every kind, the same member however it is hidden, lies that show both readings, passwords, bombs within
// their bounds, and hundreds of damaged archives that end quietly.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { zipOf, type ZipEntry, type ZipOptions } from '../../../test/archives/zip.ts';
import { randomFrom } from '../../../test/random.ts';
import type { Opening, Sight } from '../opener.ts';
import { looksLikeZipInside, openZip } from './zip.ts';

const TEXT = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(40));
const NOISE = Buffer.from(Array.from({ length: 3_000 }, numbers(7)));
const A: ZipEntry = { name: 'a.txt', bytes: TEXT };

function numbers(seed: number): () => number {
  const random = randomFrom(seed);
  return () => Math.floor(random() * 256);
}

type Seen = { readonly members: readonly (readonly [string | null, string])[]; readonly unseen: readonly string[]; readonly out: number };

/** Names with the beginning of what is in them, and what was not seen. */
function see(bytes: Buffer, passwords: readonly string[] = [], room = 1 << 24, mostMembers = 1_000): Seen {
  let out = 0;
  const opening: Opening = { name: null, room: () => Math.max(0, room - out), mostMembers, passwords };
  const members: (readonly [string | null, string])[] = [];
  const unseen: string[] = [];
  for (const sight of openZip(bytes, opening)) {
    if (sight.see === 'member') {
      out += sight.bytes.length;
      members.push([sight.otherName ? `${sight.name}|${sight.otherName}` : sight.name, told(sight)]);
    } else unseen.push(sight.see === 'unseen' ? sight.why : sight.see);
  }
  return { members, unseen, out };
}

function told({ bytes }: Extract<Sight, { see: 'member' }>): string {
  if (bytes.equals(TEXT)) return 'TEXT';
  if (bytes.equals(NOISE)) return 'NOISE';
  return bytes.length > 20 ? `${bytes.length} bytes` : bytes.toString('latin1');
}

const zip = (entry: Partial<ZipEntry> = {}, options: ZipOptions = {}): Buffer => zipOf([{ ...A, ...entry }], options);
const PROGRAM = Buffer.concat([Buffer.from('MZ'), NOISE]);

for (const [what, bytes] of Object.entries({
  deflated: zip(),
  stored: zip({ stored: true }),
  'sizes behind the data': zip({ descriptor: 'signed' }),
  'sizes behind the data, without a signature': zip({ descriptor: 'bare' }),
  'stored, sizes behind the data': zip({ descriptor: 'signed', stored: true }),
  'stored, sizes behind the data, no directory': zip({ descriptor: 'signed', stored: true }, { noDirectory: true }),
  zip64: zip({ zip64: true }),
  'zip64 with sizes behind the data': zip({ zip64: true, descriptor: 'signed' }),
  'behind a program': zip({}, { prefix: PROGRAM }),
  'behind a program that the offsets count': zip({}, { prefix: PROGRAM, offsetsFromPrefix: true }),
  'before other data': zip({}, { suffix: NOISE }),
  'with a comment': zip({}, { comment: NOISE }),
  'without a directory': zip({}, { noDirectory: true }),
  'not in the directory': zip({ unlisted: true }),
  'without a local signature': Buffer.concat([Buffer.from('XX'), zip().subarray(2)]),
  'a temporary mark of volumes in front': zip({}, { prefix: Buffer.from('PK00') }),
  zstd: zip({ packed: { method: 93, bytes: zstdCompressSync(TEXT) } }),
  'local size 0': zip({ local: { packed: 0, size: 0 } }),
  'sizes of 0 everywhere': zip({ local: { packed: 0, size: 0 }, central: { packed: 0, size: 0 } }),
  'sizes too small': zip({ local: { packed: 3, size: 3 }, central: { packed: 3, size: 3 } }),
  'stored, the directory says 0': zip({ stored: true, central: { packed: 0, size: 0 } }),
  'the local header says it is encrypted': zip({ local: { flags: 1 } }),
  'the directory says it is encrypted': zip({ central: { flags: 1 } }),
  'both say so and it is not': zip({ central: { flags: 1 }, local: { flags: 1 } }),
})) {
  test(`a member is seen: ${what}`, () => {
    const { members, unseen } = see(bytes);
    assert.deepEqual(members, [['a.txt', 'TEXT']]);
    assert.deepEqual(unseen, []);
  });
}

/** By 7-Zip 26.02: `7zz a -tzip -mtm=off -mm=METHOD x.zip a.txt`. */
const MADE = {
  Deflate64:
    'UEsDBBUAAAAJAAAAIQC3H6w0MAAAAOoAAAAFAAAAYS50eHTdysEJACAMA8BVMoHLOEHRgCDWYgqu7x7e+ypli9hBF+6wxNhOJUTvPEJYmwUftAdQSwECPwMVAAAACQAAACEAtx+sNDAAAADqAAAABQAAAAAAAAAAACCApIEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAUwAAAAAA',
  BZip2:
    'UEsDBC4AAAAMAAAAIQC3H6w0XQAAAOoAAAAFAAAAYS50eHRCWmg5MUFZJlNZdaRUVwAAFROAQAEIAC5L3IAgAHBQMAAIqDUNG0JQdj2OxqNB9GB0Nh+HAyMjcYGRyMDwcDocDI7Gg5GAbDYeD4NRuNB6HI2H8XckU4UJB1pFRXBQSwECPwMuAAAADAAAACEAtx+sNF0AAADqAAAABQAAAAAAAAAAACCApIEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAgAAAAAAA',
  LZMA: 'UEsDBD8AAgAOAAAAIQC3H6w0PAAAAOoAAAAFAAAAYS50eHQaAgUAXQAQAAAAKZlKZiNecU0YDpfEDax6BlBdwYFmhZncec93JVKj5hES2MQM9MHg1IEe2Maj//7+kABQSwECPwM/AAIADgAAACEAtx+sNDwAAADqAAAABQAAAAAAAAAAACCApIEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAXwAAAAAA',
  xz: 'UEsDBBQAAABfAAAAIQC3H6w0bAAAAOoAAAAFAAAAYS50eHT9N3pYWgAAAWki3jYCACEBAAAAADcnl9bgAOkALV0AKZlKZiNecU0YDpfEDax6BlBdwYFmhZncec93JVKj5hES2MQM9MHg1IEctUAAAAAAALcfrDQAAUXqAQAAABn3GEY+MA2LAgAAAAABWVpQSwECPwMUAAAAXwAAACEAtx+sNGwAAADqAAAABQAAAAAAAAAAACCApIEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAjwAAAAAA',
  PPMd: 'UEsDBD8AAABiAAAAIQC3H6w0LgAAAOoAAAAFAAAAYS50eHQHAFMUXW2DVF73EEhbUwIKFVgDigCW4ggKdnP1GhQJhAqHdICsfwAACb1CnRkAUEsBAj8DPwAAAGIAAAAhALcfrDQuAAAA6gAAAAUAAAAAAAAAAAAggKSBAAAAAGEudHh0UEsFBgAAAAABAAEAMwAAAFEAAAAAAA==',
} as const;
for (const [method, base64] of Object.entries(MADE))
  test(`7-Zip's ${method}`, () => {
    const { members, unseen } = see(Buffer.from(base64, 'base64'));
    if (method === 'PPMd') assert.deepEqual([members, unseen], [[['a.txt', '']], ['foreign']]);
    else assert.deepEqual([members, unseen], [[['a.txt', '234 bytes']], []]);
  });

test('several members, folders and empty files', () => {
  const bytes = zipOf([
    { name: 'dir/', bytes: Buffer.alloc(0), stored: true },
    A,
    { name: 'dir/empty', bytes: Buffer.alloc(0), stored: true },
    { name: 'n', bytes: NOISE },
  ]);
  assert.deepEqual(see(bytes), {
    members: [
      ['a.txt', 'TEXT'],
      ['dir/empty', ''],
      ['n', 'NOISE'],
    ],
    unseen: [],
    out: TEXT.length + NOISE.length,
  });
  assert.deepEqual(see(zipOf([])), { members: [], unseen: [], out: 0 });
});

test('joined archives are both read', () => {
  const { members, unseen } = see(Buffer.concat([zip(), zip({ name: 'b', bytes: NOISE, stored: true })]));
  // The directory of the second one may be read as if it were about the first.
  assert.deepEqual(
    members.map(([, text]) => text).filter(text => /^[A-Z]/.test(text)),
    ['TEXT', 'NOISE'],
  );
  assert.deepEqual(unseen, []);
});

test('an archive inside is left to the opening of its member', () => {
  const inner = zipOf([A, { name: 'n', bytes: Buffer.concat(Array.from({ length: 50 }, () => NOISE)), stored: true }, { ...A, name: 'c' }]);
  for (const stored of [true, false]) {
    const packed = stored ? {} : { packed: { method: 8, bytes: deflateRawSync(inner, { level: 0 }) } };
    for (const descriptor of stored ? [{}] : [{}, { descriptor: 'signed' } as const]) {
      const bytes = zipOf([
        { name: 'first', bytes: NOISE },
        { name: 'in.zip', bytes: inner, stored, ...packed, ...descriptor },
        { name: 'z', bytes: NOISE },
      ]);
      assert.deepEqual(see(bytes), {
        members: [
          ['first', 'NOISE'],
          ['in.zip', `${inner.length} bytes`],
          ['z', 'NOISE'],
        ],
        unseen: [],
        out: inner.length + 2 * NOISE.length,
      });
    }
  }
});

test('a directory that points into a member is followed', () => {
  const inner = zipOf([{ name: 'inner', bytes: TEXT }]);
  const bytes = zipOf([{ name: 'outer', bytes: inner, stored: true, central: { offset: 35, name: 'inner', method: 8 } }]);
  assert.deepEqual(see(bytes).members, [
    ['outer', `${inner.length} bytes`],
    ['inner', 'TEXT'],
  ]);
});

test('names that differ are both told', () => {
  assert.deepEqual(see(zip({ central: { name: 'b.exe' } })).members, [['b.exe|a.txt', 'TEXT']]);
  const unicode = Buffer.concat([Buffer.from('757009000100000000', 'hex'), Buffer.from('\u00e9.js')]);
  unicode.writeUInt16LE(unicode.length - 4, 2);
  assert.deepEqual(see(zip({ central: { extra: unicode }, local: { extra: unicode } })).members, [['a.txt|\u00e9.js', 'TEXT']]);
  assert.deepEqual(see(zip({ name: '../../x\0.txt' })).members, [['../../x\0.txt', 'TEXT']]);
  assert.deepEqual(see(zip({ name: '\u202efdp.exe' })).members, [['\u202efdp.exe', 'TEXT']]);
});

test('sizes and methods that differ show both readings', () => {
  assert.deepEqual(see(zip({ stored: true, bytes: Buffer.from('0123456789'), central: { packed: 4, size: 4 } })), {
    members: [
      ['a.txt', '0123456789'],
      ['a.txt', '0123'],
    ],
    unseen: [],
    out: 14,
  });
  const both = see(zip({ central: { method: 0 } }));
  assert.deepEqual(
    both.members.map(([, text]) => text),
    ['TEXT', `${deflateRawSync(TEXT).length} bytes`],
  );
});

test('what is encrypted is told with its name; passwords open it', () => {
  for (const lock of [{}, { aes: 1 }, { aes: 2 }, { aes: 3 }, { aes: 3, aesVersion: 1 }] as const) {
    for (const stored of [true, false]) {
      for (const descriptor of [{}, { descriptor: 'signed' } as const]) {
        const bytes = zip({ password: 'infected', stored, ...lock, ...descriptor });
        assert.deepEqual(see(bytes, []), { members: [['a.txt', '']], unseen: ['encrypted'], out: 0 });
        assert.deepEqual(see(bytes, ['no', '1234']), { members: [['a.txt', '']], unseen: ['encrypted'], out: 0 });
        assert.deepEqual(see(bytes, ['no', 'infected']), { members: [['a.txt', 'TEXT']], unseen: [], out: TEXT.length });
      }
    }
  }
  assert.deepEqual(see(zip({ password: 'p\u00e4ss' }), ['p\u00e4ss']).members, [['a.txt', 'TEXT']]);
  assert.deepEqual(see(zip({ central: { flags: 0x2041 }, local: { flags: 0x2041 }, password: 'x' }), ['x']).unseen, ['encrypted']);
});

test('damage: what came out is there, and that it is damaged', () => {
  const large = zip({ bytes: Buffer.from(Array.from({ length: 100_000 }, numbers(3))) });
  const cut = see(large.subarray(0, 60_000));
  assert.equal(cut.members.length, 1);
  assert.ok(cut.out > 50_000);
  assert.deepEqual(cut.unseen, ['damaged']);
  const stored = see(zip({ stored: true }).subarray(0, 500));
  assert.deepEqual([stored.out, stored.unseen], [500 - 35, ['damaged']]);
  assert.deepEqual(see(zip({ central: { crc: 5 }, local: { crc: 5 } })), {
    members: [['a.txt', 'TEXT']],
    unseen: ['damaged'],
    out: TEXT.length,
  });
  assert.deepEqual(see(zip().subarray(0, 20)).unseen, ['damaged']);
  assert.deepEqual(see(zip({ unlisted: false }).subarray(60)).unseen, ['damaged']);
});

test('methods that nothing here knows', () => {
  assert.deepEqual(see(zip({ packed: { method: 98, bytes: NOISE } })), { members: [['a.txt', '']], unseen: ['foreign'], out: 0 });
  assert.deepEqual(see(zip({ packed: { method: 97, bytes: NOISE } })).unseen, ['method']);
  assert.deepEqual(see(zip({ packed: { method: 98, bytes: NOISE } }, { noDirectory: true })).unseen, ['method']);
});

test('volumes of a split archive', () => {
  assert.deepEqual(see(zip({ central: { disk: 1, offset: 99_999 } }).subarray(40)).unseen, ['split_archive']);
  const first = Buffer.concat([Buffer.from('504b0708', 'hex'), zip({ bytes: NOISE, stored: true }).subarray(0, 2_000)]);
  assert.deepEqual([...new Set(see(first).unseen)], ['split_archive']);
});

test('bombs end within the room', () => {
  const zeros = zip({ bytes: Buffer.alloc(20_000_000) });
  assert.deepEqual(see(zeros, [], 1_000_000), { members: [['a.txt', '']], unseen: ['too_large'], out: 0 });
  const kernel = deflateRawSync(Buffer.alloc(2_000_000));
  const many = zipOf(
    Array.from({ length: 50 }, (_, n) => ({ name: `${n}`, bytes: Buffer.alloc(2_000_000), packed: { method: 8, bytes: kernel } })),
  );
  const seen = see(many, [], 5_000_000);
  assert.ok(seen.out <= 5_000_000);
  assert.equal(seen.unseen.filter(why => why === 'too_large').length, 48);
  assert.deepEqual(see(many, [], 1 << 28, 3).unseen, ['too_many_parts']);
});

test('four bytes by chance are no archive', () => {
  const chance = Buffer.concat([NOISE, Buffer.from('PK\x03\x04', 'latin1'), NOISE, Buffer.from('PK\x03\x04', 'latin1')]);
  assert.equal(looksLikeZipInside(chance), false);
  assert.deepEqual(see(chance), { members: [], unseen: [], out: 0 });
  assert.equal(looksLikeZipInside(Buffer.concat([NOISE, zip()])), true);
  assert.equal(looksLikeZipInside(Buffer.concat([Buffer.from('XX'), zip().subarray(2)])), true);
});

test('hostile crowds of records end soon', () => {
  const header = zip({ name: 'n' }, { noDirectory: true }).subarray(0, 31);
  const crowd = Buffer.concat([...Array.from({ length: 20_000 }, () => header), Buffer.alloc(1_000)]);
  const end = zipOf([]);
  const ends = Buffer.concat(Array.from({ length: 20_000 }, () => end));
  const entry = zipOf([{ ...A, central: { offset: 0 } }]).subarray(-22 - 46 - 5);
  const entries = Buffer.concat(Array.from({ length: 20_000 }, () => entry));
  const bare = Buffer.from(header);
  bare.writeUInt16LE(8, 6);
  bare.writeUInt16LE(0, 8);
  bare.fill(0, 14, 26);
  const streams = Buffer.concat(Array.from({ length: 20_000 }, () => bare));
  for (const bytes of [crowd, ends, entries, Buffer.concat([zip(), entries]), streams]) {
    const started = spentMs();
    see(bytes, ['a', 'b']);
    assert.ok(spentMs() - started < SOON_MS);
  }
});

test('damaged at random: nothing is thrown, and what comes out is bounded', () => {
  const random = randomFrom(42);
  const whole = zipOf([
    A,
    { ...A, name: 'b', stored: true },
    { ...A, name: 'c', aes: 1, password: 'x' },
    { ...A, name: 'd', descriptor: 'signed', zip64: true },
    { ...A, name: 'e', password: 'x' },
  ]);
  for (let i = 0; i < 600; i++) {
    const bytes = Buffer.from(whole.subarray(0, i % 3 === 0 ? Math.floor(random() * whole.length) : whole.length));
    for (let n = 0; n < 1 + (i % 7); n++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const { out } = see(bytes, ['x'], 50_000);
    assert.ok(out <= 50_000);
  }
});
