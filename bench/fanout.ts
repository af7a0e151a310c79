// Mail with 50 recipients over 10 sites: what a fan-out costs. Ten sinks on addresses of their own behind a stub DNS, STARTTLS, DKIM,
// durable queue, everything on:
// with --track by HTTP, each recipient with a copy of his own (links, picture, way to leave, return path):
//   node bench/fanout.ts [-n 400] [-c 10] [--doors 2] [--track]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { smtp } from '../test/client.ts';
import { discard, must, startServer, tenant, until } from '../test/server.ts';
import { startSink, type Sink } from '../test/sink.ts';
import { startStubDns } from '../test/stub-dns.ts';

const SITES = 10;
const RECIPIENTS = 50;
const { values } = parseArgs({
  options: {
    n: { type: 'string', short: 'n', default: '400' },
    c: { type: 'string', short: 'c', default: '10' },
    doors: { type: 'string', default: '' },
    track: { type: 'boolean', default: false },
  },
});
const [messages, connections] = [Number(values.n), Number(values.c)];
const work = mkdtempSync(join(tmpdir(), 'sesame-fanout-'));
const [cert, key] = [join(work, 'crt'), join(work, 'key')];
execFileSync(
  'openssl',
  ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=mx.test'],
  { stdio: 'ignore' },
);
const tls = { cert: readFileSync(cert), key: readFileSync(key) };

const sinks: Sink[] = [];
const dns = await startStubDns({});
for (let site = 0; site < SITES; site++) {
  const host = `127.0.1.${site + 1}`;
  sinks.push(await startSink({ host, port: sinks[0]?.port ?? 0, tls }));
  dns.zone[`d${site}.test MX`] = [`10 mx.d${site}.test`];
  dns.zone[`mx.d${site}.test A`] = [host];
}
const server = await startServer({
  SESAME_RESOLVER: dns.address,
  SESAME_DELIVERY_PORT: String(sinks[0]?.port),
  SESAME_CONNECTION_LIMIT: '10000',
  SESAME_LOG: 'warn',
  SESAME_PUBLIC_URL: 'https://links.test',
  ...(values.doors ? { SESAME_DOORS: values.doors } : {}),
});
const sender = await tenant(server, 'sender.test');
const to = Array.from({ length: RECIPIENTS }, (_, i) => `user${i}@d${i % SITES}.test`);
const body = `${'All work and no play makes a dull benchmark. '.repeat(220)}\n`;

const cpu = (): number => {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const latencies: number[] = [];
let next = 0;
const [cpuBefore, started] = [cpu(), performance.now()];
/** How one connection sends the mail of that number. */
type Send = (n: number) => Promise<void>;
async function bySmtp(): Promise<Send> {
  const session = await smtp(server.ready.submissions, { tls: 'implicit', login: sender });
  const front = (n: number): string => `From: news@sender.test\nTo: list@sender.test\nSubject: ${n}\nX-Test-Id: ${n}\n\n`;
  return async n => {
    const reply = await session.send('news@sender.test', to, front(n) + body);
    if (reply.code !== 250) throw new Error(reply.text);
  };
}
const html = `<body>${Array.from({ length: 10 }, (_, i) => `<p>${body.slice(0, 1_000)}<a href="https://shop.test/${i}?a=1&amp;b=2">more</a></p>\n`).join('')}</body>`;
const tracked = { bcc: to, html, track: { opens: true, clicks: true }, unsubscribe: { group: 'news' } };
const byHttp: Send = async n => {
  await must(sender.call('POST', '/v1/emails', { from: 'news@sender.test', subject: String(n), ...tracked }));
};
await Promise.all(
  Array.from({ length: connections }, async () => {
    const send = values.track ? byHttp : await bySmtp();
    while (next < messages) {
      const n = next++;
      const before = performance.now();
      await send(n);
      latencies.push(performance.now() - before);
    }
  }),
);
const accepted = (performance.now() - started) / 1000;
const taken = (): number => sinks.reduce((sum, sink) => sum + sink.caught.reduce((all, mail) => all + mail.to.length, 0), 0);
await until('all at the sinks', () => taken() >= messages * RECIPIENTS, 300_000);
const took = (performance.now() - started) / 1000;
latencies.sort((a, b) => a - b);
const transactions = sinks.reduce((sum, sink) => sum + sink.caught.length, 0);
console.log(
  JSON.stringify({
    messages,
    recipients: messages * RECIPIENTS,
    transactions,
    accepted_per_s: Math.round(messages / accepted),
    delivered_recipients_per_s: Math.round((messages * RECIPIENTS) / took),
    transactions_per_s: Math.round(transactions / took),
    cpu_s_per_1000_transactions: Math.round(((cpu() - cpuBefore) / transactions) * 1_000_000) / 1000,
    p50_ms: Math.round(latencies[Math.floor(latencies.length / 2)] ?? 0),
    lost: messages * RECIPIENTS - taken(),
    connections: sinks.reduce((sum, sink) => sum + sink.connections(), 0),
  }),
);
await server.stop();
await Promise.all([...sinks.map(sink => sink.close()), dns.close()]);
discard(server);
rmSync(work, { recursive: true });
