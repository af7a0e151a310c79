// The scanner as the inspect stage sees it: built-in rules (inline for small plain text, else in a scanning process), hash lists and the
// signature engine over every thing that was unpacked and over the message itself, and one finding made of all. What did not finish is
// PROCESSING_FAILED, which no door takes for clean.
import { createHash } from 'node:crypto';
import type { ScanStamp, VirusClass, VirusFinding } from '../../mail.ts';
import type { Message } from '../../message/walk.ts';
import { concluded, RULES_VERSION, scanning, unseenName } from '../../scan/scan.ts';
import type { JobHead } from '../../scan/process.ts';
import type { ThreadMetrics } from '../metrics.ts';
import type { Clock, Log } from '../types.ts';
import type { Children, Outcome, ToldLook } from './children.ts';
import type { ClamdAnswer } from './clamd.ts';
import type { HashLists } from './hashes.ts';
import { lifeOf, type Eyes, type Signatures } from './signatures.ts';
import type { Yara } from './yara.ts';

export type ScannerDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<ThreadMetrics, 'count' | 'set'>;
  readonly signatures: Signatures;
  readonly children: Children;
  /** As they are now; null: none was imported. */
  readonly hashes: () => HashLists | null;
  /** null: no rules were given. */
  readonly yara: Yara | null;
};
export type Scanner = {
  /** `plain`: the message walked, when it is small text without attachments and may be looked at on the loop of the door. */
  readonly scan: (raw: Buffer, plain: Message | null) => Promise<VirusFinding>;
  /** Has a signature engine or a hash list learned since this was found? What is not known to be old enough is. */
  readonly outdated: (found: ScanStamp) => Promise<boolean>;
  readonly fault: () => Promise<string | null>;
  readonly close: () => void;
};

type Found = VirusFinding['found'][number];
type Engine = VirusFinding['engines'][number];
/** Bytes on their way to the signature engine before the process is held back. */
const MAX_AHEAD = 8 * 1024 * 1024;

export function newScanner(deps: ScannerDeps): Scanner {
  const { clock, log, metrics, signatures, children, yara } = deps;
  const scan: Scanner['scan'] = async (raw, plain) => {
    const started = clock.monotonic();
    const eyes = await signatures.open();
    const hashes = deps.hashes();
    const scannedAt = new Date(clock.now()).toISOString();
    /** All that look, in their states; `broken` is the one that did not finish. */
    const engines = (broken?: Engine['name']): readonly Engine[] => {
      const one = (name: Engine['name'], version: string): Engine => ({ name, version, state: name === broken ? 'failed' : 'ok' });
      return [
        one('sesame', RULES_VERSION),
        ...(hashes ? [one('hashes', hashes.version)] : []),
        ...(yara ? [one('yara', yara.version())] : []),
        ...(eyes.kind === 'none' ? [] : [one('clamav', eyes.version?.engine ?? 'unknown')]),
      ];
    };
    const whole = (finding: VirusFinding, why?: string): VirusFinding => {
      if (why !== undefined) log.error('the virus scan did not finish', { reason: why });
      tell(metrics, finding);
      if (eyes.kind === 'open' && eyes.version.builtAt !== null)
        metrics.set('sesame_signature_age_seconds', (clock.now() - eyes.version.builtAt) / 1000);
      return { ...finding, scannedAt, tookMs: Math.round((clock.monotonic() - started) * 100) / 100 };
    };
    if (eyes.kind === 'failed') return whole(failed(engines('clamav')), eyes.why);
    // What a damaged list names would not be found.
    if (hashes && hashes.faults.length > 0) return whole(failed(engines('hashes')), hashes.faults[0]);

    const round = newRound(eyes, hashes, yara, raw);
    const outcome = plain ? inline(plain, round, hashes) : await children.run(raw, wantedOf(eyes, hashes, yara), round.look);
    const seen = await round.end();
    if (outcome.kind === 'failed') return whole(failed(engines('sesame')), outcome.why);
    if (seen.failed) return whole(failed(engines(seen.failed.engine)), seen.failed.why);
    const base = outcome.kind === 'done' ? outcome.finding : exhausted(outcome.why);
    const version = eyes.kind === 'open' ? eyes.version : null;
    return whole(
      concluded({
        ...base,
        coverage: version ? 'signatures' : 'rules',
        engines: engines(),
        signatures: version?.signatures ?? null,
        signaturesAt: version === null || version.builtAt === null ? null : new Date(version.builtAt).toISOString(),
        found: merged(base, seen),
      }),
    );
  };
  return {
    scan,
    outdated: async ({ engines, signatures: version, signaturesAt, scannedAt }) => {
      const hashes = deps.hashes();
      const by = (name: string): string | null => engines.find(one => one.name === name)?.version ?? null;
      if ((hashes && hashes.version !== by('hashes')) || (yara && yara.version() !== by('yara'))) return true;
      const eyes = await signatures.open();
      // Without the engine nothing is known to be new: what was scanned goes on, what is new waits at the doors.
      if (eyes.kind !== 'open') return false;
      const builtAt = signaturesAt === null ? null : Date.parse(signaturesAt);
      const seen = engines.some(one => one.name === 'clamav' && one.state === 'ok');
      if (!seen || version !== eyes.version.signatures || builtAt !== eyes.version.builtAt) return true;
      return scannedAt === null || clock.now() - Date.parse(scannedAt) > lifeOf(eyes.version);
    },
    fault: async () => deps.hashes()?.faults[0] ?? signatures.fault(),
    close: () => {
      children.close();
      signatures.close();
      yara?.close();
    },
  };
}

