// Entry of a worker that reads reports out of mails of strangers: unpacking and parsing megabytes must not hold the loop of a door.
import { parentPort } from 'node:worker_threads';
import { walk } from '../message/walk.ts';
import { readDmarcMail } from '../reports/dmarc-aggregate.ts';
import { sumDmarc, type DmarcSums } from '../reports/dmarc-sums.ts';
import { readTlsMail } from '../tlspolicy/report-mail.ts';
import type { TlsReport } from '../tlspolicy/tls-rpt.ts';

export type ReadAsk = { readonly kind: 'tls' | 'dmarc'; readonly raw: Uint8Array };
/** null: the mail holds no report of the kind. */
export type ReadAnswer = { readonly tls: TlsReport | null; readonly dmarc: DmarcSums | null };

parentPort?.on('message', ({ kind, raw: { buffer, byteOffset, byteLength } }: ReadAsk) => {
  const raw = Buffer.from(buffer, byteOffset, byteLength);
  const message = walk(raw);
  const dmarc = kind === 'dmarc' ? readDmarcMail(message) : null;
  const answer: ReadAnswer = { tls: kind === 'tls' ? readTlsMail(message) : null, dmarc: dmarc && sumDmarc(dmarc) };
  raw.fill(0);
  parentPort?.postMessage(answer);
});
