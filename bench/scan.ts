// Mail with a 100 KB PDF and a 50 KB Word file through clamd alone, and through Sesame's scanner with the same clamd behind it, in pairs, one
// after the other in one run: what unpacking, rules and looking at every part cost on top of the signature engine.
//   node bench/scan.ts [-n 300] [--pairs 5] [--at-once 8]        needs Debian's clamav-daemon
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/engines/clock.ts';
import { newChildren } from '../src/engines/scanner/children.ts';
import { newClamd } from '../src/engines/scanner/clamd.ts';
import { newScanner } from '../src/engines/scanner/scanner.ts';
import { newSignatures } from '../src/engines/scanner/signatures.ts';
import { docxOf } from '../test/archives/docx.ts';
import { pdfOf } from '../test/archives/pdf.ts';
import { noClamd, startClamd } from '../test/clamd.ts';

const { values } = parseArgs({ options: { n: { type: 'string', short: 'n' }, pairs: { type: 'string' }, 'at-once': { type: 'string' } } });
const COUNT = Number(values.n ?? 300);
const PAIRS = Number(values.pairs ?? 5);
const AT_ONCE = Number(values['at-once'] ?? 8);
const PDF_BYTES = 100_000;
const DOCX_BYTES = 50_000;

if (noClamd !== false) {
  console.error(noClamd);
  process.exit(1);
}

/** No two alike, as signature engines and we remember what they have seen; the parts that every Word file shares are shared. */
function mail(n: number): Buffer {
  const picture = (bytes: number): Buffer => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(bytes)]);
  const words = `Invoice ${n} ${randomBytes(6).toString('hex')} for services in March. `;
  const pdf = pdfOf({
    pages: [words.repeat(40), words.repeat(60)],
    images: [{ width: 640, height: 480, filter: 'DCTDecode', bytes: picture(PDF_BYTES - 4_000) }],
  });
  const docx = docxOf({ text: words.repeat(80), pictures: [picture(DOCX_BYTES - 9_000)] });
  const part = (name: string, type: string, bytes: Buffer): string[] => [
    '--b',
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
  ];
  const lines = [
    `Message-ID: <${n}.${randomBytes(8).toString('hex')}@sender.test>`,
    'From: a@sender.test',
    'To: b@elsewhere.test',
    `Subject: Invoice ${n}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    `Dear customer, please find invoice ${n} attached.`,
    ...part('invoice.pdf', 'application/pdf', pdf),
    ...part('terms.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', docx),
    '--b--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

async function rate(mails: readonly Buffer[], one: (raw: Buffer) => Promise<boolean>): Promise<number> {
  let next = 0;
  const started = performance.now();
  const lane = async (): Promise<void> => {
    while (next < mails.length) if (!(await one(mails[next++] as Buffer))) throw new Error('a clean mail was not clean');
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return mails.length / ((performance.now() - started) / 1000);
}

const running = await startClamd();
const at = { kind: 'unix', path: running.socket } as const;
const alone = newClamd(at);
const silent = (): void => undefined;
const scanner = newScanner({
  clock: systemClock,
  log: { debug: silent, info: silent, warn: silent, error: (text, fields) => console.error(text, fields?.reason) },
  metrics: { count: silent, set: silent },
  signatures: newSignatures({
    config: { clamd: at, clamdMaxAgeMs: 604_800_000, clamdMaxBytes: null, clamdTimeoutMs: 20_000 },
    clock: systemClock,
    required: async () => true,
    seen: async () => undefined,
  }),
  children: newChildren({ size: 2, recycleAfter: 500, maxWaiting: 1_000 }),
  hashes: () => null,
  yara: null,
});
const withClamd = async (raw: Buffer): Promise<boolean> => (await alone.scan(raw)).kind === 'clean';
const withSesame = async (raw: Buffer): Promise<boolean> => {
  const { verdict, coverage } = await scanner.scan(raw, null);
  return verdict === 'PASS' && coverage === 'signatures';
};
const made = (): readonly Buffer[] => Array.from({ length: COUNT }, (_, n) => mail(n));
const sample = mail(0);
console.log(
  `${COUNT} mails of ${Math.round(sample.length / 1000)} KB, ${AT_ONCE} at once, ${PAIRS} pairs; clamd with one signature of our own`,
);
await rate(made().slice(0, 60), withSesame);
await rate(made().slice(0, 60), withClamd);
const ratios: number[] = [];
for (let pair = 0; pair < PAIRS; pair++) {
  // The order changes, so that a machine that slows down favours neither.
  const order = pair % 2 === 0 ? ([withClamd, withSesame] as const) : ([withSesame, withClamd] as const);
  const first = await rate(made(), order[0]);
  const second = await rate(made(), order[1]);
  const [clamd, sesame] = pair % 2 === 0 ? [first, second] : [second, first];
  ratios.push(sesame / clamd);
  console.log(`clamd alone ${clamd.toFixed(0)}/s   scanner and clamd ${sesame.toFixed(0)}/s   ratio ${(sesame / clamd).toFixed(2)}`);
}
ratios.sort((a, b) => a - b);
console.log(
  `median ratio ${(ratios[ratios.length >> 1] as number).toFixed(2)} (${ratios[0]?.toFixed(2)}..${ratios.at(-1)?.toFixed(2)}); the mark is 0.60`,
);
scanner.close();
alone.close();
await running.stop();
