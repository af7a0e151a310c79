// The suites of TLS 1.0 to 1.2 that are spoken with peers as old as those versions, at our doors and at theirs.

/** AEAD and CBC suites with forward secrecy and, for old peers, RSA key exchange; never anonymous, never without encryption. */
export const OLD_CIPHERS =
  'ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES:DHE+AES:RSA+AESGCM:RSA+AES:!aNULL:!eNULL:!MD5:!RC4:!3DES@SECLEVEL=0';
