// Looks for secret words in files, in every form that content could take on disk: plain, base64 at its three alignments,
// quoted-printable, hex, UTF-16, and inside gzip and zlib streams.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, inflateSync, constants } from 'node:zlib';

export type Hit = { readonly file: string; readonly form: string };

/** Forms of `word` as byte strings; base64 without the characters that depend on neighbours. */
export function forms(word: string): ReadonlyMap<string, Buffer> {
  const plain = Buffer.from(word, 'latin1');
  const found = new Map<string, Buffer>([
    ['plain', plain],
    ['hex', Buffer.from(plain.toString('hex'))],
    ['utf-16le', Buffer.from(word, 'utf16le')],
    ['utf-16be', Buffer.from(word, 'utf16le').swap16()],
    ['quoted-printable', Buffer.from([...plain].map(byte => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''))],
  ]);
  for (let shift = 0; shift < 3; shift++) {
    const encoded = Buffer.concat([Buffer.alloc(shift, 0), plain])
      .toString('base64')
      .replace(/=+$/, '');
    const lost = Math.ceil((shift * 8) / 6);
    found.set(`base64+${shift}`, Buffer.from(encoded.slice(lost, -2)));
  }
  return found;
}

/** Every file below the folders that holds a form of a word. */
export function search(folders: readonly string[], words: readonly string[]): readonly Hit[] {
  const needles = words.flatMap(word => [...forms(word)]);
  const hits: Hit[] = [];
  for (const file of folders.flatMap(files)) {
    const bytes = readFileSync(file);
    for (const [where, content] of [['', bytes] as const, ...inflated(bytes)]) {
      for (const [form, needle] of needles) if (content.includes(needle)) hits.push({ file, form: `${where}${form}` });
    }
  }
  return hits;
}

function files(folder: string): readonly string[] {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [folder];
  if (!stat.isDirectory()) return [];
  return readdirSync(folder).flatMap(name => files(join(folder, name)));
}

/** What gzip or zlib streams inside the bytes hold; a stream may start anywhere. */
function inflated(bytes: Buffer): readonly (readonly [string, Buffer])[] {
  const found: (readonly [string, Buffer])[] = [];
  const lenient = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 24 };
  for (const [magic, name, open] of [
    [Buffer.from([0x1f, 0x8b, 0x08]), 'gzip:', gunzipSync],
    [Buffer.from([0x78, 0x9c]), 'zlib:', inflateSync],
  ] as const) {
    for (let at = bytes.indexOf(magic), tries = 0; at >= 0 && tries < 2_000; at = bytes.indexOf(magic, at + 1), tries++) {
      try {
        found.push([name, open(bytes.subarray(at), lenient)]);
      } catch {
        // Not a stream: the magic bytes stood there by chance.
      }
    }
  }
  return found;
}
