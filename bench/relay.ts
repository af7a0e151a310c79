// Sesame as a relay beside Postfix, with the public load generator of the shared material:
//   node bench/relay.ts FOLDER-OF-BENCH [-n 2000] [-c 20] [--size 10k] [--repeat 3] [--peers postfix,postfix-tls] [-- more relay.mjs options]
// STARTTLS both sides, connections reused, DKIM with two keys, durable queue, everything on. Needs Debian's postfix for the peers.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { discard, startServer, tenant } from '../test/server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    n: { type: 'string', short: 'n', default: '2000' },
    c: { type: 'string', short: 'c', default: '20' },
    size: { type: 'string', default: '10k' },
    repeat: { type: 'string', default: '3' },
    warm: { type: 'string', default: '500' },
    peers: { type: 'string', default: 'postfix-tls,postfix' },
    doors: { type: 'string', default: '' },
    json: { type: 'string' },
    'load-args': { type: 'string', default: '' },
    reuse: { type: 'string', default: '0' },
  },
});
const shared = resolve(positionals[0] ?? '.');
const work = mkdtempSync(join(tmpdir(), 'sesame-bench-'));
const cert = join(work, 'rsa.crt');
const key = join(work, 'rsa.key');
execFileSync(
  'openssl',
  ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '30', '-subj', '/CN=mx.test'],
  { stdio: 'ignore' },
);
const sink = await freePort();

const server = await startServer({
  SESAME_SMARTHOST: `127.0.0.1:${sink}`,
  SESAME_CONNECTION_LIMIT: '100000',
  SESAME_LOG: 'warn',
  ...(values.doors ? { SESAME_DOORS: values.doors } : {}),
});
const sender = await tenant(server, 'sender.test');
const targets = [
  write('sesame', {
    port: port(server.ready.submission),
    starttls: true,
    auth: `${sender.username}:${sender.password}`,
    pids: [server.pid],
  }),
];
const down: string[] = [];
for (const name of values.peers.split(',').filter(Boolean)) targets.push(await postfix(name));

const spread = values['load-args'];
const ran = spawnSync(
  process.execPath,
  [
    join(shared, 'relay.mjs'),
    '-n',
    values.n,
    '-c',
    values.c,
    '--size',
    values.size,
    '--repeat',
    values.repeat,
    '--warm',
    values.warm,
    '--reuse',
    values.reuse,
    '--sink-port',
    String(sink),
    '--sink-tls',
    '--cert',
    cert,
    '--key',
    key,
    ...(spread ? [`--load-args=${spread}`] : []),
    ...(values.json ? ['--json', values.json] : []),
    ...targets,
  ],
  { stdio: 'inherit' },
);
for (const folder of down) spawnSync('bash', [join(shared, 'peers/postfix.sh'), 'down', folder], { stdio: 'ignore' });
await server.stop();
if (server.log()) process.stderr.write(server.log());
discard(server);
process.exit(ran.status ?? 1);

/** A private Postfix: `postfix` without TLS on either side, `postfix-tls` with both and connection reuse. */
async function postfix(name: string): Promise<string> {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  const listen = await freePort();
  const withTls = name === 'postfix-tls';
  const lines = withTls ? ['tls', 'smtp_tls_connection_reuse=yes'] : [];
  execFileSync('chmod', ['755', work]);
  execFileSync('bash', [join(shared, 'peers/postfix.sh'), 'up', folder, String(listen), String(sink), ...lines], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CERT: cert, KEY: key },
  });
  down.push(folder);
  return write(name, { port: listen, starttls: withTls, pidfiles: [join(folder, 'queue/pid/master.pid')] });
}

function write(name: string, target: Readonly<Record<string, unknown>>): string {
  const file = join(work, `${name}.json`);
  writeFileSync(file, JSON.stringify({ name, ...target }));
  return file;
}

function port(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

function freePort(): Promise<number> {
  return new Promise(done => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const at = probe.address();
      probe.close(() => done(typeof at === 'object' && at ? at.port : 0));
    });
  });
}
