// The cipher suites for peers that are older than TLS 1.2's good ones.

/** Forward secrecy first, RSA key exchange for very old peers; never anonymous, never without encryption. SECLEVEL 0 allows TLS 1.0 and 1.1. */
export const OLD_CIPHERS =
  'ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES:DHE+AES:RSA+AESGCM:RSA+AES:!aNULL:!eNULL:!MD5:!RC4:!3DES@SECLEVEL=0';
