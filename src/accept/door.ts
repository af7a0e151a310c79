// An SMTP listener: shares its port with the other door threads, counts connections per peer over all of them, serves sessions.
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Listen } from '../config.ts';
import * as bounds from './bounds.ts';
import { proxied, type ProxyPeer } from './proxy.ts';
import { serve } from './session.ts';
import type { SessionParts } from './state.ts';
import type { DoorDeps, DoorKind } from './types.ts';

export type OpenDoor = {
  readonly address: Listen;
  /** Stops listening; sessions in a transaction may end it within `ms`. */
  readonly close: (ms: number) => Promise<void>;
};

const MINUTE = 60_000;

export function openSmtpDoor(
  deps: DoorDeps,
  kind: DoorKind,
  listen: Listen,
  handshake: SessionParts['handshake'],
  reusePort: boolean,
): Promise<OpenDoor> {
  const sessions = new Set<ReturnType<typeof serve>>();
  const server: Server = createServer({ allowHalfOpen: false, noDelay: true }, socket => {
    const own = { ip: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''), port: socket.remotePort ?? 0 };
    if (!deps.trusted(own.ip)) return admit(socket, own);
    void proxied(socket, own, bounds.PROXY_WAIT_MS).then(peer => (peer ? admit(socket, peer) : socket.destroy()));
  });
  const admit = (socket: Socket, from: ProxyPeer): void => {
    const peer = peerKey(from.ip);
    const limit = deps.config.connectionLimit;
    const admitted = deps.shared.enter(`smtp/${peer}`, limit);
    if (!admitted || deps.shared.count(`smtp/${peer}`, MINUTE) > limit * 10) {
      if (admitted) deps.shared.leave(`smtp/${peer}`);
      deps.metrics.count('sesame_connections_total', { door: kind, outcome: 'limited' });
      const text = 'too many connections from your address, try again later';
      deps.refused(
        { refused: true, reason: 'rate_limited', code: 421, enhanced: '4.7.0', text },
        { door: kind, peer: from.ip, stage: 'connect', accountId: null, sender: null, recipient: null },
      );
      socket.on('error', () => undefined);
      socket.end(kind === 'submissions' ? '' : `421 4.7.0 rate_limited ${text}\r\n`);
      return;
    }
    deps.metrics.count('sesame_connections_total', { door: kind, outcome: 'served' });
    const session = serve(socket, {
      deps,
      kind,
      handshake,
      peer: from,
      onEnd: () => {
        deps.shared.leave(`smtp/${peer}`);
        sessions.delete(session);
      },
    });
    sessions.add(session);
  };
  const close = (ms: number): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(() => {
        for (const session of sessions) session.end('draining');
      }, ms);
      server.close(() => (clearTimeout(timer), resolve()));
      for (const session of sessions) session.drain();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: listen.host, port: listen.port, reusePort, backlog: 1024 }, () => {
      server.removeListener('error', reject);
      server.on('error', error => deps.log.error('listener failed', { door: kind, error: error.message }));
      resolve({ address: { host: listen.host, port: (server.address() as AddressInfo).port }, close });
    });
  });
}

/** An IPv6 /64 counts as one peer. */
export function peerKey(ip: string): string {
  const plain = ip.replace(/^::ffff:/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const all = [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0'), ...back];
  return `${all.slice(0, 4).join(':')}::/64`;
}