function tell(metrics: ScannerDeps['metrics'], { verdict, engines }: VirusFinding): void {
  metrics.count('sesame_scan_verdicts_total', { verdict });
  for (const { name, state } of engines) {
    metrics.count('sesame_scans_total', { engine: name, state });
    metrics.set('sesame_engine_up', state === 'ok' ? 1 : 0, { engine: name });
  }
}

type Round = {
  readonly look: (told: Pick<ToldLook, 'path' | 'fileName' | 'size' | 'sha256' | 'md5' | 'sha1'>, bytes: Buffer) => Promise<void> | null;
  readonly end: () => Promise<Seen>;
};
type Failure = { readonly engine: 'clamav' | 'yara'; readonly why: string };
type Seen = { readonly found: readonly Found[]; readonly tooLarge: readonly string[]; readonly failed: Failure | null };

/** What signatures and hash lists say of the things of one message; the message itself is looked at too. */
function newRound(eyes: Eyes, hashes: HashLists | null, yara: Yara | null, raw: Buffer): Round {
  const found: Found[] = [];
  const tooLarge: string[] = [];
  const asked = new Map<string, Promise<ClamdAnswer>>();
  const running: Promise<void>[] = [];
  let failure: Failure | null = null;
  let ahead = 0;
  const told = async (answer: Promise<ClamdAnswer>, path: string, fileName: string | null): Promise<void> => {
    const said = await answer;
    if (said.kind === 'failed') failure ??= { engine: 'clamav', why: said.why };
    else if (said.kind === 'found') found.push({ class: classOf(said.name), name: said.name, path, fileName });
  };
  const byYara = async (bytes: Buffer, path: string, fileName: string | null): Promise<void> => {
    const said = await yara?.look(bytes);
    if (said?.kind === 'failed') failure ??= { engine: 'yara', why: said.why };
    // Rules of one's own say by a tag that they mean malware; else they are a doubt.
    for (const { rule, malware } of said?.kind === 'seen' ? said.matches : [])
      found.push({ class: malware ? 'infected' : 'heuristic', name: `YARA.${rule}`, path, fileName });
  };
  const ofRaw = eyes.kind === 'open' && raw.length <= eyes.most ? eyes.look(raw, null) : null;
  // After the message: what clamd unpacked of it by itself it remembers, and does not scan twice.
  const after = ofRaw ?? Promise.resolve();
  return {
    look: ({ path, fileName, size, sha256, md5, sha1 }, bytes) => {
      const listed = hashes?.find({ sha256, md5, sha1, size });
      if (listed) found.push({ class: classOf(listed.name), name: listed.name, path, fileName });
      if (bytes.length === 0) return null;
      const work: Promise<void>[] = [];
      if (yara && !asked.has(sha256)) work.push(byYara(bytes, path, fileName));
      if (eyes.kind === 'open' && bytes.length > eyes.most) tooLarge.push(path);
      else if (eyes.kind === 'open') {
        const answer = asked.get(sha256) ?? after.then(() => eyes.look(bytes, sha256));
        asked.set(sha256, answer);
        work.push(told(answer, path, fileName));
      }
      if (work.length === 0) return null;
      ahead += bytes.length;
      const all = Promise.all(work).then(() => void (ahead -= bytes.length));
      running.push(all);
      return ahead > MAX_AHEAD ? all : null;
    },
    end: async () => {
      await Promise.all(running);
      const said = (await ofRaw) ?? { kind: 'clean' };
      if (said.kind === 'failed') failure ??= { engine: 'clamav', why: said.why };
      // Found in a thing of the message it has a better place.
      if (said.kind === 'found' && !found.some(one => one.name === said.name))
        found.push({ class: classOf(said.name), name: said.name, path: '1', fileName: null });
      return { found, tooLarge, failed: failure };
    },
  };
}

