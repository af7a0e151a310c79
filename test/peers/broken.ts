// What follows a STARTTLS at peers that cannot do it: refusals, and everything a network, a middlebox or a wrong set-up makes of it.
import type { StartTls } from './smtp-peer.ts';

/** `454 4.7.0 TLS not available`, `502 5.5.1 not implemented`. */
export const refusing = (line: string): StartTls => ({ reply: `${line}\r\n`, takeOver: null });

const go = '220 2.0.0 go\r\n';

/** The connection is reset at the first byte of the handshake. */
export const resetting: StartTls = { reply: go, takeOver: socket => void socket.once('data', () => socket.resetAndDestroy()) };

/** The handshake is never answered. */
export const hanging: StartTls = { reply: go, takeOver: () => undefined };

/** Text where TLS should be. */
export const talkingOn: StartTls = {
  reply: go,
  takeOver: socket => void socket.once('data', () => socket.end('500 5.5.1 what is this?\r\n')),
};

/** A fatal alert of TLS 1.2, handshake_failure, and nothing else (RFC 5246 section 7.2). */
export const alerting: StartTls = {
  reply: go,
  takeOver: socket => void socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40]))),
};
