// Doing something once: busy while it runs, its fault kept until the next try.
import { useRef, useState } from 'preact/hooks';
import type { Fault, Outcome } from './api.ts';

export type Work<A extends readonly unknown[]> = {
  readonly busy: boolean;
  readonly fault: Fault | undefined;
  readonly run: (...args: A) => void;
};

export function useWork<A extends readonly unknown[], T>(work: (...args: A) => Promise<Outcome<T>>, done?: (value: T) => void): Work<A> {
  const [state, show] = useState<{ readonly busy: boolean; readonly fault?: Fault }>({ busy: false });
  // At once, not with the next drawing: a second press before it is the same wish.
  const running = useRef(false);
  const attempt = async (args: A): Promise<void> => {
    if (running.current) return;
    running.current = true;
    show({ busy: true });
    const outcome = await work(...args).finally(() => (running.current = false));
    show(outcome.ok ? { busy: false } : { busy: false, fault: outcome.fault });
    if (outcome.ok) done?.(outcome.value);
  };
  return { busy: state.busy, fault: state.fault, run: (...args) => void attempt(args) };
}
