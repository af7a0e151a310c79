// All central directories of the bytes, wherever they stand and however many there are, and which local headers they point to. Offsets
// count from the start of the archive, which need not be the start of the bytes.
import {
  CENTRAL,
  LOCAL,
  centralAt,
  endAt,
  isPlausible,
  isPlausibleEntry,
  signatureAt,
  type CentralEntry,
  type EndRecord,
} from './zip-records.ts';

/** Entries of all directories; honest archives that we look into have fewer by far. */
const MOST_ENTRIES = 1 << 16;
const MOST_ENDS = 4_096;

/** Entries that follow each other, and the end records that point into them; `outermost`: the last one in the bytes does. */
export type Run = { readonly at: number; end: number; readonly entries: CentralEntry[]; readonly ends: EndRecord[]; outermost: boolean };
export type Claim = { readonly entry: CentralEntry; readonly run: Run };
export type Directory = {
  /** By local header. */
  readonly claims: ReadonlyMap<number, readonly Claim[]>;
  /** Entries that point to no local header, with the places where it should be. */
  readonly lost: readonly (Claim & { readonly places: readonly number[] })[];
  readonly overflow: boolean;
  /** One of several volumes. */
  readonly split: boolean;
};

export function directoryOf(bytes: Buffer): Directory {
  const { runs, ends, overflow } = recordsOf(bytes);
  for (const end of ends) for (const run of pointedBy(end, runs)) run.ends.push(end);
  const last = ends.at(-1);
  for (const run of last ? pointedBy(last, runs) : []) run.outermost = true;
  const claims = new Map<number, Claim[]>();
  const lost: (Claim & { places: readonly number[] })[] = [];
  let firstLocal = firstPlausible(bytes, 0);
  for (const run of runs) {
    const bases = basesOf(run, firstLocal);
    for (const entry of run.entries) {
      const places = bases.map(base => base + entry.offset);
      const hits = places.filter(at => signatureAt(bytes, at) === LOCAL);
      // Offsets that count from the very start, against what the end record says: only where nothing else fits, or for the outermost
      // directory. In an archive inside of this one they would point at members of this one.
      if (signatureAt(bytes, entry.offset) === LOCAL && !hits.includes(entry.offset)) {
        if (run.ends.length === 0 || run.outermost || (hits.length === 0 && sameName(bytes, entry))) hits.push(entry.offset);
      }
      for (const at of hits) {
        const before = claims.get(at);
        if (before) before.push({ entry, run });
        else claims.set(at, [{ entry, run }]);
      }
      if (hits.length === 0 && (isPlausibleEntry(bytes, entry.at) || run.ends.some(end => startsAt(end, run))))
        lost.push({ entry, run, places: [...new Set([...places, entry.offset])] });
    }
    if (firstLocal >= 0 && firstLocal < run.end) firstLocal = firstPlausible(bytes, run.end);
  }
  return {
    claims,
    lost,
    overflow,
    split: ends.some(end => end.disk > 0 && end.disk < 0xffff && pointedBy(end, runs).some(run => isPlausibleEntry(bytes, run.at))),
  };
}

type Records = { readonly runs: readonly Run[]; readonly ends: readonly EndRecord[]; readonly overflow: boolean };

function recordsOf(bytes: Buffer): Records {
  const runs: Run[] = [];
  const ends: EndRecord[] = [];
  let count = 0;
  for (let at = bytes.indexOf('PK'); at >= 0; at = bytes.indexOf('PK', at)) {
    const third = bytes[at + 2];
    if (third !== 1 && third !== 5 && third !== 6) {
      at += 2;
      continue;
    }
    const entry = signatureAt(bytes, at) === CENTRAL ? centralAt(bytes, at) : null;
    const end = entry ? null : endAt(bytes, at);
    if (count >= MOST_ENTRIES || ends.length >= MOST_ENDS) return { runs, ends, overflow: true };
    if (end) ends.push(end);
    if (!entry) {
      at += 2;
      continue;
    }
    count++;
    const run = runs.at(-1);
    if (run?.end === at) {
      run.entries.push(entry);
      run.end = entry.end;
    } else runs.push({ at, end: entry.end, entries: [entry], ends: [], outermost: false });
    // A comment or extra field that is said to be long may hide entries: the next is looked for right behind the fixed part.
    at = signatureAt(bytes, entry.end) === CENTRAL || endAt(bytes, entry.end) ? entry.end : at + 46;
  }
  return { runs, ends, overflow: false };
}

/** The runs that the end record points into: by its offset, by its size, or by standing right behind. */
function pointedBy(end: EndRecord, runs: readonly Run[]): readonly Run[] {
  const found = [runAt(runs, end.offset), runAt(runs, end.at - end.size), runAt(runs, end.at - 1)];
  return [...new Set(found.filter(run => run !== null))];
}

const startsAt = ({ at, size, offset }: EndRecord, run: Run): boolean => size >= 46 && (offset === run.at || at - size === run.at);

/** The run whose bytes hold `at`, which is one past the end for the record behind it. */
function runAt(runs: readonly Run[], at: number): Run | null {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as Run).at <= at) low = middle + 1;
    else high = middle;
  }
  const run = runs[low - 1];
  return run && at < run.end ? run : null;
}

function basesOf(run: Run, firstLocal: number): readonly number[] {
  const bases = new Set<number>();
  for (const end of run.ends.slice(0, 8)) {
    bases.add(end.at - end.size - end.offset);
    bases.add(run.at - end.offset);
  }
  const lowest = run.entries.reduce((least, { offset }) => Math.min(least, offset), Infinity);
  if (run.ends.length === 0 && firstLocal >= 0) bases.add(firstLocal - lowest);
  return [...bases].filter(base => Number.isSafeInteger(base) && base >= -0xffffffff);
}

function firstPlausible(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf('PK\x03\x04', from, 'latin1'); at >= 0; at = bytes.indexOf('PK\x03\x04', at + 4, 'latin1'))
    if (isPlausible(bytes, at)) return at;
  return -1;
}

function sameName(bytes: Buffer, entry: CentralEntry): boolean {
  const length = bytes.readUInt16LE(entry.at + 28);
  const name = bytes.subarray(entry.at + 46, entry.at + 46 + length);
  return entry.offset + 30 + length <= bytes.length && bytes.subarray(entry.offset + 30, entry.offset + 30 + length).equals(name);
}
