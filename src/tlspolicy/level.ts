// The three levels of TLS that mail can be held to.

/** `opportunistic`: secure if it can, clear if it must. `required`: encrypted or not at all. `verified`: and the peer proves its name. */
export type TlsPolicy = 'opportunistic' | 'required' | 'verified';
