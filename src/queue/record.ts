// What is kept of a mail beside its envelope: verdicts, engines, hashes, authentication. File names are content and stay out.
import type { Decided } from '../mail.ts';

export function recordOf(mail: Decided): Readonly<Record<string, unknown>> {
  const { spam, virus, auth } = mail;
  const judged = {
    spam: { verdict: spam.verdict, score: spam.score, reasons: spam.reasons },
    virus: { ...virus, found: virus.found.map(({ fileName: _content, ...kept }) => kept) },
  };
  if (mail.direction === 'out') return judged;
  const peer = { ip: mail.peer.ip, helo: mail.peer.helo.slice(0, 255), tls: mail.peer.tls };
  return { ...judged, spf: auth.spf, dkim: auth.dkim, dmarc: auth.dmarc, arc: auth.arc, authResults: auth.header, peer };
}
