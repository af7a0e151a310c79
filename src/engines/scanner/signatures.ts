// The signature engine, clamd. Once it has answered it is required until it is switched off: absent, old or failing, nothing may be taken
// for clean (docs/settings.md, SESAME_CLAMD).
import { existsSync } from 'node:fs';
import type { Config } from '../../config.ts';
import type { Clock } from '../types.ts';
import { newClamd, type ClamdAnswer, type ClamdVersion } from './clamd.ts';
import { streamLimit } from './clamd-conf.ts';
import { newKeptAnswers } from './kept.ts';

/** What looks at the things of one message. */
export type Eyes =
  /** No signature engine: built-in rules and hash lists only. */
  | { readonly kind: 'none' }
  /** It is wanted and does not work. */
  | { readonly kind: 'failed'; readonly why: string; readonly version: ClamdVersion | null }
  | {
      readonly kind: 'open';
      readonly version: ClamdVersion;
      readonly most: number;
      readonly look: (bytes: Buffer, sha256: string | null) => Promise<ClamdAnswer>;
    };

export type Signatures = {
  readonly open: () => Promise<Eyes>;
  /** What keeps it from working; null = well, or not wanted. */
  readonly fault: () => Promise<string | null>;
  readonly close: () => void;
};

/** Built-in rules and hash lists only. */
export const NO_SIGNATURES: Signatures = { open: async () => ({ kind: 'none' }), fault: async () => null, close: () => undefined };

export const DEBIAN_SOCKET = '/run/clamav/clamd.ctl';
/** The version is asked again after this: it is what an outbreak is noticed by. */
const VERSION_MS = 5_000;

export function newSignatures(deps: {
  readonly config: Pick<Config, 'clamd' | 'clamdMaxAgeMs' | 'clamdMaxBytes' | 'clamdTimeoutMs'>;
  readonly clock: Clock;
  /** Remembered over restarts: clamd was seen. */
  readonly required: () => Promise<boolean>;
  readonly seen: () => Promise<void>;
}): Signatures {
  const { config, clock } = deps;
  const at = config.clamd ?? { kind: 'unix', path: DEBIAN_SOCKET };
  if (at.kind === 'off') return NO_SIGNATURES;
  const clamd = newClamd(at, config.clamdTimeoutMs);
  const most = config.clamdMaxBytes ?? streamLimit(at);
  const versions = keptVersion(clamd.version, clock);
  const answers = newKeptAnswers(clock);
  let known = false;
  const required = async (): Promise<boolean> => known || config.clamd !== null || deps.required();
  const wanted = async (): Promise<boolean> => at.kind === 'tcp' || existsSync(at.path) || (await required());
  const met = async (): Promise<void> => {
    if (known) return;
    if (!(await deps.required())) await deps.seen();
    known = true;
  };
  const tooOld = ({ builtAt }: ClamdVersion): boolean => builtAt !== null && clock.now() - builtAt > config.clamdMaxAgeMs;
  return {
    open: async () => {
      if (!(await wanted())) return { kind: 'none' };
      const version = await versions();
      if (version === null) return { kind: 'failed', why: 'clamd does not answer', version };
      await met();
      if (tooOld(version)) return { kind: 'failed', why: 'the signatures of clamd are older than SESAME_CLAMD_MAX_AGE', version };
      const base = `${version.engine}/${version.signatures}/${version.builtAt}`;
      const lives = lifeOf(version);
      return {
        kind: 'open',
        version,
        most,
        look: async (bytes, sha256) => {
          const key = sha256 && `${base}/${sha256}`;
          const kept = key && answers.get(key);
          if (kept) return kept;
          const answer = await clamd.scan(bytes);
          if (key && answer.kind !== 'failed') answers.keep(key, answer, lives);
          return answer;
        },
      };
    },
    fault: async () => {
      if (!(await required())) return null;
      const version = await versions();
      if (version === null) return 'clamd does not answer';
      return tooOld(version) ? 'the signatures of clamd are older than SESAME_CLAMD_MAX_AGE' : null;
    },
    close: clamd.close,
  };
}

/**
 * How long an answer stands for the version it was given under (ms). A database of one's own has no version, and files put beside an
 * official one do not change its version: both may have learned since.
 */
export function lifeOf({ signatures }: { readonly signatures: string | null }): number {
  return signatures === null ? 10_000 : 3_600_000;
}

function keptVersion(ask: () => Promise<ClamdVersion | null>, clock: Clock): () => Promise<ClamdVersion | null> {
  let kept: { readonly version: ClamdVersion; readonly until: number } | null = null;
  let asking: Promise<ClamdVersion | null> | null = null;
  const fresh = async (): Promise<ClamdVersion | null> => {
    const version = await ask();
    kept = version && { version, until: clock.monotonic() + VERSION_MS };
    asking = null;
    return version;
  };
  return async () => (kept && kept.until > clock.monotonic() ? kept.version : (asking ??= fresh()));
}
