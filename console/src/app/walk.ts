// Walking a list by keys: `j` and `k` move, Enter opens the row that they stand on.
import { useState } from 'preact/hooks';
import { useLanguage } from './language.ts';
import { useShortcuts } from './shortcuts.ts';

/** The row that the keys stand on; -1 before the first key. */
export function useWalk<T>(rows: readonly T[], open: (row: T) => void): number {
  const { keys } = useLanguage().words.messages;
  const [at, setAt] = useState(-1);
  const move = (step: number): void => setAt(now => Math.max(0, Math.min(rows.length - 1, now + step)));
  useShortcuts({
    j: { says: keys.next, run: () => move(1) },
    k: { says: keys.before, run: () => move(-1) },
    Enter: { says: keys.open, run: () => rows[at] !== undefined && open(rows[at]) },
  });
  return at;
}
