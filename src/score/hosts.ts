// Hosts that nobody reaches from outside: local names (RFC 6761, 6762), private and loopback addresses (RFC 1918, 6890).

const LOCAL = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa|invalid)$/;
const PRIVATE = /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|^\[(?:::1|f[cd][0-9a-f]{2}:|fe80:)/;

/** `host`: lower case, an IPv6 address in brackets; empty for links that are no web addresses. */
export const isUnreachable = (host: string): boolean => host !== '' && (LOCAL.test(host) || PRIVATE.test(host) || !/[.:]/.test(host));
