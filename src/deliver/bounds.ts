// Bounds of delivery, each with its reason.

export const CONNECT_MS = 30_000;
export const HANDSHAKE_MS = 30_000;
/** RFC 5321 section 4.5.3.2 says 5 minutes for most replies; a peer that needs more than two holds a place others could use. */
export const REPLY_MS = 120_000;
/** For the answer to the final dot: 10 minutes, since giving up early makes duplicates. */
export const DOT_MS = 600_000;
/** A reply may have this many lines and bytes. */
export const MAX_REPLY_LINES = 100;
export const MAX_REPLY_BYTES = 16_384;
/** Connections to one site from the whole process; one or two a door are enough for a fast peer (measured). */
export const SITE_CONNECTIONS = 20;
/** Connections that one door opens to a site at the same time: a burst waits for those that are there, which is quicker and more polite. */
export const SITE_OPENING = 2;
/** Mails over one connection, then a new one: some peers count. */
export const CONNECTION_MAILS = 200;
export const CONNECTION_IDLE_MS = 5_000;
/** What is kept of a peer's reply. */
export const KEPT_REPLY = 500;
/** A host that offered STARTTLS within this time and does not now is waited for. */
export const STARTTLS_MEMORY_MS = 14 * 86_400_000;
/** How long a host's TLS must have been in trouble before opportunistic mail goes there in clear. Less than the first step between attempts. */
export const ONE_BACKOFF_MS = 30_000;
/** Trouble that is older is another one. */
export const TROUBLE_MEMORY_MS = 86_400_000;
/** RFC 8446 allows tickets a week; what a resumed session proves is what was seen at most an hour ago. */
export const SESSION_MS = 3_600_000;
/** Sessions kept by one door: each holds a ticket and a chain, about 6 KB. */
export const SESSIONS = 2_000;
/** A mail that was refused for the address it came from is tried for this long: the next attempts leave from the others in turn. */
export const ELSEWHERE_MS = 3_600_000;
/** Hops tried in one attempt. */
export const MAX_HOPS = 5;
export const WEBHOOK_MS = 15_000;
export const WEBHOOK_ANSWER = 4_096;
