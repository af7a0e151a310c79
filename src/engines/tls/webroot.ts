// Answers to HTTP-01 challenges (RFC 8555 section 8.3) out of a folder that an ACME client writes (certbot --webroot, lego --http.webroot).
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_CHALLENGE_BYTES } from './bounds.ts';

/** base64url: a name of these characters cannot leave the folder. */
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;

/** The key authorisation for a token; null = there is none, or no folder. Only plain small files are read, no links. */
export async function challengeAnswer(folder: string | null, token: string): Promise<Buffer | null> {
  if (folder === null || !TOKEN.test(token)) return null;
  try {
    await using file = await open(
      join(folder, '.well-known/acme-challenge', token),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const stat = await file.stat();
    return stat.isFile() && stat.size <= MAX_CHALLENGE_BYTES ? await file.readFile() : null;
  } catch {
    return null;
  }
}
