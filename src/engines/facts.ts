// Facts (accounts, domains, routes, blocked entries …) kept by a thread for as long as no commit changed any: each read asks the shared
// generation first, so that a change counts at the next command on every door.
import type { Shared } from './types.ts';

const MAX_KEPT = 20_000;

export type Facts = { readonly kept: <A, R>(name: string, load: (arg: A) => Promise<R>) => (arg: A) => Promise<R> };

export function newFacts(shared: Shared): Facts {
  const cache = new Map<string, unknown>();
  let seen = shared.generation();
  return {
    kept: (name, load) => async arg => {
      const generation = shared.generation();
      if (generation !== seen || cache.size > MAX_KEPT) {
        cache.clear();
        seen = generation;
      }
      const key = `${name}/${typeof arg === 'string' ? arg : JSON.stringify(arg)}`;
      if (cache.has(key)) return cache.get(key) as Awaited<ReturnType<typeof load>>;
      const value = await load(arg);
      // Read before a commit and arrived behind it: not kept.
      if (shared.generation() === generation) cache.set(key, value);
      return value;
    },
  };
}
