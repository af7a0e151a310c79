// A cursor list that grows at its end: the first page, more of it when the reader gets there, and what came new at its top.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, type Fault, type Outcome, type Page } from './api.ts';
import { useReturned } from './live.ts';
import { withQuery } from './route.ts';
import { acting } from './session.ts';
import { useValue } from './value.ts';

export type Listed<T> = {
  readonly rows: readonly T[];
  readonly waiting: boolean;
  readonly fault: Fault | undefined;
  /** There is more behind the last row. */
  readonly more: boolean;
  /** The cursor behind the last row, for who goes on elsewhere; null = the list is at its end. */
  readonly next: string | null;
  readonly readMore: () => void;
  /** Reads the first page again. */
  readonly again: () => void;
  /** Changes a row that is shown, by what an event told. */
  readonly change: (each: (row: T) => T) => void;
};
type State<T> = {
  readonly of: string;
  readonly rows: readonly T[];
  readonly next: string | null;
  readonly waiting: boolean;
  readonly fault?: Fault;
};

/** Rows of a page. */
export const PAGE = 100;

/** `path` without `after` and `limit`; its query as values. null = nothing to ask yet. */
export function useList<T>(path: string | null, query: Readonly<Record<string, string | undefined>> = {}): Listed<T> {
  const account = useValue(acting);
  const of = path === null ? '' : `${account?.id ?? ''} ${withQuery(path, query)}`;
  const [round, setRound] = useState(0);
  const [state, show] = useState<State<T>>({ of, rows: [], next: null, waiting: true });
  const reading = useRef<AbortController | null>(null);
  /** What events told while a page was being read: the answer may be older than they are. */
  const changes = useRef<((row: T) => T)[]>([]);
  const read = useCallback(
    (after: string | null): void => {
      if (path === null) return;
      reading.current?.abort();
      const stop = new AbortController();
      reading.current = stop;
      changes.current = [];
      show(last => (last.of === of ? { ...last, waiting: true } : { of, rows: [], next: null, waiting: true }));
      void get<Page<T>>(withQuery(path, { ...query, after, limit: PAGE }), stop.signal).then(outcome => {
        if (stop.signal.aborted) return;
        reading.current = null;
        const rows = outcome.ok ? outcome.value.data.map(row => changes.current.reduce((now, each) => each(now), row)) : [];
        show(last =>
          outcome.ok
            ? {
                of,
                rows: after === null ? rows : [...last.rows, ...rows],
                next: outcome.value.next,
                waiting: false,
              }
            : { ...last, of, fault: outcome.fault, waiting: false },
        );
      });
    },
    [of],
  );
  useEffect(() => {
    read(null);
    return () => reading.current?.abort();
  }, [read, round]);
  const now: State<T> = state.of === of ? state : { of, rows: [], next: null, waiting: true };
  const latest = useRef(now);
  latest.current = now;
  const readMore = useCallback(() => {
    if (latest.current.next !== null && !latest.current.waiting && !latest.current.fault) read(latest.current.next);
  }, [read]);
  const again = useCallback(() => setRound(n => n + 1), []);
  useReturned(now.fault?.code === 'unreachable', again);
  return {
    rows: now.rows,
    waiting: now.waiting,
    fault: now.fault,
    more: now.next !== null,
    next: now.next,
    readMore,
    again,
    change: useCallback(each => {
      if (reading.current !== null) changes.current.push(each);
      show(last => ({ ...last, rows: last.rows.map(each) }));
    }, []),
  };
}

/** Every page of a list that is known to be short (at most ten pages), one after the other. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the shape of rows is the caller's word, as with `useList`
export function useAll<T>(path: string): { readonly rows: readonly T[] | null; readonly fault: Fault | null; readonly again: () => void } {
  const account = useValue(acting);
  const of = `${account?.id ?? ''} ${path}`;
  const [round, setRound] = useState(0);
  const [state, show] = useState<{ readonly of: string; readonly rows: readonly T[] | null; readonly fault: Fault | null }>({
    of,
    rows: null,
    fault: null,
  });
  useEffect(() => {
    const stop = new AbortController();
    const read = async (): Promise<void> => {
      let rows: readonly T[] = [];
      let after: string | null = null;
      for (let n = 0; n < MOST_PAGES; n++) {
        const outcome: Outcome<Page<T>> = await get<Page<T>>(`${path}${after === null ? '' : `&after=${after}`}`, stop.signal);
        if (stop.signal.aborted) return;
        if (!outcome.ok) return show(last => ({ of, rows: last.of === of ? last.rows : null, fault: outcome.fault }));
        rows = [...rows, ...outcome.value.data];
        after = outcome.value.next;
        if (after === null) break;
      }
      show({ of, rows, fault: null });
    };
    void read();
    return () => stop.abort();
  }, [of, round]);
  const again = useCallback(() => setRound(n => n + 1), []);
  useReturned(state.fault?.code === 'unreachable', again);
  return state.of === of ? { ...state, again } : { rows: null, fault: null, again };
}
const MOST_PAGES = 10;
