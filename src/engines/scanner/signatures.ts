// The signature engine on top of the built-in rules. Once clamd has answered it is required until it is switched off: absent, old or
// failing, the verdict is PROCESSING_FAILED, which no door takes for clean (docs/settings.md, SESAME_CLAMD).
import { existsSync } from 'node:fs';
import type { Config } from '../../config.ts';
import type { VirusClass, VirusFinding } from '../../mail.ts';
import type { Clock, Log } from '../types.ts';
import { newClamd, type Clamd, type ClamdAnswer, type ClamdVersion } from './clamd.ts';

export type Signatures = {
  /** Scans the message and the leaves that were unpacked; the finding with what was found, or failed. */
  readonly add: (raw: Buffer, found: VirusFinding) => Promise<VirusFinding>;
  /** What keeps it from working; null = well, or not wanted. */
  readonly fault: () => Promise<string | null>;
};

const DEBIAN_SOCKET = '/run/clamav/clamd.ctl';
/** The version is asked again after this. */
const VERSION_MS = 60_000;

export function newSignatures(deps: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Remembered over restarts: clamd was seen. */
  readonly required: () => Promise<boolean>;
  readonly seen: () => Promise<void>;
}): Signatures {
  const at = deps.config.clamd ?? { kind: 'unix', path: DEBIAN_SOCKET };
  if (at.kind === 'off') return { add: async (_raw, found) => found, fault: async () => null };
  const clamd = newClamd(at);
  const versions = keptVersion(clamd, deps.clock);
  let known = false;
  const required = async (): Promise<boolean> => known || deps.config.clamd !== null || deps.required();
  const wanted = async (): Promise<boolean> => {
    if (await required()) return true;
    return at.kind === 'tcp' || existsSync(at.path);
  };
  const met = async (): Promise<void> => {
    if (known) return;
    known = true;
    if (!(await deps.required())) await deps.seen();
  };
  return {
    add: async (raw, found) => {
      if (!(await wanted())) return found;
      const [answer, version] = await Promise.all([clamd.scan(raw), versions()]);
      if (answer.kind === 'failed' || version === null || tooOld(version, deps)) {
        const why = answer.kind === 'failed' ? answer.why : 'the signatures are too old or unknown';
        deps.log.error('the signature scan did not finish', { reason: why });
        return {
          ...found,
          verdict: 'PROCESSING_FAILED',
          engines: [...found.engines, { name: 'clamav', version: version?.engine ?? 'unknown', state: 'failed' }],
        };
      }
      await met();
      return merged(found, answer, version);
    },
    fault: async () => {
      if (!(await required())) return null;
      const version = await versions();
      if (version === null) return 'clamd does not answer';
      return tooOld(version, deps) ? 'the signatures of clamd are older than SESAME_CLAMD_MAX_AGE' : null;
    },
  };
}

/** Signatures without a date (a database of one's own) have no age. */
function tooOld({ builtAt }: ClamdVersion, { config, clock }: { readonly config: Config; readonly clock: Clock }): boolean {
  return builtAt !== null && clock.now() - builtAt > config.clamdMaxAgeMs;
}

function keptVersion(clamd: Clamd, clock: Clock): () => Promise<ClamdVersion | null> {
  let kept: { readonly version: ClamdVersion; readonly until: number } | null = null;
  return async () => {
    if (kept && kept.until > clock.monotonic()) return kept.version;
    const version = await clamd.version();
    kept = version && { version, until: clock.monotonic() + VERSION_MS };
    return version;
  };
}

function merged(found: VirusFinding, answer: Exclude<ClamdAnswer, { kind: 'failed' }>, version: ClamdVersion): VirusFinding {
  const engines = [...found.engines, { name: 'clamav', version: version.engine, state: 'ok' as const }];
  const base = { ...found, coverage: 'signatures' as const, engines, signatures: version.signatures };
  if (answer.kind === 'clean' || found.found.some(one => one.class === 'infected')) return base;
  return {
    ...base,
    verdict: 'FAIL',
    found: [...found.found, { class: classOf(answer.name), name: answer.name, path: '1', fileName: null }],
  };
}

/** What clamd guesses (Heuristics, potentially unwanted) is a finding of its own class: never a suspension. */
function classOf(name: string): VirusClass {
  if (/^Heuristics\.Encrypted\b/.test(name)) return 'unscannable';
  return /^(?:Heuristics|PUA)\./.test(name) ? 'heuristic' : 'infected';
}
