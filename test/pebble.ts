// Debian's pebble for tests: a real ACME authority (RFC 8555) on loopback that fetches the answers to its challenges from a port given.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { newAuthority } from './openssl.ts';
import { until } from './server.ts';

/** The first of the programs that is not there. */
export function withoutAcme(...programs: readonly string[]): string | false {
  const missing = ['pebble', ...programs].find(one => spawnSync('which', [one]).status !== 0);
  return missing === undefined ? false : `${missing} is not installed`;
}

export type Pebble = {
  readonly directory: string;
  /** The authority that its own HTTPS is from, for ACME clients. */
  readonly trust: string;
  /** The root of the certificates that it issues. */
  readonly root: string;
  readonly close: () => Promise<void>;
};

export async function startPebble(folder: string, dns: string, httpPort: number): Promise<Pebble> {
  const authority = newAuthority(folder);
  const own = authority.issue('pebble', ['localhost'], 'ec');
  const [port, management] = [await freePort(), await freePort()];
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: own.cert,
    privateKey: own.key,
    httpPort,
    tlsPort: 1,
  };
  const config = join(folder, 'pebble.json');
  writeFileSync(config, JSON.stringify({ pebble }));
  const child = spawn('pebble', ['-config', config, '-dnsserver', dns], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const root = await until('pebble', () => textOf(`https://localhost:${management}/roots/0`, authority.pem));
  return {
    directory: `https://localhost:${port}/dir`,
    trust: authority.file,
    root,
    close: () => (child.kill(), ended),
  };
}

function textOf(url: string, ca: string): Promise<string | null> {
  return new Promise(resolve => {
    const ask = get(url, { ca, agent: false, family: 4 }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more: string) => (text += more));
      answer.once('end', () => resolve(answer.statusCode === 200 ? text : null));
    });
    ask.once('error', () => resolve(null));
  });
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
