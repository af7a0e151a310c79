// TLS of the doors of one thread: contexts shared by all connections (one a door and group of certificates), the handshake, and session
// tickets that every thread can open (RFC 5077, RFC 8446 section 2.2). New certificates count from the next handshake on.
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { TlsVersion } from '../../config.ts';
import { OLD_CIPHERS } from '../../tlspolicy/ciphers.ts';
import type { Metrics } from '../types.ts';
import { SESSION_SECONDS } from './bounds.ts';
import { groupFor, type ServedGroup } from './groups.ts';
import { peekHello } from './hello.ts';

/** What all threads serve. */
export type ServedTls = {
  readonly groups: readonly ServedGroup[];
  /** 48 bytes that seal the tickets of sessions. */
  readonly ticketKeys: Uint8Array;
  /** Made by us because the operator named no certificates. */
  readonly isOwn: boolean;
  /** Epoch ms. */
  readonly loadedAt: number;
  readonly warnings: readonly string[];
  /** The last try to load new files failed: the certificates are those of before. */
  readonly fault: { readonly at: number; readonly texts: readonly string[] } | null;
};

/** The plain socket in TLS, after the handshake; null when that failed, and the socket is destroyed then. */
export type Handshake = (raw: Socket, waitMs: number) => Promise<TLSSocket | null>;

export type DoorTls = {
  readonly set: (served: ServedTls) => void;
  readonly served: () => ServedTls;
  readonly handshake: (door: string, floor: TlsVersion) => Handshake;
};

export function newDoorTls(first: ServedTls, metrics: Metrics): DoorTls {
  let served = first;
  let contexts = new Map<string, SecureContext>();
  const context = (door: string, floor: TlsVersion, name: string | null): SecureContext => {
    const group = groupFor(served.groups, name);
    const key = `${door} ${served.groups.indexOf(group)}`;
    const there = contexts.get(key);
    if (there) return there;
    const made = doorContext(door, floor, group, served.ticketKeys);
    contexts.set(key, made);
    return made;
  };
  return {
    set: next => {
      served = next;
      contexts = new Map();
    },
    served: () => served,
    handshake: (door, floor) => async (raw, waitMs) => {
      const secure = await shake(raw, waitMs, name => context(door, floor, name));
      metrics.count('sesame_tls_sessions_total', { door, version: secure?.getProtocol() ?? 'failed' });
      return secure;
    },
  };
}

/** A context of its own for each door: what old peers need must not weaken another one. */
function doorContext(door: string, floor: TlsVersion, { pairs }: ServedGroup, ticketKeys: Uint8Array): SecureContext {
  const old = floor === 'TLSv1' || floor === 'TLSv1.1';
  return createSecureContext({
    cert: pairs.map(one => one.cert),
    key: pairs.map(one => one.key),
    minVersion: floor,
    ...(old ? { ciphers: OLD_CIPHERS } : {}),
    // Clients that know no elliptic curve have forward secrecy by DHE or not at all.
    dhparam: 'auto',
    ticketKeys: Buffer.from(ticketKeys),
    sessionTimeout: SESSION_SECONDS,
    // A ticket is good for the door and the certificates that it was given with.
    sessionIdContext: createHash('sha256')
      .update(`${door}\n`)
      .update(pairs.map(one => one.cert).join(''))
      .digest('hex')
      .slice(0, 32),
  });
}

async function shake(raw: Socket, waitMs: number, context: (name: string | null) => SecureContext): Promise<TLSSocket | null> {
  const timer = setTimeout(() => raw.destroy(), waitMs);
  const hello = await peekHello(raw);
  const secure = hello && !raw.destroyed ? await secured(raw, context(hello.name)) : null;
  clearTimeout(timer);
  if (!secure) raw.destroy();
  return secure;
}

/** null: no handshake came about. */
function secured(raw: Socket, secureContext: SecureContext): Promise<TLSSocket | null> {
  return new Promise(resolve => {
    const secure = new TLSSocket(raw, { isServer: true, secureContext });
    // Nobody reads before the handshake is done: a peer that leaves is noticed here.
    const onReadable = (): void => void secure.read(0);
    const onEnd = (): void => void secure.destroy();
    secure.on('readable', onReadable).on('end', onEnd);
    secure.on('error', () => secure.destroy());
    secure.once('close', () => (raw.destroy(), resolve(null)));
    secure.once('secure', () => {
      secure.off('readable', onReadable).off('end', onEnd);
      resolve(secure);
    });
  });
}
