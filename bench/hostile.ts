// A megabyte of each shape that has cost a mail parser time or memory: how long the walker and all of inspection take, and what they hold.
//   node --expose-gc bench/hostile.ts [SHAPE]
// The promise (docs/measurements.md): at most 100 ms and 64 MB for the walker. What is above 32 KiB is walked in a worker, not on the loop.
import { NEW_ACCOUNT } from '../src/engines/store/control/accounts.ts';
import { filter } from '../src/inspect/examine.ts';
import { loadFilterModel } from '../src/engines/filter-model.ts';
import { MiB } from '../src/limits.ts';
import { walk } from '../src/message/walk.ts';
import { scanMessage } from '../src/scan/scan.ts';

const model = loadFilterModel();
const fill = (unit: string, bytes = MiB): string => unit.repeat(Math.ceil(bytes / unit.length)).slice(0, bytes);
const mail = (head: string, body = ''): string => `${head}\r\n\r\n${body}`;
const four = (line: (word: string) => string): string => ['a', 'b', 'c', 'd'].map(line).join('\r\n');
const encodings = ['base64', 'quoted-printable', 'x-uuencode', '7bit'].map(one => `Content-Transfer-Encoding: ${one}`).join('\r\n');
const multipart = 'Content-Type: multipart/mixed; boundary=x';

const SHAPES: Readonly<Record<string, () => string>> = {
  'empty parts': () => mail(multipart, fill('--x\r\n\r\n\r\n')),
  'closing lines': () => mail(multipart, fill('--x--\r\nabc\r\n')),
  'parts that open parts': () => mail(multipart, fill('--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n')),
  'multipart in multipart': () =>
    fill(Array.from({ length: 10_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('')),
  'message in message': () => fill('Content-Type: message/rfc822\r\n\r\n'),
  'message in base64 in message': () => {
    let body = `Subject: a\r\n\r\n${'A'.repeat(60_000)}`;
    for (let i = 0; i < 9; i++)
      body = `${four(word => `Content-Type: message/rfc822; x=${word}`)}\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(body, 'latin1').toString('base64')}`;
    return body;
  },
  'every reading of one part': () =>
    mail(`${four(word => `Content-Type: text/plain; x=${word}`)}\r\n${encodings}`, fill('QUJDREVGR0hJSktMTU5P\r\n')),
  'every reading of many parts': () =>
    mail(multipart, fill(`--x\r\n${four(word => `Content-Type: text/plain; x=${word}`)}\r\n${encodings}\r\n\r\nQUJD\r\n`)),
  'no boundary, many candidates': () => mail('Content-Type: multipart/mixed', fill('--a\r\nContent-\r\n')),
  'boundary of one dash': () => mail('Content-Type: multipart/mixed; boundary="-"', fill('-')),
  'short headers': () => fill('a:\r\n'),
  'one folded header': () => `Subject: ${fill('x\r\n ')}\r\n\r\n`,
  colons: () => fill(':'),
  'bare CRs': () => fill('\r'),
  NULs: () => fill('\0'),
  parameters: () => mail(`Content-Type: text/plain; ${fill('a*1*=%41;')}`),
  'quoted pairs': () => mail(`Content-Type: text/plain; name="${fill('\\"')}`),
  'encoded words': () => mail(`Content-Disposition: attachment; filename="${fill('=?utf-8?b?QQ?= =?x-1?q?a?= ', 300_000)}"`),
  addresses: () => mail(`To: ${fill('a@b.c, ')}`),
  'open comments': () => mail(`To: ${fill('(')}`),
  'base64 with padding inside': () => mail('Content-Transfer-Encoding: base64', fill('AA==')),
  'base64 with blanks': () => mail('Content-Transfer-Encoding: base64', fill('A ')),
  'quoted-printable': () => mail('Content-Transfer-Encoding: quoted-printable', fill('=41=42 =\r\n')),
  uuencode: () => mail('Subject: x', fill('begin 644 a\r\n#0V%T\r\n`\r\nend\r\n')),
  'uuencode that never ends': () => mail('Subject: x', fill('begin 644\rx\n')),
  yEnc: () => mail('Subject: x', fill(`=ybegin line=128 size=1 name=a\r\n${'x'.repeat(100)}\r\n=yend\r\n`)),
  'UTF-7': () => mail('Content-Type: text/plain; charset=utf-7', fill('+AGE-')),
  HZ: () => mail('Content-Type: text/plain; charset=hz-gb-2312', fill('~{VPND~}')),
  TNEF: () => {
    const attributes = Array.from({ length: 60_000 }, () => Buffer.from([2, 2, 0x90, 6, 0, 0, 0, 0, 0, 0, 0]));
    return mail(
      'Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64',
      Buffer.concat([Buffer.from([0x78, 0x9f, 0x3e, 0x22, 0, 0]), ...attributes]).toString('base64'),
    );
  },
  'HTML: links': () => mail('Content-Type: text/html', fill('<a href="https://a.test/')),
  'HTML: open tags': () => mail('Content-Type: text/html', fill('<a <b <c ')),
  'HTML: entities': () => mail('Content-Type: text/html', fill('&#x41')),
  'zip headers': () => mail('Content-Type: application/zip', fill('PK\x03\x04'.padEnd(60, '\0'))),
};

const only = process.argv[2];
const worst = { walk: 0, inspect: 0, held: 0 };
for (const [name, make] of Object.entries(SHAPES)) {
  if (only !== undefined && name !== only) continue;
  const raw = Buffer.from(make(), 'latin1');
  globalThis.gc?.();
  const before = process.memoryUsage();
  const started = performance.now();
  const message = walk(raw);
  for (const leaf of message.leaves) leaf.bytes();
  const walked = performance.now() - started;
  const after = process.memoryUsage();
  const held = Math.max(0, after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed) / MiB;
  const again = performance.now();
  const { spam } = filter(model, { raw, direction: 'in', facts: { direction: 'in' }, policy: NEW_ACCOUNT.policy }, message);
  const virus = scanMessage(message);
  const inspected = performance.now() - again;
  worst.walk = Math.max(worst.walk, walked);
  worst.inspect = Math.max(worst.inspect, inspected);
  worst.held = Math.max(worst.held, held);
  console.log(
    `${name.padEnd(32)} walk ${walked.toFixed(0).padStart(5)} ms  held ${held.toFixed(0).padStart(3)} MB  inspection ${inspected.toFixed(0).padStart(5)} ms  ${String(message.leaves.length).padStart(5)} leaves  ${message.complete ? 'whole' : 'bounded'}  spam ${spam.verdict} virus ${virus.verdict}`,
  );
}
console.log(`worst: walk ${worst.walk.toFixed(0)} ms, held ${worst.held.toFixed(0)} MB, inspection ${worst.inspect.toFixed(0)} ms`);
