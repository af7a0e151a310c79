// One folder of a 7z archive, unpacked: its coders in the order in which they feed each other (method ids of the LZMA SDK).
import { bcj2 } from '../codecs/bcj2.ts';
import * as branch from '../codecs/branch.ts';
import { bzip2 } from '../codecs/bzip2.ts';
import { deflate64 } from '../codecs/deflate64.ts';
import { lzmaRaw, readLzmaProperties } from '../codecs/lzma.ts';
import { lzma2 } from '../codecs/lzma2.ts';
import { zstd } from '../codecs/zstd.ts';
import type { Unpacked } from '../opener.ts';
import { decryptSevenZip, readLock, type Keys } from './seven-zip-crypto.ts';
import { mainCoder, type Coder, type Folder } from './seven-zip-header.ts';
import { inflate, orDamaged } from './zip-methods.ts';

const NOTHING = Buffer.alloc(0);
export const AES = 0x06f10701;
const BCJ2 = 0x0303011b;

/** `foreign`: a coder that nothing here knows. */
export type Made = { readonly bytes: Buffer; readonly why: 'damaged' | 'too_large' | 'foreign' | 'encrypted' | null };

const FILTERS: ReadonlyMap<number, (bytes: Buffer) => Buffer> = new Map([
  [0x04, branch.bcjX86],
  [0x05, branch.bcjPowerPc],
  [0x06, branch.bcjIa64],
  [0x07, branch.bcjArm],
  [0x08, branch.bcjArmThumb],
  [0x09, branch.bcjSparc],
  [0x0a, branch.bcjArm64],
  [0x03030103, branch.bcjX86],
  [0x03030205, branch.bcjPowerPc],
  [0x03030401, branch.bcjIa64],
  [0x03030501, branch.bcjArm],
  [0x03030701, branch.bcjArmThumb],
  [0x03030805, branch.bcjSparc],
]);
const DELTA = 0x03;
const CODECS: ReadonlyMap<number, (packed: Buffer, most: number, size: number, properties: Buffer) => Unpacked> = new Map([
  [0x00, (packed: Buffer, most: number, size: number) => copied(packed, most, size)],
  [0x21, (packed: Buffer, most: number) => lzma2(packed, most)],
  [0x030101, lzma],
  [0x040108, (packed: Buffer, most: number, size: number) => inflate(packed, most, size)],
  [0x040109, (packed: Buffer, most: number) => deflate64(packed, most)],
  [0x040202, (packed: Buffer, most: number) => bzip2(packed, most)],
  [0x04f71101, (packed: Buffer, most: number) => orDamaged(zstd(packed, most))],
]);

export const isLocked = (folder: Folder): boolean => folder.coders.some(({ id }) => id === AES);
export const isKnown = (folder: Folder): boolean =>
  folder.coders.every(({ id, inputs }) =>
    id === BCJ2 ? inputs === 4 : inputs === 1 && (id === AES || id === DELTA || FILTERS.has(id) || CODECS.has(id)),
  );

type Work = {
  readonly folder: Folder;
  readonly streams: readonly Buffer[];
  readonly most: number;
  readonly password: string | null;
  readonly keys: Keys;
  /** Coders under way or done: none is run twice. */
  readonly met: Set<number>;
};

/** The first `most` bytes of a folder whose packed streams are `streams`. */
export function unpackFolder(folder: Folder, streams: readonly Buffer[], most: number, password: string | null, keys: Keys): Made {
  const main = mainCoder(folder);
  if (main < 0 || folder.sizes.length !== folder.coders.length || streams.length !== folder.packed.length)
    return { bytes: NOTHING, why: 'damaged' };
  if (!isKnown(folder)) return { bytes: NOTHING, why: 'foreign' };
  return run({ folder, streams, most, password, keys, met: new Set() }, main);
}

function run(work: Work, index: number): Made {
  const { folder, met } = work;
  const coder = folder.coders[index];
  if (!coder || met.has(index)) return { bytes: NOTHING, why: 'damaged' };
  met.add(index);
  const first = folder.coders.slice(0, index).reduce((sum, { inputs }) => sum + inputs, 0);
  const inputs: Buffer[] = [];
  let before: Made['why'] = null;
  for (let input = first; input < first + coder.inputs; input++) {
    const from = folder.bound.get(input);
    const made: Made = from === undefined ? { bytes: work.streams[folder.packed.indexOf(input)] ?? NOTHING, why: null } : run(work, from);
    inputs.push(made.bytes);
    before ??= made.why;
    if (before === 'encrypted') return { bytes: NOTHING, why: before };
  }
  const { bytes, why } = code(work, coder, inputs, folder.sizes[index] ?? 0);
  // What an input lacked is why something is missing here.
  return { bytes, why: before ?? why };
}

function code({ most, password, keys }: Work, coder: Coder, inputs: readonly Buffer[], size: number): Made {
  const [packed = NOTHING, call = NOTHING, jump = NOTHING, range = NOTHING] = inputs;
  const wanted = Math.min(size, most);
  if (coder.id === AES) {
    const lock = readLock(coder.properties);
    const key = lock && password !== null ? keys.of(lock, password) : null;
    if (!lock || !key) return { bytes: NOTHING, why: 'encrypted' };
    return { bytes: decryptSevenZip(packed, key, lock.iv).subarray(0, size), why: null };
  }
  const filter = coder.id === DELTA ? branch.delta((coder.properties[0] ?? 0) + 1) : FILTERS.get(coder.id);
  if (filter) return ended(filter(packed.subarray(0, wanted)), null, size, most);
  const codec = CODECS.get(coder.id);
  const made = coder.id === BCJ2 ? bcj2(packed, call, jump, range, wanted) : codec?.(packed, wanted, size, coder.properties);
  return made ? ended(made.bytes, made.why, size, most) : { bytes: NOTHING, why: 'foreign' };
}

/** As large as it should be, larger than may be, or less than was told. */
function ended(bytes: Buffer, why: Unpacked['why'], size: number, most: number): Made {
  if (bytes.length === size) return { bytes, why: why === 'too_large' ? null : why && 'damaged' };
  if (size > most && bytes.length >= most) return { bytes, why: 'too_large' };
  if (size > most && why === 'too_large') return { bytes, why };
  return { bytes, why: 'damaged' };
}

function copied(packed: Buffer, most: number, size: number): Unpacked {
  return { bytes: packed.subarray(0, Math.min(size, most)), used: packed.length, why: null };
}

function lzma(packed: Buffer, most: number, size: number, properties: Buffer): Unpacked {
  const model = readLzmaProperties(properties);
  return model ? lzmaRaw(model, packed, most, size) : { bytes: NOTHING, used: 0, why: 'damaged' };
}
