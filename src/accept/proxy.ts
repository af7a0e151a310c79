// PROXY protocol version 2 (HAProxy, section 2.2): a trusted proxy says in front of everything else who the peer is.
import type { Socket } from 'node:net';

export type ProxyPeer = { readonly ip: string; readonly port: number };
/** `none`: it is no proxy that speaks, or the proxy itself (LOCAL). `broken`: a header that cannot be read. */
export type ProxyHeader =
  | { readonly kind: 'peer'; readonly peer: ProxyPeer; readonly length: number }
  | { readonly kind: 'none' | 'broken' | 'more'; readonly length: number };

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const HEAD = 16;
/** Addresses and TLVs: ours need 36, some proxies add a few hundred. */
const MAX_BODY = 2_048;

/** Reads what came in so far; `length` is what the header takes of it. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const seen = bytes.subarray(0, SIGNATURE.length);
  if (!SIGNATURE.subarray(0, seen.length).equals(seen)) return { kind: 'none', length: 0 };
  if (bytes.length < HEAD) return { kind: 'more', length: 0 };
  const [command, family] = [bytes[12] ?? 0, bytes[13] ?? 0];
  const body = bytes.readUInt16BE(14);
  if (command >> 4 !== 2 || (command & 15) > 1 || body > MAX_BODY) return { kind: 'broken', length: 0 };
  if (bytes.length < HEAD + body) return { kind: 'more', length: 0 };
  const length = HEAD + body;
  const isProxied = (command & 15) === 1;
  if (isProxied && family === 0x11 && body >= 12) {
    const ip = [...bytes.subarray(HEAD, HEAD + 4)].join('.');
    return { kind: 'peer', peer: { ip, port: bytes.readUInt16BE(HEAD + 8) }, length };
  }
  if (isProxied && family === 0x21 && body >= 36) {
    const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(HEAD + i * 2).toString(16));
    return {
      kind: 'peer',
      peer: { ip: new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1), port: bytes.readUInt16BE(HEAD + 32) },
      length,
    };
  }
  return { kind: 'none', length };
}

/** Who speaks behind a trusted proxy; null when the header is broken. A peer that says nothing speaks for itself. */
export function proxied(socket: Socket, own: ProxyPeer, waitMs: number): Promise<ProxyPeer | null> {
  return new Promise(resolve => {
    let seen: Buffer = Buffer.alloc(0);
    const done = (peer: ProxyPeer | null, used = 0): void => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.pause();
      if (seen.length > used) socket.unshift(seen.subarray(used));
      resolve(peer);
    };
    const onData = (bytes: Buffer): void => {
      seen = Buffer.concat([seen, bytes]);
      const header = readProxyHeader(seen);
      if (header.kind === 'peer') done(header.peer, header.length);
      else if (header.kind === 'none') done(own, header.length);
      else if (header.kind === 'broken') done(null, seen.length);
    };
    const timer = setTimeout(() => done(own), waitMs);
    socket.on('data', onData);
    socket.on('error', () => done(null, seen.length));
  });
}
