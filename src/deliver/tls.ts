// TLS towards peers: the contexts with which hosts are tried, the sessions to resume, and whether what a connection has is enough for the
// floor of a mail (tlspolicy/). The reason goes into every attempt's record.
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsVersion } from '../config.ts';
import type { Hop, TlsUse } from '../mail.ts';
import { readCertificate } from '../tlspolicy/certificate.ts';
import { OLD_CIPHERS } from '../tlspolicy/ciphers.ts';
import { daneCheck } from '../tlspolicy/dane.ts';
import { afterHandshake, onExtensions, type Outcome } from '../tlspolicy/outcome.ts';
import { nameShown } from '../tlspolicy/path.ts';
import { SESSION_MS, SESSIONS } from './bounds.ts';
import type { Connection } from './connection.ts';
import type { Sessions, TlsState } from './handshake.ts';

/** With what a host is tried: what is good today, then what old hosts need, then nothing. */
export type Rung = 'modern' | 'old' | 'clear';

export type Contexts = { readonly modern: SecureContext; readonly old: SecureContext | null };

/** One shared context a rung: a context per connection costs 100 to 330 µs. */
export function newContexts(floor: TlsVersion): Contexts {
  const old = floor === 'TLSv1' || floor === 'TLSv1.1';
  return {
    modern: createSecureContext({ minVersion: floor === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2' }),
    old: old ? createSecureContext({ minVersion: floor, ciphers: OLD_CIPHERS }) : null,
  };
}

/** Each session is used once (RFC 8446 appendix C.4); the next handshake brings a new one. */
export function newSessions(now: () => number): Sessions {
  const kept = new Map<string, { readonly session: NonNullable<ReturnType<Sessions['take']>>; readonly until: number }>();
  return {
    take: key => {
      const found = kept.get(key);
      kept.delete(key);
      return found && found.until > now() ? found.session : null;
    },
    keep: (key, session) => {
      kept.delete(key);
      if (kept.size >= SESSIONS) kept.delete(kept.keys().next().value as string);
      kept.set(key, { session, until: now() + SESSION_MS });
    },
  };
}

/** Whether the connection may carry mail with the hop's floor. `clear`: why it has no TLS, when that is so. */
export function judge(hop: Hop, connection: Pick<Connection, 'tls' | 'extensions'>, clear: string, now: number): Outcome {
  const state = connection.tls();
  const { floor, dane } = hop;
  if (!state) {
    if (floor.level === 'opportunistic' && floor.useHost) return { do: 'clear', newConnection: false, why: clear, report: null };
    return { do: 'next-host', enhanced: '4.7.4', later: '5.7.4', why: clear, report: null };
  }
  if (dane.state !== 'none') return judgeShown(hop, state, connection, now);
  // Mail after mail over one connection asks the same: reading a certificate costs 50 µs.
  const known = judged.get(state) ?? new Map<string, Outcome>();
  judged.set(state, known);
  const key = JSON.stringify(floor);
  const outcome = known.get(key) ?? judgeShown(hop, state, connection, now);
  if (known.size < FLOORS_KEPT) known.set(key, outcome);
  return outcome;
}

const judged = new WeakMap<TlsState, Map<string, Outcome>>();
/** Different floors met on one connection. */
const FLOORS_KEPT = 20;

function judgeShown({ floor, dane }: Hop, state: TlsState, connection: Pick<Connection, 'extensions'>, now: number): Outcome {
  const { trusted, error, chain } = state;
  const leaf = chain[0] && readCertificate(chain[0]);
  const name = leaf ? nameShown(leaf, floor.names) : null;
  const outcome = afterHandshake(floor, { kind: 'up', trusted, error, name, dane: daneCheck(dane, chain, now) });
  return outcome.do === 'go-on' ? (onExtensions(floor, connection.extensions().has('REQUIRETLS')) ?? outcome) : outcome;
}

/** The floor's reason when nobody wants anything: nothing to tell. */
const OPPORTUNISTIC = 'opportunistic';

/** The attempt's record: what TLS there was, what was wanted, and why it came so. */
export function tlsUse(hop: Hop, state: TlsState | null, verified: boolean, why: string): TlsUse {
  const { level, reason } = hop.floor;
  return {
    used: state !== null,
    version: state?.version ?? null,
    cipher: state?.cipher ?? null,
    verified,
    policy: level,
    reason: reason === OPPORTUNISTIC || reason === why ? why : `${reason}; ${why}`,
  };
}
