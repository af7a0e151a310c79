// The archive library in its worker: what comes out, each bound, what is damaged, and that it runs under the permissions of the scanner.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { cabOf } from '../../../test/archives/cab.ts';
import { rar4Of, rar5Of } from '../../../test/archives/rar.ts';
import { MiB } from '../../limits.ts';
import { unpackForeign, type Unpacked } from './libarchive.ts';

const FIRST = Buffer.from(Array.from({ length: 60 }, (_, n) => `${n} bottles of milk on the wall\n`).join(''));
const SECOND = Buffer.from('the second text\n'.repeat(20));
const BOTH = [`first.txt:${FIRST.length}`, `second.txt:${SECOND.length}`];

/** `7z a -m0=ppmd` and `7z a -m0=ppmd -psecret` (Debian p7zip-full), `jlha a` (jlha-utils), of the two texts. */
const PPMD = Buffer.from(
  'N3q8ryccAATPdYjG8gAAAAAAAAAhAAAAAAAAANTrfgMAL+/YF9N8T7JvgAPYLMD+KXqRrYb06e84VEyb91ec2agvkNGgXLO9kf4yDwxpJHW95iA/R0rESpTqO5aS5P03SnOzRuIyIWI42AowQSalggUbAwxOgJ4h/kxK74On81vxZlwmcZiJxZEjly3qi7ftd3Z7+85tE4g4AOt0DzZPDsLepPmymjmXPKAyAAAAAAAAgTMHrg/VL/yI1mwpH0grQUCT19YGScDxH9B4mnt3TliCQ0qEMtBgfFrBjoluC4XouLw+5ba48MaHoC6RhPz5AwSq2tvSJBmq2bxlOn/sRfF26ZYJ60oZofQpc+3mX7PWgBcGgI8BCWMABwsBAAEjAwEBBV0AEAAADHoKAdV1RggAAA==',
  'base64',
);
const ENCRYPTED = Buffer.from(
  'N3q8ryccAAR9QvfcIAAAAAAAAAByAAAAAAAAAJRo930UbsgM3RT2tvIjqyHe88p4DqSqDep+Yt8qLfiZ1z8GFgEEBgABCSAABwsBAAIkBvEHARJTDybGEFZ5tmgzCzCaYM4r8CgjAwQBBQYAAAEAAQAMGIFAAAgKAUQ890IAAAUBGQoAAAAAAAAAAAAAERcAcwBlAGMAbwBuAGQALgB0AHgAdAAAABkAFQYBACCApIEAAA==',
  'base64',
);
const LH5 = Buffer.from(
  'KwAtbGg1LaQAAAA6BwAAuzsGayACWQwABQAA2WYMAAFmaXJzdC50eHQAAACOU3GBSKO1/wAlzwAVcCayexY8vUHpHEcaYAAEAC3unfOtY4/Jnwnz1j2mfqa88J/7YxstWtVr1bFWzVvKredW9Kt6gNsWAtUFygvUGCgxUGSgzUGig1YGrXjGDVgasDVgasDVgasDVgauDVwavezQNXBq4NXBq4NXBq4NYBrANYBrF80QawDWAawDWAawDWQayDWQayDWb8EA1kGsg1kGsg1ALAAtbGg1LR0AAABAAQAAuzsGayAC+awABQAA+PANAAFzZWNvbmQudHh0AAAAEjtuZ/1dgD8LjyKRQegygZdgRSRhe6gI6m/9wAA=',
  'base64',
);

const unpack = (bytes: Buffer, most = MiB, mostMembers = 100, ms = 10_000): Promise<Unpacked> =>
  unpackForeign(bytes, most, mostMembers, ms);
const told = ({ members }: Unpacked): readonly string[] => members.map(({ name, bytes }) => `${name}:${bytes.length}`);

