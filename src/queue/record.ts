// What is kept of a mail beside its envelope: verdicts, engines, hashes, authentication. File names are content and stay out.
import type { Decided, VirusFinding } from '../mail.ts';

/** Parts that are kept, those with a finding first: the row of a mail with a folder of ten thousand files stays small. */
const MOST_PARTS = 100;

/** The proof of the scan as it is kept. */
export function scanRecord(virus: VirusFinding): Readonly<Record<string, unknown>> {
  const { parts, found } = virus;
  const [told, clean] = [parts.filter(one => one.finding !== null), parts.filter(one => one.finding === null)];
  const kept = new Set([...told, ...clean].slice(0, MOST_PARTS));
  return {
    ...virus,
    parts: parts.filter(one => kept.has(one)),
    found: found.slice(0, MOST_PARTS).map(({ fileName: _content, ...rest }) => rest),
  };
}

/** The scan as events tell it. */
export function scanTold({
  coverage,
  signatures,
  signaturesAt,
  partsTotal,
  found,
  tookMs,
}: VirusFinding): Readonly<Record<string, unknown>> {
  const findings = [...new Set(found.map(one => one.name))].slice(0, 20);
  return { coverage, signatures, signaturesAt, parts: partsTotal, findings, tookMs };
}

export function recordOf(mail: Decided): Readonly<Record<string, unknown>> {
  const { spam, virus, auth } = mail;
  const judged = {
    spam: { verdict: spam.verdict, score: spam.score, reasons: spam.reasons },
    virus: scanRecord(virus),
  };
  if (mail.direction === 'out') return judged;
  const peer = { ip: mail.peer.ip, helo: mail.peer.helo.slice(0, 255), tls: mail.peer.tls };
  return { ...judged, spf: auth.spf, dkim: auth.dkim, dmarc: auth.dmarc, arc: auth.arc, authResults: auth.header, peer };
}
