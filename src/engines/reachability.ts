// What the sockets of this machine say about a local address: whether it is ours, and whether others can be reached from it.
import { connect, createServer } from 'node:net';

const CONNECT_MS = 10_000;

/** null: `ip` can be bound; else the system's error code (EADDRNOTAVAIL: it is no address of this machine). */
export function bindFault(ip: string): Promise<string | null> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    server.listen({ host: ip, port: 0, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** null: a mail host greeted at `to` for a connection from `from`; else the system's error code, `timeout`, or `no greeting`. */
export function greetingFault(to: { readonly host: string; readonly port: number }, from: string): Promise<string | null> {
  return new Promise(resolve => {
    const socket = connect({ ...to, localAddress: from });
    const done = (fault: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(fault);
    };
    const timer = setTimeout(() => done('timeout'), CONNECT_MS);
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'));
    socket.once('close', () => done('no greeting'));
    // A host behind a middlebox that accepts for it says nothing of SMTP; a 421 or 554 is a mail host's word.
    socket.once('data', bytes => {
      if (/^[245]\d\d[ -]/.test(bytes.toString('latin1', 0, 4))) done(null);
      else done('no greeting');
    });
  });
}
