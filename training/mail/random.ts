// Randomness by seed, so that every run makes the same mail (mulberry32).
export type Random = {
  /** 0 up to 1. */
  readonly next: () => number;
  /** 0 up to n - 1. */
  readonly below: (n: number) => number;
  readonly chance: (p: number) => boolean;
  readonly pick: <T>(of: readonly T[]) => T;
  readonly digits: (n: number) => string;
  readonly letters: (n: number, of?: string) => string;
};

export function newRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const letters = (n: number, of = 'abcdefghijklmnopqrstuvwxyz0123456789'): string =>
    Array.from({ length: n }, () => of[below(of.length)]).join('');
  return { next, below, chance: p => next() < p, pick, digits: n => letters(n, '0123456789'), letters };
}
