// Outbreaks: mail that was accepted before a signature for it came. Just before an attempt, mail whose scan is older than the signatures is
// scanned again; what is malware now goes nowhere, and a scan that does not finish lets the mail wait.
import type { Clock, Log } from '../engines/types.ts';
import type { Attempt, Job, ScanStamp, VirusFinding } from '../mail.ts';

export type RescanDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** What is kept of the scan of a mail; null: there is nothing (mail of the server itself). */
  readonly recorded: (emailId: string) => Promise<ScanStamp | null>;
  readonly outdated: (found: ScanStamp) => Promise<boolean>;
  /** The sealed form, opened; null when it is gone. */
  readonly content: (emailId: string) => Promise<Buffer | null>;
  readonly scan: (raw: Buffer) => Promise<VirusFinding>;
  /** It counts against the account that sent it. */
  readonly malware: (job: Job, found: VirusFinding) => Promise<void>;
  readonly record: (emailId: string, found: VirusFinding) => Promise<void>;
};
export type Gate = { readonly go: Job | null; readonly ended: readonly Attempt[] };

/** So young, it was scanned by what is there: the common first attempt costs no look-up. */
const YOUNG_MS = 10_000;

export async function rescan(deps: RescanDeps, gate: Gate): Promise<Gate> {
  const { go } = gate;
  if (!go || deps.clock.now() - go.acceptedAt < YOUNG_MS) return gate;
  const before = await deps.recorded(go.emailId);
  if (!before || !(await deps.outdated(before))) return gate;
  const raw = await deps.content(go.emailId);
  // Content that is gone is told by the delivery.
  if (!raw) return gate;
  const found = await deps.scan(raw).finally(() => raw.fill(0));
  const stop = (attempt: Pick<Attempt, 'result' | 'reply' | 'enhanced' | 'class'>): Gate => {
    const base = { at: deps.clock.now(), peer: null, sendingIp: null, code: null, reason: null, tls: null };
    return { go: null, ended: [...gate.ended, ...go.recipients.map(({ n }) => ({ ...base, ...attempt, n }))] };
  };
  if (found.verdict === 'PROCESSING_FAILED')
    return stop({
      result: 'deferred',
      reply: 'scanner_unavailable: signatures changed and the new scan did not finish',
      enhanced: '4.3.0',
      class: 'scanner',
    });
  await deps.record(go.emailId, found);
  const malware = found.found.find(one => one.class === 'infected');
  if (!malware) return gate;
  await deps.malware(go, found);
  deps.log.warn('malware was found in waiting mail by newer signatures', { emailId: go.emailId, reason: malware.name });
  return stop({
    result: 'bounced',
    reply: `virus_found: ${malware.name}, known since the mail was accepted`,
    enhanced: '5.7.0',
    class: 'virus',
  });
}
