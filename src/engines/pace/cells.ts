// What all threads share of each pair of sending IP and provider, in one SharedArrayBuffer: its limits, as the owner on the main thread publishes
// them, and the two numbers that doors change by compare and exchange: how far the pace is given away, and the day's count.
// A reader may see old and new limits mixed for a moment: each of them is a bound by itself.
import { createHash } from 'node:crypto';
import type { Limits } from '../../shaping/gate.ts';
import { CELLS, PROBES } from './bounds.ts';

const WORDS = 14;
const HEAD_WORDS = 1;
const MARK = 0;
const PAID_UNTIL = 1;
const DAY = 2;
const SEEN = 3;
const WARMING = 4;
const PER_SECOND = 5;
const BURST = 6;
const HELD_UNTIL = 7;
const CONNECTIONS = 8;
const SESSION = 9;
const DAY_CAP = 10;
const WARM_CAP = 11;
const WARM_PER_SECOND = 12;
const UTC_OFFSET = 13;
/** Times that are given away are kept in µs, rates in millionths: words are whole numbers. */
const FINE = 1_000;
const MILLION = 1_000_000;
const NONE = -1n;

export type DayUse = { readonly number: number; readonly used: number };
export type Cell = {
  readonly limits: () => Limits;
  readonly publish: (limits: Limits) => void;
  readonly warming: () => boolean;
  readonly setWarming: (on: boolean) => void;
  readonly paidUntil: () => number;
  /** False: somebody else changed it; look again. */
  readonly setPaidUntil: (before: number, after: number) => boolean;
  readonly day: () => DayUse;
  readonly setDay: (before: DayUse, after: DayUse) => boolean;
};
export type Cells = {
  readonly memory: SharedArrayBuffer;
  /** The pair's cell; one that is new, or was given to others meanwhile, begins with the limits that `first` gives. */
  readonly of: (key: string, now: number, first: () => Limits) => Cell;
  /** The same without making one. */
  readonly find: (key: string) => Cell | null;
};

export const newPaceMemory = (): SharedArrayBuffer => new SharedArrayBuffer((HEAD_WORDS + CELLS * WORDS) * 8);

export const keyOf = (ip: string | null, provider: string): string => `${ip ?? ''}|${provider}`;

export function openCells(memory: SharedArrayBuffer): Cells {
  const words = new BigInt64Array(memory);
  const lock = new Int32Array(memory, 0, 2);
  const at = (cell: number, word: number): number => HEAD_WORDS + cell * WORDS + word;

  const search = (key: string): { readonly mark: bigint; readonly first: number; readonly cell: number } => {
    const digest = createHash('sha1').update(key).digest();
    const mark = digest.readBigInt64LE(0) | 1n;
    const first = digest.readUInt32LE(8);
    for (let i = 0; i < PROBES; i++) {
      const cell = (first + i) & (CELLS - 1);
      if (Atomics.load(words, at(cell, MARK)) === mark) return { mark, first, cell };
    }
    return { mark, first, cell: -1 };
  };

  /** A free cell, else the one that was not used for longest. */
  const toTake = (first: number): number => {
    let oldest = first & (CELLS - 1);
    for (let i = 0; i < PROBES; i++) {
      const cell = (first + i) & (CELLS - 1);
      if (Atomics.load(words, at(cell, MARK)) === 0n) return cell;
      if (Atomics.load(words, at(cell, SEEN)) < Atomics.load(words, at(oldest, SEEN))) oldest = cell;
    }
    return oldest;
  };

  /** Making a cell is rare: one thread at a time, so that no pair ever has two. The mark is written last. */
  const make = (key: string, first: () => Limits): number => {
    while (Atomics.compareExchange(lock, 0, 0, 1) !== 0) Atomics.wait(lock, 0, 1, 10);
    try {
      const found = search(key);
      if (found.cell >= 0) return found.cell;
      const cell = toTake(found.first);
      Atomics.store(words, at(cell, MARK), 0n);
      for (let word = MARK + 1; word < WORDS; word++) Atomics.store(words, at(cell, word), 0n);
      publish(cell, first());
      Atomics.store(words, at(cell, MARK), found.mark);
      return cell;
    } finally {
      Atomics.store(lock, 0, 0);
      Atomics.notify(lock, 0, 1);
    }
  };

  const publish = (cell: number, limits: Limits): void => {
    const put = (word: number, value: number | null): void =>
      void Atomics.store(words, at(cell, word), value === null ? NONE : BigInt(Math.round(value)));
    put(HELD_UNTIL, limits.heldUntil);
    // A rate that rounds to nothing would stop a pair for good.
    put(PER_SECOND, limits.perSecond === null ? null : Math.max(1, limits.perSecond * MILLION));
    put(BURST, limits.burst);
    put(CONNECTIONS, limits.connections);
    put(SESSION, limits.mailsPerConnection);
    put(DAY_CAP, limits.dayCap);
    put(WARM_CAP, limits.warmCap);
    put(WARM_PER_SECOND, Math.max(1, limits.warmPerSecond * MILLION));
    put(UTC_OFFSET, limits.utcOffsetHours * 3_600_000);
  };

  const read = (cell: number): Limits => {
    const get = (word: number): number => Number(Atomics.load(words, at(cell, word)));
    const orNone = (value: number): number | null => (value < 0 ? null : value);
    const rate = get(PER_SECOND);
    return {
      perSecond: rate < 0 ? null : rate / MILLION,
      burst: get(BURST),
      heldUntil: get(HELD_UNTIL),
      connections: get(CONNECTIONS),
      mailsPerConnection: get(SESSION),
      dayCap: orNone(get(DAY_CAP)),
      warmCap: get(WARM_CAP),
      warmPerSecond: get(WARM_PER_SECOND) / MILLION,
      utcOffsetHours: get(UTC_OFFSET) / 3_600_000,
    };
  };

  const change = (cell: number, word: number, before: bigint, after: bigint): boolean =>
    Atomics.compareExchange(words, at(cell, word), before, after) === before;
  const view = (cell: number): Cell => ({
    limits: () => read(cell),
    publish: limits => publish(cell, limits),
    warming: () => Atomics.load(words, at(cell, WARMING)) === 1n,
    setWarming: on => void Atomics.store(words, at(cell, WARMING), on ? 1n : 0n),
    paidUntil: () => Number(Atomics.load(words, at(cell, PAID_UNTIL))) / FINE,
    setPaidUntil: (before, after) => change(cell, PAID_UNTIL, fine(before), fine(after)),
    day: () => unpacked(Atomics.load(words, at(cell, DAY))),
    setDay: (before, after) => change(cell, DAY, packed(before), packed(after)),
  });

  return {
    memory,
    of: (key, now, first) => {
      const found = search(key).cell;
      const cell = found >= 0 ? found : make(key, first);
      Atomics.store(words, at(cell, SEEN), BigInt(now));
      return view(cell);
    },
    find: key => {
      const { cell } = search(key);
      return cell < 0 ? null : view(cell);
    },
  };
}

/** Up, so that rounding never gives a place away early. */
const fine = (ms: number): bigint => BigInt(Math.ceil(ms * FINE));
const packed = ({ number, used }: DayUse): bigint => (BigInt(number) << 32n) | BigInt(used);
const unpacked = (word: bigint): DayUse => ({ number: Number(word >> 32n), used: Number(word & 0xffffffffn) });