const NONE = Buffer.alloc(0);

/** Small plain text, on the loop of the door. What stands in the message as it is is looked at with the message. */
function inline(message: Message, round: Round, hashes: HashLists | null): Outcome {
  try {
    const steps = scanning(message);
    let next = steps.next();
    for (; !next.done; next = steps.next()) {
      if (next.value.step !== 'look') continue;
      const { part, fileName, bytes, verbatim } = next.value.look;
      const digest = (name: string, on: boolean | undefined): string | null => (on ? createHash(name).update(bytes).digest('hex') : null);
      const digests = { sha256: part.sha256, md5: digest('md5', hashes?.kinds.md5), sha1: digest('sha1', hashes?.kinds.sha1) };
      void round.look({ path: part.path, fileName, size: part.size, ...digests }, verbatim ? NONE : bytes);
    }
    return { kind: 'done', finding: next.value };
  } catch (error) {
    return { kind: 'failed', why: `the scan failed: ${error instanceof Error ? error.name : 'unknown'}` };
  }
}

function wantedOf(eyes: Eyes, hashes: HashLists | null, yara: Yara | null): JobHead {
  const bytes = eyes.kind === 'open' || yara !== null;
  return { things: bytes || hashes !== null, md5: hashes?.kinds.md5 ?? false, sha1: hashes?.kinds.sha1 ?? false, bytes };
}

/** What is larger than the signature engine takes was seen by it only if all that is in it was. */
function merged({ parts, found }: VirusFinding, seen: Seen): readonly Found[] {
  const all = [
    ...found,
    ...seen.found.filter(one => one.class !== 'infected' || !found.some(other => other.class === 'infected' && other.path === one.path)),
  ];
  const unseen = seen.tooLarge.filter(path => {
    const within = `${path}/`;
    const opened = parts.some(part => part.path.startsWith(within));
    const missed = found.some(one => one.class === 'unscannable' && (one.path === path || one.path.startsWith(within)));
    return !opened || missed;
  });
  return [
    ...all,
    ...unseen.map(path => ({ class: 'unscannable', name: unseenName('too_large_for_signatures'), path, fileName: null }) as const),
  ];
}

/** What clamd guesses (Heuristics, potentially unwanted) is a finding of its own class: never a suspension. */
function classOf(name: string): VirusClass {
  if (/^Heuristics\.(?:Encrypted|Limits)\b/.test(name)) return 'unscannable';
  return /^(?:Heuristics|PUA)\./.test(name) ? 'heuristic' : 'infected';
}

const nothing = { signatures: null, signaturesAt: null, scannedAt: null, parts: [], partsTotal: 0, found: [], tookMs: 0 } as const;

function failed(engines: readonly Engine[]): VirusFinding {
  return { ...nothing, verdict: 'PROCESSING_FAILED', coverage: 'none', engines };
}

/** The message took more than a message may: nobody can say that it is clean. */
function exhausted(why: 'time' | 'memory'): VirusFinding {
  return {
    ...nothing,
    verdict: 'GRAY',
    coverage: 'none',
    engines: [],
    found: [{ class: 'unscannable', name: unseenName(why), path: '1', fileName: null }],
  };
}
