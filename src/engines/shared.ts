// One state for all doors: counters, places and the budget of bytes in flight in one SharedArrayBuffer, changed by Atomics. The table
// has a fixed size; when its neighbourhood is full the oldest ended window makes room, and a place that finds none is refused.
import { createHash } from 'node:crypto';
import type { Shared } from './types.ts';

const CELLS = 1 << 16;
const PROBES = 16;
/** Header words: generation, draining, and the budget in KiB. */
const GENERATION = 0;
const DRAINING = 1;
const BYTES = 2;
const HEAD = 16;

export type SharedState = Shared & {
  readonly memory: SharedArrayBuffer;
  readonly raiseGeneration: () => void;
  readonly drain: () => void;
};

/** `budget`: bytes in flight of the whole process. Each cell is a 64-bit mark (hash and kind), a window end and a value. */
export function openShared(
  budget: number,
  now: () => number,
  memory = new SharedArrayBuffer((HEAD + CELLS * 4) * 4 + CELLS * 8),
): SharedState {
  const words = new Int32Array(memory, 0, HEAD + CELLS * 4);
  const marks = new BigInt64Array(memory, (HEAD + CELLS * 4) * 4, CELLS);
  const budgetKiB = Math.floor(budget / 1024);
  const valueAt = (cell: number): number => HEAD + cell * 4;
  const endAt = (cell: number): number => HEAD + cell * 4 + 1;
  // Window ends are kept in 100 ms ticks from the start of 2026, which fit 31 bits for six years; wrapped after that.
  const tick = (at: number): number => Math.floor(at / 100) & 0x7fffffff;
  const ended = (cell: number, at: number): boolean => ((Atomics.load(words, endAt(cell)) - tick(at)) | 0) <= 0;

  const find = (key: string): { mark: bigint; first: number } => {
    const digest = createHash('sha1').update(key).digest();
    const mark = digest.readBigInt64LE(0) | 1n;
    return { mark, first: digest.readUInt32LE(8) };
  };
  const lookUp = (key: string): number => {
    const { mark, first } = find(key);
    for (let i = 0; i < PROBES; i++) {
      const cell = (first + i) & (CELLS - 1);
      if (Atomics.load(marks, cell) === mark) return cell;
    }
    return -1;
  };
  /** The key's cell, taken if it has none; `reusable` says which foreign cells may be taken over. -1: none. */
  const claim = (key: string, reusable: (cell: number) => boolean): number => {
    const kept = lookUp(key);
    if (kept >= 0) return kept;
    const { mark, first } = find(key);
    for (let i = 0; i < PROBES; i++) {
      const cell = (first + i) & (CELLS - 1);
      const there = Atomics.load(marks, cell);
      if (there !== 0n && !reusable(cell)) continue;
      if (Atomics.compareExchange(marks, cell, there, mark) !== there) continue;
      Atomics.store(words, valueAt(cell), 0);
      Atomics.store(words, endAt(cell), 0);
      return cell;
    }
    return -1;
  };
  const windowKey = (key: string, windowMs: number): string => `w${windowMs}/${key}`;
  const idle = (cell: number): boolean =>
    Atomics.load(words, valueAt(cell)) === 0 || (Atomics.load(words, endAt(cell)) !== 0 && ended(cell, now()));

  return {
    memory,
    count: (key, windowMs, by = 1) => {
      const cell = claim(windowKey(key, windowMs), idle);
      if (cell < 0) return Number.MAX_SAFE_INTEGER;
      const at = now();
      const end = Atomics.load(words, endAt(cell));
      if (end === 0 || ended(cell, at)) {
        if (Atomics.compareExchange(words, endAt(cell), end, tick(at + windowMs) || 1) === end) Atomics.store(words, valueAt(cell), 0);
      }
      return Atomics.add(words, valueAt(cell), by) + by;
    },
    peek: (key, windowMs) => {
      const cell = lookUp(windowKey(key, windowMs));
      const at = now();
      if (cell < 0 || ended(cell, at)) return { value: 0, endsAt: at + windowMs };
      const left = (Atomics.load(words, endAt(cell)) - tick(at)) * 100;
      return { value: Atomics.load(words, valueAt(cell)), endsAt: at + Math.max(0, left) };
    },
    enter: (key, limit) => {
      const cell = claim(`p/${key}`, idle);
      if (cell < 0) return false;
      if (Atomics.add(words, valueAt(cell), 1) < limit) return true;
      Atomics.sub(words, valueAt(cell), 1);
      return false;
    },
    leave: key => {
      const cell = lookUp(`p/${key}`);
      if (cell >= 0 && Atomics.sub(words, valueAt(cell), 1) <= 0) Atomics.store(words, valueAt(cell), 0);
    },
    inside: key => {
      const cell = lookUp(`p/${key}`);
      return cell < 0 ? 0 : Atomics.load(words, valueAt(cell));
    },
    reserveBytes: bytes => {
      const kib = Math.ceil(bytes / 1024);
      if (Atomics.add(words, BYTES, kib) + kib <= budgetKiB) return true;
      Atomics.sub(words, BYTES, kib);
      return false;
    },
    releaseBytes: bytes => void Atomics.sub(words, BYTES, Math.ceil(bytes / 1024)),
    generation: () => Atomics.load(words, GENERATION),
    draining: () => Atomics.load(words, DRAINING) === 1,
    raiseGeneration: () => void Atomics.add(words, GENERATION, 1),
    drain: () => void Atomics.store(words, DRAINING, 1),
  };
}
