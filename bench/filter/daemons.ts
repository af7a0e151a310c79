// Rspamd and SpamAssassin of Debian as private daemons on loopback: their own rules, untrained, no network. A DNS server that knows no name
// stands in for the network, and what only the network can answer is off.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startStubDns } from '../../test/stub-dns.ts';
import { withLf, type Filter } from './filters.ts';
import { cpuOf, freePort, settled, start, untilAnswers } from './process.ts';

const isRoot = process.getuid?.() === 0;
/** Modules of Rspamd that ask DNS, HTTP or Redis about the sender or the links. */
const NETWORK = ['arc', 'asn', 'dkim', 'dmarc', 'fuzzy_check', 'rbl', 'spf', 'url_redirector', 'dkim_signing', 'greylist', 'ratelimit'];

export async function rspamd(folder: string): Promise<Filter> {
  const etc = join(folder, 'etc');
  const port = await freePort();
  const dns = await startStubDns({});
  for (const one of ['etc/local.d', 'etc/override.d', 'db', 'run', 'log']) mkdirSync(join(folder, one), { recursive: true });
  const put = (name: string, text: string): void => writeFileSync(join(etc, name), text);
  for (const name of NETWORK) put(`local.d/${name}.conf`, 'enabled = false;\n');
  put('local.d/hfilter.conf', 'helo_enabled = false; hostname_enabled = false; from_enabled = false; rcpt_enabled = false;\n');
  put('local.d/phishing.conf', 'phishtank_enabled = false;\n');
  put('override.d/worker-normal.inc', `bind_socket = "127.0.0.1:${port}"; count = 1;\n`);
  for (const name of ['proxy', 'controller', 'fuzzy']) put(`override.d/worker-${name}.inc`, 'enabled = false;\n');
  put('override.d/options.inc', `dns { nameserver = ["${dns.address}"]; timeout = 1s; retransmits = 1; }\n`);
  put('override.d/logging.inc', `level = "error"; type = "file"; filename = "${folder}/log/rspamd.log";\n`);
  // No score ends the tests early: all of them are wanted.
  put('local.d/actions.conf', 'reject = 999; add_header = 500; greylist = 400;\n');
  if (isRoot) execFileSync('chown', ['-R', '_rspamd', folder]);
  const paths = { LOCAL_CONFDIR: etc, DBDIR: join(folder, 'db'), RUNDIR: join(folder, 'run'), LOGDIR: join(folder, 'log') };
  const user = isRoot ? ['-u', '_rspamd', '-g', '_rspamd'] : [];
  const variables = Object.entries(paths).map(([name, path]) => `--var=${name}=${path}`);
  const running = start('rspamd', ['-f', ...user, '-c', '/etc/rspamd/rspamd.conf', ...variables], 'drop');
  const agent = new Agent({ keepAlive: true });
  const score = (raw: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'Content-Length': raw.length };
      const asked = request({ host: '127.0.0.1', port, path: '/checkv2', method: 'POST', agent, headers }, answer => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        answer.on('end', () => {
          const { score } = JSON.parse(text) as { score?: number };
          if (score === undefined) reject(new Error(`rspamd: ${text.slice(0, 200)}`));
          else resolve(score);
        });
      });
      asked.on('error', reject).end(raw);
    });
  await untilAnswers(() => score(Buffer.from('Subject: up?\r\n\r\n')));
  await settled(running.pid);
  const stop = async (): Promise<void> => {
    agent.destroy();
    await running.stop();
    await dns.close();
  };
  return { name: 'Rspamd, untrained', score, cpu: () => cpuOf(running.pid), stop };
}

export async function spamassassin(folder: string): Promise<Filter> {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  if (isRoot) execFileSync('chown', ['-R', 'nobody', folder]);
  const children = ['--min-children=1', '--max-children=1', '--max-conn-per-child=100000'];
  const running = start(
    '/usr/sbin/spamd',
    // Local tests only, no learning, no settings of users.
    ['-L', '-x', '--cf=use_bayes 0', '-4', '-i', '127.0.0.1', '-p', String(port), '-s', 'null', '-H', folder, ...children].concat(
      isRoot ? ['-u', 'nobody'] : [],
    ),
    'drop',
  );
  const score = (raw: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const mail = withLf(raw);
      const socket = connect({ host: '127.0.0.1', port }, () => {
        socket.end(Buffer.concat([Buffer.from(`CHECK SPAMC/1.5\r\nContent-length: ${mail.length}\r\n\r\n`), mail]));
      });
      let text = '';
      socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
      socket.on('error', reject).on('close', () => {
        const found = /^Spam: \w+ ; (-?[\d.]+)/m.exec(text)?.[1];
        if (found === undefined) reject(new Error(`spamd: ${text.slice(0, 200)}`));
        else resolve(Number(found));
      });
    });
  await untilAnswers(() => score(Buffer.from('Subject: up?\r\n\r\n')));
  await settled(running.pid);
  return { name: 'SpamAssassin, untrained', score, cpu: () => cpuOf(running.pid), stop: running.stop };
}

/** What the packages call themselves. */
export const versions = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (
      [
        ['rspamd', ['rspamd', '--version'], /version (\S+)/],
        ['spamassassin', ['/usr/sbin/spamd', '--version'], /version (\S+)/],
        ['bogofilter', ['bogofilter', '-V'], /version (\S+)/],
      ] as const
    ).map(([name, [command, flag], what]) => [name, what.exec(execFileSync(command, [flag], { encoding: 'utf8' }))?.[1] ?? '?']),
  );
