// TLS towards peers: the contexts, and the ladder that opportunistic TLS climbs down: modern, then old versions
// after a TLS-protocol failure, then clear on a new connection where the policy allows it. The reason goes into every attempt's record.
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsVersion } from '../config.ts';
import type { TlsPolicy, TlsUse } from '../mail.ts';
import { STARTTLS_MEMORY_MS } from './bounds.ts';
import type { TlsState } from './connection.ts';

export type Rung = 'modern' | 'old' | 'clear';

/** Forward secrecy first, RSA key exchange for very old peers; never anonymous or without encryption. */
const OLD_CIPHERS = 'ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES:DHE+AES:RSA+AESGCM:RSA+AES:!aNULL:!eNULL:!MD5:!RC4:!3DES@SECLEVEL=0';

export type Contexts = { readonly modern: SecureContext; readonly old: SecureContext | null };

/** One shared context a rung: a context per connection costs 100 to 330 µs. */
export function newContexts(floor: TlsVersion): Contexts {
  const old = floor === 'TLSv1' || floor === 'TLSv1.1';
  return {
    modern: createSecureContext({ minVersion: floor === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2' }),
    old: old ? createSecureContext({ minVersion: floor, ciphers: OLD_CIPHERS }) : null,
  };
}

/** What is remembered of hosts: when STARTTLS was last offered, and since when TLS breaks off without a TLS error. */
export type HostMemory = {
  readonly offered: (host: string, at: number) => void;
  readonly offeredLately: (host: string, at: number) => boolean;
  readonly trouble: (host: string, at: number) => void;
  /** In trouble for at least one backoff. */
  readonly troubled: (host: string, at: number) => boolean;
  readonly well: (host: string) => void;
};

const HOSTS = 50_000;
const ONE_BACKOFF_MS = 30_000;

export function newHostMemory(): HostMemory {
  const offered = new Map<string, number>();
  const trouble = new Map<string, number>();
  const put = (map: Map<string, number>, host: string, at: number): void => {
    if (map.size >= HOSTS) map.delete(map.keys().next().value as string);
    map.set(host, at);
  };
  return {
    offered: (host, at) => put(offered, host, at),
    offeredLately: (host, at) => at - (offered.get(host) ?? -Infinity) < STARTTLS_MEMORY_MS,
    trouble: (host, at) => {
      if (!trouble.has(host)) put(trouble, host, at);
    },
    troubled: (host, at) => at - (trouble.get(host) ?? Infinity) >= ONE_BACKOFF_MS,
    well: host => void trouble.delete(host),
  };
}

/** Which rungs a policy allows, in order. */
export function rungs(policy: TlsPolicy, contexts: Contexts): readonly Rung[] {
  return ['modern', ...(contexts.old ? (['old'] as const) : []), ...(policy === 'opportunistic' ? (['clear'] as const) : [])];
}

/** Whether a connection with this TLS may carry mail of that policy. */
export function carries(policy: TlsPolicy, state: TlsState | null): boolean {
  return policy === 'opportunistic' || (state !== null && (policy === 'required' || state.verified));
}

export function tlsUse(policy: TlsPolicy, state: TlsState | null, reason: string): TlsUse {
  return {
    used: state !== null,
    version: state?.version ?? null,
    cipher: state?.cipher ?? null,
    verified: state?.verified ?? false,
    policy,
    reason: state && !reason ? state.why : reason,
  };
}
