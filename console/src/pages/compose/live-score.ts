// The score while one writes: asked 300 ms after the last key, the answers of older drafts dropped; large drafts are scored on demand.
import { useEffect, useRef, useState } from 'preact/hooks';
import { send, type Fault, type Outcome } from '../../app/api.ts';
import type { Report } from '../../parts/score.tsx';

/** What goes to the API: the JSON of an email, made when it is asked for, or a message. null: nothing to score yet. */
export type Scorable = { readonly json: () => Promise<Outcome<object>>; readonly bytes: number } | { readonly raw: Blob } | null;
export type Scored = {
  readonly report: Report | null;
  /** The score of the version before. */
  readonly before: number | null;
  readonly tookMs: number | null;
  readonly fault: Fault | null;
  readonly busy: boolean;
  readonly large: boolean;
  readonly ask: () => void;
};

const IDLE_MS = 300;
/** What Gmail shows of a message before it cuts. */
const LARGE_BYTES = 102_000;

const sizeOf = (of: Scorable): number => (of === null ? 0 : 'raw' in of ? of.raw.size : of.bytes);

async function scoreOf(of: NonNullable<Scorable>): Promise<Outcome<Report>> {
  if ('raw' in of) return send<Report>('POST', '/v1/score', of.raw, { 'content-type': 'message/rfc822' });
  const made = await of.json();
  return made.ok ? send<Report>('POST', '/v1/score', made.value) : made;
}

/** `key` changes with the draft. */
export function useLiveScore(of: Scorable, key: string, language: string): Scored {
  const [state, show] = useState<Omit<Scored, 'large' | 'ask'>>({ report: null, before: null, tookMs: null, fault: null, busy: false });
  const round = useRef(0);
  const large = sizeOf(of) > LARGE_BYTES;
  const ask = async (): Promise<void> => {
    if (of === null) return;
    const mine = ++round.current;
    show(last => ({ ...last, busy: true }));
    const began = performance.now();
    const outcome = await scoreOf(of);
    if (mine !== round.current) return;
    const tookMs = performance.now() - began;
    show(last =>
      outcome.ok
        ? { report: outcome.value, before: last.report?.score ?? null, tookMs, fault: null, busy: false }
        : { ...last, fault: outcome.fault, busy: false },
    );
  };
  useEffect(() => {
    if (of === null || large) return;
    const timer = setTimeout(() => void ask(), IDLE_MS);
    return () => {
      clearTimeout(timer);
      round.current++;
    };
  }, [key, language]);
  return { ...state, large, ask: () => void ask() };
}
