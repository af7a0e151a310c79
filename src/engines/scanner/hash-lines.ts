// Lines of malware hash lists: ClamAV's `.hdb .hdu .hsb .hsu` (digest:size:name, docs.clamav.net "File hash signatures") and plain lists,
// a digest a line with a name or nothing behind it, as sha256sum writes them. Which digest it is says its length.
export const KINDS = ['sha256', 'sha1', 'md5'] as const;
export type HashKind = (typeof KINDS)[number];
export type HashLine = {
  readonly kind: HashKind;
  readonly hex: string;
  /** null: of any size. */
  readonly size: number | null;
  /** '': none is told. */
  readonly name: string;
};

const KIND_OF: Readonly<Record<number, HashKind>> = { 64: 'sha256', 40: 'sha1', 32: 'md5' };
/** Digests of no bytes at all: a list that has them would stop every empty file. */
const OF_NOTHING = new Set([
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'd41d8cd98f00b204e9800998ecf8427e',
]);

const HEX = /[0-9a-fA-F]*/y;

export const kindOf = (hex: string): HashKind | null => (/^[0-9a-f]+$/i.test(hex) ? (KIND_OF[hex.length] ?? null) : null);

/** null: blank or a comment. A string says what is wrong. The line is told byte for byte (latin1). */
export function readHashLine(line: string): HashLine | string | null {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return null;
  // sha256sum marks a line whose file name it had to write in another way.
  const from = text.startsWith('\\') ? 1 : 0;
  HEX.lastIndex = from;
  HEX.test(text);
  const end = HEX.lastIndex;
  const kind = KIND_OF[end - from];
  if (!kind) return 'it does not begin with a SHA-256, SHA-1 or MD5 in hexadecimal';
  const hex = text.slice(from, end);
  if ('eEdD'.includes(hex.charAt(0)) && OF_NOTHING.has(hex.toLowerCase())) return 'it is the digest of an empty file';
  if (end === text.length) return { kind, hex, size: null, name: '' };
  const next = text[end] ?? '';
  if (next === ':') return signature(kind, hex, text, end + 1);
  if (!' \t,;'.includes(next)) return 'the digest is followed by something else than a blank, a comma or a colon';
  return { kind, hex, size: null, name: plainName(text.slice(end).replace(/^[\s,;]*\*?/, '')) };
}

/** `size:name[:lowest engine[:highest engine]]`; the size may be `*`. */
function signature(kind: HashKind, hex: string, text: string, at: number): HashLine | string {
  const colon = text.indexOf(':', at);
  const size = colon < 0 ? '' : text.slice(at, colon);
  if (size !== '*' && !/^\d{1,12}$/.test(size)) return 'there is no size (a number or *) and no name behind the digest';
  const next = text.indexOf(':', colon + 1);
  const name = plainName(text.slice(colon + 1, next < 0 ? text.length : next));
  return name === '' ? 'it has no name' : { kind, hex, size: size === '*' ? null : Number(size), name };
}

/** Names go into answers and logs: nothing that a terminal obeys or that turns the direction of writing. */
function plainName(latin1: string): string {
  const name = latin1.trim();
  if (/^[\x20-\x7e]*$/.test(name)) return name;
  return Buffer.from(name, 'latin1')
    .toString('utf8')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}
