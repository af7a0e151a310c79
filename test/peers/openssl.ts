// STARTTLS answered by real OpenSSL: `openssl s_server` cannot speak SMTP, so the plain part is ours (smtp-peer.ts) and each connection's
// TLS bytes go through an s_server of its own on a Unix socket, whose standard input and output are the text inside TLS.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Issued } from './authority.ts';
import type { StartTls } from './smtp-peer.ts';

export type Version = 'tls1' | 'tls1_1' | 'tls1_2' | 'tls1_3';

export type OpenSsl = {
  /** TLS with this certificate; `words`: further options of s_server, as `-tls1_2`, `-cipher LIST`. `reply`: in place of a plain 220. */
  readonly tls: (issued: Issued, words?: readonly string[], reply?: string) => StartTls;
  /** Ends every s_server that still runs, by its pid, and removes the folder. */
  readonly close: () => void;
};

/** One version alone, with the ciphers that Debian's defaults would forbid. */
export const only = (version: Version): readonly string[] => [`-${version}`, '-cipher', 'DEFAULT@SECLEVEL=0'];

export function newOpenSsl(): OpenSsl {
  const folder = mkdtempSync('/tmp/sesame-openssl-');
  const running = new Set<ChildProcess>();
  const end = (): void => {
    for (const child of running) child.kill('SIGKILL');
  };
  process.once('exit', end);
  let count = 0;
  const tls = (issued: Issued, words: readonly string[] = [], reply = '220 2.0.0 go\r\n'): StartTls => ({
    reply,
    takeOver: (socket, talk) => {
      const path = join(folder, `${++count}`);
      const certificate = ['-cert', issued.cert, '-key', issued.key, ...(issued.chain ? ['-cert_chain', issued.chain] : [])];
      const child = spawn('openssl', ['s_server', '-quiet', '-unix', path, '-naccept', '1', ...certificate, ...words], {
        stdio: ['pipe', 'pipe', 'ignore'],
        // Debian's settings raise the floor to TLS 1.2; a peer under test has what it was told to have.
        env: { PATH: process.env['PATH'], OPENSSL_CONF: '/dev/null' },
      });
      running.add(child);
      child.once('exit', () => {
        running.delete(child);
        socket.end();
      });
      talk({ input: child.stdout, output: child.stdin });
      joinTo(socket, path, child);
    },
  });
  return {
    tls,
    close: () => {
      process.removeListener('exit', end);
      end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Joins the peer's connection to the s_server, as soon as that listens. What came meanwhile is not lost: the socket is paused. */
function joinTo(socket: Socket, path: string, child: ChildProcess): void {
  socket.pause();
  const inner = connect(path);
  inner.once('error', () => {
    if (child.exitCode === null && child.signalCode === null && !socket.destroyed) setTimeout(() => joinTo(socket, path, child), 5);
    else socket.destroy();
  });
  inner.once('connect', () => {
    inner.on('error', () => socket.destroy());
    inner.pipe(socket);
    socket.pipe(inner);
    socket.once('close', () => {
      inner.destroy();
      child.kill('SIGKILL');
    });
  });
}
