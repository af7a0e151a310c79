// A value that can be watched: language, theme, session, place. No store, no reducer.
import { useEffect, useState } from 'preact/hooks';

export type Value<T> = {
  readonly get: () => T;
  readonly set: (next: T) => void;
  /** Calls after each change; gives back how to stop. */
  readonly watch: (told: () => void) => () => void;
};

export function newValue<T>(first: T): Value<T> {
  let now = first;
  const watchers = new Set<() => void>();
  return {
    get: () => now,
    set: next => {
      if (Object.is(next, now)) return;
      now = next;
      for (const told of watchers) told();
    },
    watch: told => {
      watchers.add(told);
      return () => void watchers.delete(told);
    },
  };
}

/** The value in a component, drawn again when it changes. */
export function useValue<T>(value: Value<T>): T {
  const [shown, show] = useState({ now: value.get() });
  useEffect(() => {
    const look = (): void => show(last => (Object.is(last.now, value.get()) ? last : { now: value.get() }));
    look();
    return value.watch(look);
  }, [value]);
  return shown.now;
}
