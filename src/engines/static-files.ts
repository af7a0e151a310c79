// Files that are served as they are: read whole at start into a map, so that a request names a key of the map and never a path. Compressed
// when first asked for, kept from then on.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip' | 'identity';
export type StaticFile = {
  readonly type: string;
  /** Changes with the bytes; without quotes. */
  readonly tag: string;
  /** Its name holds a hash of it: what it says never changes. */
  readonly immutable: boolean;
  readonly bytes: (encoding: Encoding) => Promise<Buffer>;
  /** Worth compressing. */
  readonly compressible: boolean;
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};
const COMPRESSIBLE = /^text\/|json|svg/;
const SMALL = 1024;
/** As the bundler names what it hashes. */
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$/;
/** The two highest levels of brotli save a twentieth and take ten times as long. */
const BROTLI_QUALITY = 9;

/** Files below a folder by URL path (`/assets/x.js`); null: there is no such folder, or it holds none. Links and unknown kinds are left out. */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> | null {
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return null;
  }
  const files = entries
    .filter(entry => entry.isFile() && extname(entry.name) in TYPES)
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => [`/${relative(folder, path).split(sep).join('/')}`, path] as const);
  return files.length === 0 ? null : new Map(files.map(([url, path]) => [url, staticFile(url, readFileSync(path))]));
}

/** One file of ours that is served as it is. */
export function staticFile(url: string, bytes: Buffer): StaticFile {
  const type = TYPES[extname(url)] ?? 'application/octet-stream';
  const made = new Map<Encoding, Promise<Buffer>>([['identity', Promise.resolve(bytes)]]);
  return {
    type,
    tag: createHash('sha256').update(bytes).digest('base64url').slice(0, 16),
    immutable: HASHED.test(url),
    compressible: COMPRESSIBLE.test(type) && bytes.length >= SMALL,
    bytes: encoding => {
      const kept = made.get(encoding);
      if (kept) return kept;
      const fresh = encoding === 'br' ? promisify(brotliCompress)(bytes, BROTLI) : promisify(gzip)(bytes, { level: 9 });
      made.set(encoding, fresh);
      return fresh;
    },
  };
}

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };
