// Debian's clamd as a real peer: a private instance on a socket, with one signature of our own (there is no network to fetch others).
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newClamd } from '../src/engines/scanner/clamd.ts';
import { until } from './server.ts';

export const noClamd: string | false = existsSync('/usr/sbin/clamd') ? false : 'Debian package clamav-daemon is not installed';

/** Harmless words that the test signature finds. */
export const MARKER = 'sesame-harmless-marker-for-clamd';

export type RunningClamd = { readonly socket: string; readonly stop: () => Promise<void> };

export async function startClamd(): Promise<RunningClamd> {
  const folder = mkdtempSync(join(tmpdir(), 'sesame-clamd-'));
  chmodSync(folder, 0o755);
  const socket = join(folder, 'clamd.ctl');
  writeFileSync(join(folder, 'test.ndb'), `Sesame.Test.Marker:0:*:${Buffer.from(MARKER).toString('hex')}\n`);
  const settings = [
    `LocalSocket ${socket}`,
    `DatabaseDirectory ${folder}`,
    'Foreground yes',
    'User root',
    'SelfCheck 0',
    'ExitOnOOM yes',
    'ScanMail yes',
  ];
  writeFileSync(join(folder, 'clamd.conf'), `${settings.join('\n')}\n`);
  const child = spawn('/usr/sbin/clamd', ['--config-file', join(folder, 'clamd.conf')], { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  await until('clamd is up', async () => (await newClamd({ kind: 'unix', path: socket }).version()) !== null);
  return {
    socket,
    stop: async () => {
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
