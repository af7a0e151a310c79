// Debian's clamd as a real peer: a private instance on a socket, with one signature of our own (there is no network to fetch others).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newClamd } from '../src/engines/scanner/clamd.ts';
import { until } from './server.ts';

export const noClamd: string | false = existsSync('/usr/sbin/clamd') ? false : 'Debian package clamav-daemon is not installed';

/** Harmless words that the test signature finds. */
export const MARKER = 'sesame-harmless-marker-for-clamd';

export type RunningClamd = {
  readonly socket: string;
  /** Adds a line to a database file of ours and has clamd read it; the new signatures stand a moment later. */
  readonly learn: (file: string, line: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** `settings`: more lines of clamd.conf. */
export async function startClamd(settings: readonly string[] = []): Promise<RunningClamd> {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-clamd-'));
  chmodSync(folder, 0o755);
  const socket = join(folder, 'clamd.ctl');
  writeFileSync(join(folder, 'test.ndb'), `Sesame.Test.Marker:0:*:${Buffer.from(MARKER).toString('hex')}\n`);
  const all = [
    `LocalSocket ${socket}`,
    `DatabaseDirectory ${folder}`,
    'Foreground yes',
    'User root',
    'SelfCheck 0',
    'ExitOnOOM yes',
    'ScanMail yes',
    // Memory: what clamd unpacks must not reach a disk (docs/attachments.md), and thousands of files there cost more than the scan.
    ...(existsSync('/dev/shm') ? ['TemporaryDirectory /dev/shm'] : []),
    ...settings,
  ];
  writeFileSync(join(folder, 'clamd.conf'), `${all.join('\n')}\n`);
  const child = spawn('/usr/sbin/clamd', ['--config-file', join(folder, 'clamd.conf')], { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  const clamd = newClamd({ kind: 'unix', path: socket });
  await until('clamd is up', async () => (await clamd.version()) !== null);
  return {
    socket,
    learn: async (file, line) => {
      appendFileSync(join(folder, file), `${line}\n`);
      assert.match(await say(socket, 'zRELOAD\0'), /RELOADING/);
    },
    stop: async () => {
      clamd.close();
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function say(path: string, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    let text = '';
    socket.once('connect', () => void socket.write(words));
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    socket.once('error', reject).once('close', () => resolve(text));
  });
}

/** What stands in front of clamd does to each connection. */
export type Mode = 'pass' | 'refuse' | 'hang' | 'slow' | 'cut' | 'wrong-id' | 'error' | 'garbage';
export type Front = {
  readonly address: string;
  readonly set: (mode: Mode) => void;
  readonly streams: () => number;
  readonly close: () => void;
};

/** A front of clamd that misbehaves as told: connections that are open are dropped when the mode changes. */
export async function startFront(socketPath: string): Promise<Front> {
  let mode: Mode = 'pass';
  let streams = 0;
  const open = new Set<Socket>();
  const server = createServer(client => {
    open.add(client);
    client.on('error', () => undefined).once('close', () => open.delete(client));
    if (mode === 'refuse') return void client.destroy();
    if (mode === 'hang') return void client.resume();
    if (mode === 'garbage') return void client.once('data', () => client.write('\u0001\u0002 OK\0stream: OK\0'));
    const behind = connect({ path: socketPath });
    const now = mode;
    behind.on('error', () => client.destroy()).once('close', () => client.destroy());
    client.once('close', () => behind.destroy());
    client.on('data', (bytes: Buffer) => {
      if (bytes.includes('zINSTREAM')) streams++;
      behind.write(bytes);
    });
    behind.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      if (now === 'pass' || text.startsWith('ClamAV')) client.write(bytes);
      else if (now === 'slow') setTimeout(() => client.write(bytes), 300);
      else if (now === 'cut') client.end(bytes.subarray(0, Math.max(1, bytes.length >> 1)));
      else if (now === 'wrong-id') client.write(text.replace(/^\d+/, '4711').replace('FOUND', 'OK'));
      else if (now === 'error') client.write(text.replace(/(\d+: ).*/s, "$1stream: Can't allocate memory ERROR\0"));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: next => {
      mode = next;
      for (const one of open) one.destroy();
    },
    streams: () => streams,
    close: () => {
      server.close();
      for (const one of open) one.destroy();
    },
  };
}
