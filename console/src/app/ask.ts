// Reading in a component: waiting, there, or failed, and the rest of the page stays. What was there stays shown while it is read again.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, type Fault } from './api.ts';
import { useLanguage } from './language.ts';
import { useReturned } from './live.ts';
import { acting } from './session.ts';
import { useValue } from './value.ts';

export type Asked<T> = {
  readonly value: T | undefined;
  readonly fault: Fault | undefined;
  readonly waiting: boolean;
  /** When `value` was read (epoch ms). */
  readonly at: number | undefined;
  readonly again: () => void;
  /** Shows what is already known (the answer of a PATCH) without asking. What was being read meanwhile is older: it is read again. */
  readonly put: (value: T) => void;
  /** Changes what is shown by what an event told, and what is being read too. */
  readonly change: (each: (value: T) => T) => void;
};
type State<T> = { readonly of: string | null; readonly value?: T; readonly fault?: Fault; readonly at?: number; readonly waiting: boolean };

/** What of a reading others wait for. */
export type Reading = Pick<Asked<unknown>, 'value' | 'fault' | 'waiting'>;
/** Nothing more comes of it by itself. */
export const isSettled = ({ value, fault, waiting }: Reading): boolean => value !== undefined || fault !== undefined || !waiting;

/** One that is there when the others are settled too: what is drawn of all of them is drawn once. */
export const together = <T>(one: Asked<T>, others: readonly Reading[]): Asked<T> =>
  others.every(isSettled) ? one : { ...one, value: undefined, fault: undefined };

/** Reads `path`, again when it, the account acted for or the language changes. null = nothing to ask yet. */
export function useAsk<T>(path: string | null): Asked<T> {
  const account = useValue(acting);
  const { id: language } = useLanguage();
  const [round, next] = useState(0);
  const of = path === null ? null : `${account?.id ?? ''} ${path}`;
  const [state, show] = useState<State<T>>({ of, waiting: path !== null });
  const reading = useRef<AbortController | null>(null);
  const changes = useRef<((value: T) => T)[]>([]);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    reading.current = stop;
    changes.current = [];
    show(last => (last.of === of ? { ...last, waiting: true } : { of, waiting: true }));
    void get<T>(path, stop.signal).then(outcome => {
      if (stop.signal.aborted) return;
      reading.current = null;
      const value = outcome.ok ? changes.current.reduce((now, each) => each(now), outcome.value) : undefined;
      show(last =>
        outcome.ok
          ? { of, value: value as T, at: Date.now(), waiting: false }
          : { ...(last.of === of ? last : {}), of, fault: outcome.fault, waiting: false },
      );
    });
    return () => stop.abort();
  }, [of, round, language]);
  const again = useCallback(() => next(n => n + 1), []);
  useReturned(state.fault?.code === 'unreachable', again);
  const put = useCallback(
    (value: T) => {
      show({ of, value, at: Date.now(), waiting: false });
      if (reading.current === null) return;
      reading.current.abort();
      again();
    },
    [of],
  );
  const change = useCallback(
    (each: (value: T) => T) => {
      if (reading.current !== null) changes.current.push(each);
      show(last => (last.of === of && last.value !== undefined ? { ...last, value: each(last.value) } : last));
    },
    [of],
  );
  const now = state.of === of ? state : { of, waiting: path !== null };
  return { value: now.value, fault: now.fault, waiting: now.waiting, at: now.at, again, put, change };
}