test('7z with PPMd, LHA, RAR and cabinets come out whole', async () => {
  for (const bytes of [PPMD, LH5]) {
    const found = await unpack(bytes);
    assert.equal(found.why, null);
    assert.deepEqual(told(found), BOTH);
    assert.deepEqual(
      found.members.map(member => member.bytes),
      [FIRST, SECOND],
    );
  }
  const entries = [
    { name: 'first.txt', bytes: FIRST },
    { name: 'second.txt', bytes: SECOND },
  ];
  for (const bytes of [rar4Of(entries), rar5Of(entries), cabOf(entries)]) {
    const found = await unpack(bytes);
    assert.deepEqual([found.why, told(found)], [null, BOTH]);
  }
});

test('a name that is not ASCII comes out', async () => {
  const found = await unpack(rar4Of([{ name: 'h\u00e9\u4e2d.txt', plainName: 'h__.txt', bytes: FIRST }]));
  assert.deepEqual([found.why, told(found)], [null, [`h\u00e9\u4e2d.txt:${FIRST.length}`]]);
});

test('what is too much is not begun', async () => {
  assert.deepEqual(await unpack(PPMD, FIRST.length + SECOND.length - 1), { members: [], why: 'too_large' });
  assert.equal((await unpack(PPMD, FIRST.length + SECOND.length)).why, null);
  assert.deepEqual(await unpack(PPMD, MiB, 1), { members: [], why: 'too_many_parts' });
  assert.deepEqual(await unpack(PPMD, MiB, 100, 0), { members: [], why: 'time' });
});

test('encrypted: its names are told', async () => {
  const found = await unpack(ENCRYPTED);
  assert.deepEqual([found.why, told(found)], ['encrypted', ['second.txt:0']]);
  assert.equal((await unpack(rar4Of([], { encryptedHeaders: true }))).why, 'encrypted');
});

test('damage is told, with what came out before it', async () => {
  assert.equal((await unpack(PPMD.subarray(0, -1))).why, 'damaged');
  assert.equal((await unpack(Buffer.from('nothing of all this'))).why, 'damaged');
  assert.equal((await unpack(Buffer.alloc(0))).why, 'damaged');
  const entries = [
    { name: 'first.txt', bytes: FIRST },
    { name: 'second.txt', bytes: SECOND, packed: true },
  ];
  for (const bytes of [rar4Of(entries), rar5Of(entries)]) {
    const found = await unpack(bytes);
    assert.notEqual(found.why, null);
    assert.equal(told(found)[0], BOTH[0]);
  }
  const cut = await unpack(cabOf(entries, { method: 'store' }).subarray(0, -10));
  assert.notEqual(cut.why, null);
  assert.equal(told(cut)[0], BOTH[0]);
});

test('an archive that the library takes for another kind is not believed', async () => {
  const zip = Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64');
  const found = await unpack(Buffer.concat([rar4Of([{ name: 'first.txt', bytes: FIRST, packed: true }], { noEnd: true }), zip]));
  assert.notEqual(found.why, null);
});

test('no bytes break it', async () => {
  for (let round = 0; round < 24; round++) {
    const bytes = Buffer.from([PPMD, LH5, cabOf([{ name: 'a', bytes: FIRST }])][round % 3] as Buffer);
    for (let n = 0; n < 4; n++) bytes[(round * 7919 + n * 104_729) % bytes.length] = (round * 31 + n * 17) & 0xff;
    const { members } = await unpack(bytes);
    assert.ok(members.reduce((all, member) => all + member.bytes.length, 0) <= MiB);
  }
});

test('it runs under the permissions of the scanner', () => {
  const root = new URL('../../../', import.meta.url).pathname;
  const script = `
    const { unpackForeign } = await import(${JSON.stringify(new URL('./libarchive.ts', import.meta.url).href)});
    const found = await unpackForeign(Buffer.from(${JSON.stringify(PPMD.toString('base64'))}, 'base64'), 1e6, 10, 10_000);
    console.log(found.why, found.members.length);`;
  const flags = ['--no-warnings', '--permission', '--allow-worker', `--allow-fs-read=${root}`, '--input-type=module', '-e', script];
  assert.equal(execFileSync(process.execPath, flags, { encoding: 'utf8', env: {} }).trim(), 'null 2');
});
