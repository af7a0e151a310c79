// One TLS handshake with a peer, over a connection that is there: what came about, and what the peer showed of itself. It judges nothing.
import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { MAX_CHAIN } from '../tlspolicy/bounds.ts';
import * as bounds from './bounds.ts';
import { codeOf, failed, type Failure } from './replies.ts';

/** What the peer showed of itself; whether that is enough is for the mail's policy to say. */
export type Shown = {
  /** The chain ends at a public authority and is in date. */
  readonly trusted: boolean;
  /** OpenSSL's word when it does not. */
  readonly error: string | null;
  /** DER, the peer's own certificate first. */
  readonly chain: readonly Buffer[];
};
export type TlsState = Shown & { readonly version: string; readonly cipher: string; readonly resumed: boolean };

/** Sessions to resume: a resumed handshake shows no chain, so that what the first one showed is kept with it. */
export type Sessions = {
  readonly take: (key: string) => (Shown & { readonly session: Buffer }) | null;
  readonly keep: (key: string, session: Shown & { readonly session: Buffer }) => void;
};
export type TlsWith = { readonly context: SecureContext; readonly name: string; readonly sessions: Sessions; readonly sessionKey: string };

/** Never rejects: a failure is a value. */
export function handshake(socket: Socket, how: TlsWith): Promise<{ readonly socket: TLSSocket; readonly state: TlsState } | Failure> {
  return new Promise(resolve => {
    const { context: secureContext, name, sessions, sessionKey } = how;
    const before = sessions.take(sessionKey);
    const over = connect({
      socket,
      secureContext,
      rejectUnauthorized: false,
      // The name is judged with the policy; here it would hide what is wrong with the chain.
      checkServerIdentity: () => undefined,
      ...(isIP(name) ? {} : { servername: name }),
      ...(before ? { session: before.session } : {}),
    });
    let shown: Shown | null = null;
    let ticket: Buffer | null = null;
    const keep = (): void => {
      if (shown && ticket) sessions.keep(sessionKey, { ...shown, session: ticket });
    };
    // With TLS 1.3 tickets come after the handshake.
    over.on('session', (session: Buffer) => {
      ticket = session;
      keep();
    });
    const done = (value: { readonly socket: TLSSocket; readonly state: TlsState } | Failure): void => {
      clearTimeout(timer);
      over.off('secureConnect', onSecure).off('error', onError).off('close', onClose);
      over.on('error', () => undefined);
      if (failed(value)) over.destroy();
      resolve(value);
    };
    const onSecure = (): void => {
      const resumed = over.isSessionReused();
      shown = resumed && before ? before : { trusted: over.authorized, error: errorOf(over), chain: chainOf(over) };
      keep();
      const { trusted, error, chain } = shown;
      const state = { version: over.getProtocol() ?? '', cipher: over.getCipher().name, resumed, trusted, error, chain };
      done({ socket: over, state });
    };
    const onError = (error: Error): void => {
      const code = codeOf(error);
      // A reset or end is the network's or a middlebox's doing; anything else is TLS itself.
      const lost = /ECONNRESET|EPIPE|ETIMEDOUT|socket disconnected/i.test(`${code} ${error.message}`);
      done({ failed: lost ? 'lost' : 'protocol', text: code });
    };
    const onClose = (): void => done({ failed: 'lost', text: 'closed in the TLS handshake' });
    const timer = setTimeout(() => done({ failed: 'lost', text: 'no TLS handshake in time' }), bounds.HANDSHAKE_MS);
    over.once('secureConnect', onSecure).once('error', onError).once('close', onClose);
  });
}

function errorOf(over: TLSSocket): string | null {
  // With rejectUnauthorized off this is OpenSSL's code, for which the types say Error.
  const error: unknown = over.authorizationError;
  if (!error) return null;
  return typeof error === 'string' ? error : ((error as { code?: string }).code ?? 'not trusted');
}

/** The certificates that the peer sent, each followed by its issuer. */
function chainOf(over: TLSSocket): readonly Buffer[] {
  const chain: Buffer[] = [];
  for (let one = over.getPeerX509Certificate(); one && chain.length < MAX_CHAIN; one = one.issuerCertificate) {
    const { raw } = one;
    if (chain.some(other => other.equals(raw))) break;
    chain.push(raw);
  }
  return chain;
}
