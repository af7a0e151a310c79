// What a delivery does after each thing that can happen with TLS at a host, given the floor: go on, climb down, wait, or leave the host.
// Clear text at once only after TLS itself failed or STARTTLS was refused; what a network or someone in it can cause waits one backoff.
import type { DaneCheck } from './dane.ts';
import type { Floor } from './decide.ts';
import type { SessionFailure } from './results.ts';

/** Deferred with `enhanced` while the mail has time; `later` is what it bounces with when its time is over. */
export type Refused = {
  readonly enhanced: '4.7.4' | '4.7.5' | '4.7.30';
  readonly later: '5.7.4' | '5.7.5' | '5.7.30';
  readonly why: string;
  readonly report: SessionFailure | null;
};

export type Outcome =
  /** Send on this connection. */
  | { readonly do: 'go-on'; readonly verified: boolean; readonly why: string; readonly report: SessionFailure | null }
  /** Send in clear: here, or on a new connection because this one has half a handshake in it. */
  | { readonly do: 'clear'; readonly newConnection: boolean; readonly why: string; readonly report: SessionFailure | null }
  /** Once more on a new connection with the old versions. */
  | { readonly do: 'legacy'; readonly why: string }
  /** Let one backoff pass before this host may have it in clear. */
  | ({ readonly do: 'wait' } & Refused)
  | ({ readonly do: 'next-host' } & Refused);

/** `trusted`: the chain ends at a public authority and is in date. */
export type Handshake =
  | {
      readonly kind: 'up';
      readonly trusted: boolean;
      /** OpenSSL's word when it is not, as CERT_HAS_EXPIRED. */
      readonly error: string | null;
      /** The name of the floor that the certificate shows (nameShown). */
      readonly name: string | null;
      readonly dane: DaneCheck;
    }
  | {
      readonly kind: 'failed';
      /** `protocol`: TLS was spoken and failed; `lost`: time-out, reset or end. */
      readonly failed: 'protocol' | 'lost';
      readonly text: string;
      /** Old versions are allowed here and were not tried yet. */
      readonly legacyLeft: boolean;
      /** This host has been in such trouble for one backoff. */
      readonly waited: boolean;
    };

export type NoStartTls =
  | { readonly kind: 'absent'; readonly offeredLately: boolean; readonly waited: boolean }
  | { readonly kind: 'refused'; readonly code: number; readonly text: string };

/** After the handshake went well or not. */
export function afterHandshake(floor: Floor, handshake: Handshake): Outcome {
  if (!floor.useHost) return leave(notUsable(floor));
  if (handshake.kind === 'failed') return afterFailure(floor, handshake);
  const { trusted, name, dane, error } = handshake;
  const pkix = pkixFailure(trusted, name, error);
  const proof = floor.verifyBy === 'dane' ? (dane.state === 'match' ? null : 'validation-failure') : pkix;
  // At an opportunistic host the certificate decides nothing; what is wrong with it is told all the same.
  if (floor.level !== 'verified')
    return { do: 'go-on', verified: pkix === null, why: saidOf(pkix, error), report: floor.report ?? (floor.observe ? pkix : null) };
  const why = floor.verifyBy === 'dane' ? dane.why : saidOf(pkix, error);
  if (proof === null) return { do: 'go-on', verified: true, why, report: floor.report };
  return leave({ enhanced: '4.7.5', later: '5.7.5', why, report: proof });
}

/** When there is no TLS to be had: STARTTLS is not offered, or was answered with a refusal. */
export function onNoStartTls(floor: Floor, seen: NoStartTls): Outcome {
  if (!floor.useHost) return leave(notUsable(floor));
  const why =
    seen.kind === 'absent' ? 'the peer does not offer STARTTLS' : `STARTTLS refused: ${seen.code} ${seen.text}`.trim().slice(0, 500);
  const report = 'starttls-not-supported';
  const refused: Refused = { enhanced: '4.7.4', later: '5.7.4', why, report };
  if (floor.level !== 'opportunistic') return leave(refused);
  if (seen.kind === 'absent' && seen.offeredLately && !seen.waited) {
    return { do: 'wait', ...refused, why: 'STARTTLS was offered before and is not now' };
  }
  return { do: 'clear', newConnection: false, why, report };
}

/** After the second EHLO: a mail with REQUIRETLS goes only to a host that offers it there (RFC 8689 section 4.2.1). */
export function onExtensions(floor: Floor, offersRequireTls: boolean): Outcome | null {
  if (!floor.requireTls || offersRequireTls) return null;
  return leave({ enhanced: '4.7.30', later: '5.7.30', why: 'the peer does not offer REQUIRETLS', report: null });
}

/** No host was left: what the recipient's attempt says. What the peer does not offer goes before what it could not prove: it is the plainer word. */
export function whenNoneIsLeft(refusals: readonly Refused[]): Refused {
  const order = ['4.7.30', '4.7.4', '4.7.5'] as const;
  const found = order.map(code => refusals.find(one => one.enhanced === code)).find(one => one !== undefined);
  return found ?? { enhanced: '4.7.5', later: '5.7.5', why: 'no host may have the mail under its TLS policy', report: null };
}

/** Why the host is passed over before any connection; null when it may be used. */
export function beforeConnecting(floor: Floor): Refused | null {
  return floor.useHost ? null : notUsable(floor);
}

function notUsable(floor: Floor): Refused {
  return { enhanced: '4.7.5', later: '5.7.5', why: floor.reason, report: floor.report };
}

function afterFailure(floor: Floor, { failed, text, legacyLeft, waited }: Extract<Handshake, { kind: 'failed' }>): Outcome {
  const why = failed === 'protocol' ? `TLS failed (${text})` : `TLS broke off (${text})`;
  if (failed === 'protocol' && legacyLeft) return { do: 'legacy', why };
  const refused: Refused = { enhanced: '4.7.5', later: '5.7.5', why, report: 'validation-failure' };
  if (floor.level !== 'opportunistic') return leave(refused);
  if (failed === 'lost' && !waited) return { do: 'wait', ...refused };
  return { do: 'clear', newConnection: true, why, report: 'validation-failure' };
}

const leave = (refused: Refused): Outcome => ({ do: 'next-host', ...refused });

function pkixFailure(trusted: boolean, name: string | null, error: string | null): SessionFailure | null {
  if (!trusted) return /EXPIRED/.test(error ?? '') ? 'certificate-expired' : 'certificate-not-trusted';
  return name === null ? 'certificate-host-mismatch' : null;
}

function saidOf(failure: SessionFailure | null, error: string | null): string {
  if (failure === null) return 'certificate and name match';
  if (failure === 'certificate-host-mismatch') return 'the name does not match';
  return `the certificate is not trusted${error === null ? '' : ` (${error})`}`;
}
