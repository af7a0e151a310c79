// The server name in a ClientHello (RFC 8446 sections 4.1.2 and 5.1, RFC 6066 section 3), read before TLS takes the connection: Node's own
// choice by name knows one certificate a name, ours has an RSA and a P-256 one, and contexts are chosen whole.
import type { Socket } from 'node:net';
import { MAX_HELLO } from './bounds.ts';

/** `more`: not whole yet. `name` null: none is named, or it is no ClientHello: TLS itself says what is wrong with it. */
export type Hello = { readonly kind: 'more' } | { readonly kind: 'hello'; readonly name: string | null };

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const NAMELESS: Hello = { kind: 'hello', name: null };
const MORE: Hello = { kind: 'more' };

/** Reads what came in so far. Never throws. */
export function readHello(bytes: Buffer): Hello {
  if (bytes.length > MAX_HELLO) return NAMELESS;
  const body = handshakeBody(bytes);
  if (body === 'more') return MORE;
  return body === null ? NAMELESS : { kind: 'hello', name: serverName(body) };
}

/** The handshake message, put together from the records that carry it. */
function handshakeBody(bytes: Buffer): Buffer | 'more' | null {
  const pieces: Buffer[] = [];
  let size = 0;
  for (let at = 0; ;) {
    if ((bytes[at] ?? HANDSHAKE_RECORD) !== HANDSHAKE_RECORD) return null;
    if (bytes.length < at + 5) return 'more';
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end === at + 5) return null;
    const piece = bytes.subarray(at + 5, Math.min(end, bytes.length));
    pieces.push(piece);
    size += piece.length;
    const message = pieces.length === 1 ? piece : Buffer.concat(pieces, size);
    if (message.length > 0 && message[0] !== CLIENT_HELLO) return null;
    if (message.length >= 4) {
      const length = message.readUIntBE(1, 3);
      if (length > MAX_HELLO) return null;
      if (message.length >= 4 + length) return message.subarray(4, 4 + length);
    }
    if (bytes.length < end) return 'more';
    at = end;
  }
}

/** Version 2, random 32, then session id, cipher suites, compression methods, extensions: each behind its length. */
function serverName(hello: Buffer): string | null {
  let at = 34;
  for (const width of [1, 2, 1]) {
    if (at + width > hello.length) return null;
    at += width + hello.readUIntBE(at, width);
  }
  if (at + 2 > hello.length) return null;
  const end = Math.min(hello.length, at + 2 + hello.readUInt16BE(at));
  for (at += 2; at + 4 <= end;) {
    const [type, length] = [hello.readUInt16BE(at), hello.readUInt16BE(at + 2)];
    if (type === SERVER_NAME) return hostOf(hello.subarray(at + 4, Math.min(end, at + 4 + length)));
    at += 4 + length;
  }
  return null;
}

/** The list holds one name of type 0, host_name. */
function hostOf(list: Buffer): string | null {
  if (list.length < 5 || list[2] !== 0) return null;
  const name = list.toString('latin1', 5, 5 + list.readUInt16BE(3));
  return /^[\x21-\x7e]{1,255}$/.test(name) ? name : null;
}

/**
 * Waits for the ClientHello of a plain socket and leaves its bytes there, so that TLS reads them again. null: the peer is gone.
 * Whoever calls ends the wait by destroying the socket.
 */
export function peekHello(socket: Socket): Promise<{ readonly name: string | null } | null> {
  return new Promise(resolve => {
    let seen: Buffer = Buffer.alloc(0);
    const onData = (bytes: Buffer): void => {
      seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
      const hello = readHello(seen);
      if (hello.kind === 'more') return;
      leave();
      socket.pause();
      socket.unshift(seen);
      resolve(hello);
    };
    const onEnd = (): void => (leave(), resolve(null));
    const leave = (): void => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd);
    };
    socket.on('data', onData).on('end', onEnd).on('close', onEnd);
    if (socket.destroyed) return onEnd();
    socket.resume();
  });
}
