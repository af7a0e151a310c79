// What one SMTP session knows, and the few things that every step of it does: say, refuse, wait, end. The steps are functions of it.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { AccountParty, Peer, Recipient, Refusal } from '../mail.ts';
import * as bounds from './bounds.ts';
import type { MailArgs } from './commands.ts';
import type { ContentReader } from './content.ts';
import type { DoorDeps, DoorKind } from './types.ts';

export type SessionParts = {
  readonly deps: DoorDeps;
  readonly kind: DoorKind;
  /** The socket in TLS with the certificates of the moment; null: it failed, the socket is destroyed. */
  readonly handshake: (raw: Socket, waitMs: number) => Promise<TLSSocket | null>;
  /** Who speaks: the socket's peer, or whom a trusted proxy names. */
  readonly peer: { readonly ip: string; readonly port: number };
  readonly onEnd: () => void;
};

/** Mutable on purpose: a session is a machine over what comes in. */
export type Session = SessionParts & {
  readonly raw: Socket;
  socket: Socket;
  secure: TLSSocket | null;
  /** What the handshake of `secure` came to. */
  tls: Peer['tls'];
  /** What came in and was not looked at yet. */
  input: Buffer;
  /** Replies of the group that leave in one write. */
  output: string;
  /** Something is awaited; nothing else of the input is looked at meanwhile. */
  busy: boolean;
  ended: boolean;
  helo: string;
  party: AccountParty | null;
  transaction: { readonly mail: MailArgs; readonly recipients: Recipient[] } | null;
  content: ContentReader | null;
  contentSinceMs: number;
  /** Why the content that is coming in will be refused at its end. */
  refusedContent: Refusal | null;
  reservedBytes: number;
  errors: number;
  /** Commands since the last mail. */
  idle: number;
  authFailures: number;
  saslLine: ((line: string) => void) | null;
  /** Set by session.ts: goes on with the input. */
  advance: () => void;
  onData: (bytes: Buffer) => void;
};

export function newSession(raw: Socket, parts: SessionParts): Session {
  return {
    ...parts,
    raw,
    socket: raw,
    secure: null,
    tls: null,
    input: Buffer.alloc(0),
    output: '',
    busy: false,
    ended: false,
    helo: '',
    party: null,
    transaction: null,
    content: null,
    contentSinceMs: 0,
    refusedContent: null,
    reservedBytes: 0,
    errors: 0,
    idle: 0,
    authFailures: 0,
    saslLine: null,
    advance: () => undefined,
    onData: () => undefined,
  };
}

export function peerOf(session: Session): Peer {
  const { peer, tls, helo } = session;
  return { ...peer, helo, tls };
}

export function say(session: Session, code: number, enhanced: string, text: string): void {
  session.output += `${code} ${enhanced ? `${enhanced} ` : ''}${oneLine(text)}\r\n`;
}

export function flush(session: Session): void {
  if (session.output && !session.socket.destroyed) session.socket.write(session.output);
  session.output = '';
}

/** 421 and goodbye. */
export function end(session: Session, text: string): void {
  if (session.ended) return;
  session.ended = true;
  say(session, 421, '4.3.2', text);
  flush(session);
  session.socket.end();
  setTimeout(() => session.socket.destroy(), LINGER_MS).unref();
}

/** A refusal of a gate: said, and noted for the log of refusals. */
export function refuse(session: Session, stage: string, refusal: Refusal, recipient: string | null = null): void {
  say(session, refusal.code, refusal.enhanced, `${refusal.reason} ${refusal.text}`);
  session.deps.refused(refusal, {
    door: session.kind,
    peer: peerOf(session).ip,
    stage,
    accountId: session.party?.accountId ?? null,
    sender: session.transaction?.mail.from ?? null,
    recipient,
  });
  if (refusal.code === 421) end(session, refusal.text);
}

/** A mistake of the client; too many end the session. */
export function wrong(session: Session, code: number, enhanced: string, text: string): void {
  say(session, code, enhanced, text);
  if (++session.errors >= bounds.MAX_ERRORS) end(session, 'too many errors');
}

/** Runs async work, then goes on with the input. A bug of ours is a 451: the mail stays with the peer. */
export function during(session: Session, work: () => Promise<void>): void {
  session.busy = true;
  work()
    .catch((error: unknown) => {
      session.deps.log.error('session step failed', { door: session.kind, error: error instanceof Error ? error.message : 'unknown' });
      session.transaction = null;
      say(session, 451, '4.3.0', 'internal try again later');
    })
    .finally(() => {
      session.busy = false;
      session.advance();
    });
}

export function releaseBytes(session: Session): void {
  if (session.reservedBytes > 0) session.deps.shared.releaseBytes(session.reservedBytes);
  session.reservedBytes = 0;
}

export function refusal(reason: Refusal['reason'], code: number, enhanced: string, text: string): Refusal {
  return { refused: true, reason, code, enhanced, text };
}

/** After our last word the peer may close first. */
const LINGER_MS = 2_000;

/** A reply is one line of text without control characters. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}]+/gu, ' ').slice(0, 480);
}
