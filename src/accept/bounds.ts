// Bounds of an SMTP session, each with its reason.
import { KiB } from '../limits.ts';

/** RFC 5321 says 512; addresses of 254 octets with DSN and SMTPUTF8 parameters need more. */
export const MAX_COMMAND = 4 * KiB;
/** A line of SASL data (RFC 4954 section 4 says 12,288). */
export const MAX_AUTH_LINE = 12 * KiB;
/** Recipients of one transaction; more get 452 4.5.3 and come in the next (docs/settings.md). */
export const MAX_RECIPIENTS = 100;
/** Longest line that is taken. 998 is what may be sent on; longer ones are re-encoded at delivery, absurd ones refused here. */
export const MAX_LINE = 256 * KiB;
/** RFC 5321 section 4.5.3.2: a server waits at least 5 minutes for a command. */
export const COMMAND_WAIT_MS = 300_000;
/** Content must come at this rate on the whole, after a minute's grace: a slow peer holds memory. */
export const DATA_BYTES_PER_S = 200;
export const DATA_GRACE_MS = 60_000;
/** A trusted proxy says at once for whom it speaks; a peer of a trusted address that waits for our greeting speaks for itself. */
export const PROXY_WAIT_MS = 1_000;
/** Time for a TLS handshake. */
export const HANDSHAKE_MS = 30_000;
/** Commands that are no commands, then 421. */
export const MAX_ERRORS = 20;
/** Commands since the last accepted mail that move nothing (NOOP, RSET, VRFY …), then 421. */
export const MAX_IDLE_COMMANDS = 200;
/** Failed AUTH in one session, then 421. */
export const MAX_AUTH_FAILURES = 3;
/** Answer to a failed AUTH comes this late: a guesser pays with time. */
export const AUTH_DELAY_MS = 500;
/** Memory is reserved from the process's budget in steps of this size while content comes in. */
export const RESERVE_STEP = 256 * KiB;
