// One run of the checks: findings as they come, and when it was over. A new run ends the one before.
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Fault } from '../../app/api.ts';
import { getLines } from '../../app/lines.ts';
import type { Aside, Finding } from './findings.ts';

export type Run = {
  readonly findings: readonly Finding[];
  readonly busy: boolean;
  readonly fault: Fault | null;
  /** When it was over (epoch ms). */
  readonly at: number | null;
  readonly again: () => void;
  /** Shows that a finding was set aside, or is not any more, without another run. */
  readonly mark: (which: Pick<Finding, 'group' | 'name'>, aside: Aside | null) => void;
};
type State = Pick<Run, 'findings' | 'busy' | 'fault' | 'at'>;

export function useRun(): Run {
  const [round, next] = useState(0);
  const [state, show] = useState<State>({ findings: [], busy: true, fault: null, at: null });
  useEffect(() => {
    const stop = new AbortController();
    show({ findings: [], busy: true, fault: null, at: null });
    const told = (one: unknown): void =>
      show(last => (stop.signal.aborted ? last : { ...last, findings: [...last.findings, one as Finding] }));
    void getLines('/v1/doctor', told, stop.signal).then(fault => {
      if (!stop.signal.aborted) show(last => ({ ...last, busy: false, fault, at: Date.now() }));
    });
    return () => stop.abort();
  }, [round]);
  const again = useCallback(() => next(n => n + 1), []);
  const mark = useCallback<Run['mark']>((which, aside) => {
    const is = (one: Finding): boolean => one.group === which.group && one.name === which.name && one.state !== 'ok';
    show(last => ({ ...last, findings: last.findings.map(one => (is(one) ? { ...one, setAside: aside } : one)) }));
  }, []);
  return { ...state, again, mark };
}
