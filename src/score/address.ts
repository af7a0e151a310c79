// The address that mail is sent to for a score: `score-TOKEN@HOST`. Who knows the token may send there and read what was found.

/** 130 bits in the base32 of ids. */
export const TOKEN_CHARS = 26;

/** The token of a local part in lower case; null when it is none of that form. */
export const scoreToken = (local: string): string | null => /^score-([0-9a-hjkmnp-tv-z]{26})$/.exec(local)?.[1] ?? null;
/** By this tokens are kept and found: who reads the tables of scores can neither send to an address nor read its results. */
export const tokenMac = (mac: (label: string, ...parts: readonly string[]) => Uint8Array, token: string): string =>
  Buffer.from(mac('score-token', token)).toString('hex');
/** Where the results of a token are; a path alone without a public URL. */
export const resultUrl = (publicUrl: string | null, token: string): string => `${publicUrl ?? ''}/v1/score/results/${token}`;
export const scoreAddress = (token: string, domain: string): string => `score-${token}@${domain}`;
