// Bounds of TLS at our doors, each with its reason.
import type { TlsVersion } from '../../config.ts';
import { KiB } from '../../limits.ts';

/** A PEM file with a whole chain has under 10 KiB; a larger file is another one, named by mistake. */
export const MAX_PEM_BYTES = 256 * KiB;
/** Certificates of one file: honest chains have under five. */
export const MAX_CHAIN = 10;
/** How often the files are looked at: a renewed certificate is served at the second look that sees the same. */
export const LOOK_MS = 5_000;
/** RFC 8446 section 4.6.1 allows 7 days; two hours serve the clients that come again and keep a stolen ticket short-lived. */
export const SESSION_SECONDS = 7_200;
/** The key under which tickets are sealed stays this long: what it opened is out of reach afterwards. */
export const TICKET_KEY_MS = 12 * 3_600_000;
/** Bytes of a ClientHello: with post-quantum shares it has 2 KiB, with a ticket of a large client certificate 8 KiB. */
export const MAX_HELLO = 32 * KiB;
/** No browser or library of this decade asks for less. */
export const HTTPS_FLOOR: TlsVersion = 'TLSv1.2';
/** From here on `doctor` and GET /v1/tls warn of a certificate's end, and say that it fails. */
export const WARN_DAYS = 14;
export const FAIL_DAYS = 3;
/** A challenge of RFC 8555 section 8.3 has 43 characters, a dot and 43 more. */
export const MAX_CHALLENGE_BYTES = 4 * KiB;
