// What a file is by its content: the first bytes, not its name. Only what a rule asks for.
export type Kind =
  | 'zip'
  | 'gzip'
  | 'tar'
  | 'bzip2'
  | 'xz'
  | 'zstd'
  | '7z'
  | 'rar'
  | 'cab'
  | 'ace'
  | 'arj'
  | 'lzh'
  | 'iso'
  | 'cpio'
  | 'ar'
  | 'pe'
  | 'elf'
  | 'macho'
  | 'script'
  | 'shortcut'
  | 'ole'
  | 'pdf'
  | 'image'
  | 'html'
  | 'text'
  | 'data';

/** Containers that this version cannot look into: what is in them is unscannable. */
export const CLOSED: ReadonlySet<Kind> = new Set(['bzip2', 'xz', 'zstd', '7z', 'rar', 'cab', 'ace', 'arj', 'lzh', 'iso', 'cpio', 'ar']);
/** Programs: refused whatever they are called. */
export const PROGRAMS: ReadonlySet<Kind> = new Set(['pe', 'elf', 'macho', 'script', 'shortcut']);

const starts = (bytes: Buffer, hex: string, at = 0): boolean => bytes.subarray(at, at + hex.length / 2).toString('hex') === hex;
const says = (bytes: Buffer, text: string, at = 0): boolean => bytes.toString('latin1', at, at + text.length) === text;

const TESTS: readonly (readonly [Kind, (bytes: Buffer) => boolean])[] = [
  ['zip', bytes => says(bytes, 'PK\x03\x04') || says(bytes, 'PK\x05\x06') || says(bytes, 'PK00PK')],
  ['gzip', bytes => starts(bytes, '1f8b08')],
  ['bzip2', bytes => /^BZh[1-9]1AY&SY/.test(bytes.toString('latin1', 0, 10))],
  ['xz', bytes => starts(bytes, 'fd377a585a00') || starts(bytes, '5d00008000')],
  ['zstd', bytes => starts(bytes, '28b52ffd')],
  ['7z', bytes => starts(bytes, '377abcaf271c')],
  ['rar', bytes => says(bytes, 'Rar!\x1a\x07') || says(bytes, 'RE~^')],
  ['cab', bytes => says(bytes, 'MSCF') || says(bytes, 'ISc(')],
  ['ace', bytes => says(bytes, '**ACE**', 7)],
  ['arj', bytes => starts(bytes, '60ea') && bytes.length > 34],
  ['lzh', bytes => /^-l[hz][0-9s]-$/.test(bytes.toString('latin1', 2, 7))],
  ['iso', bytes => says(bytes, 'CD001', 0x8001) || says(bytes, 'BEA01', 0x8001)],
  ['cpio', bytes => /^07070[127]/.test(bytes.toString('latin1', 0, 6)) || starts(bytes, 'c771')],
  ['ar', bytes => says(bytes, '!<arch>\n')],
  ['tar', bytes => says(bytes, 'ustar', 257) || isOldTar(bytes)],
  ['pe', isProgram],
  ['elf', bytes => starts(bytes, '7f454c46')],
  ['macho', bytes => /^(?:cafebabe000000[0-2]|feedfac[ef]|c[ef]faedfe)/.test(bytes.toString('hex', 0, 8))],
  ['shortcut', bytes => starts(bytes, '4c0000000114020000000000c000000000000046')],
  ['script', bytes => /^#!\s{0,8}\/\S{1,60}/.test(bytes.toString('latin1', 0, 80))],
  ['ole', bytes => starts(bytes, 'd0cf11e0a1b11ae1')],
  ['pdf', bytes => bytes.toString('latin1', 0, 1024).includes('%PDF-')],
  ['image', bytes => starts(bytes, '89504e470d0a1a0a') || starts(bytes, 'ffd8ff') || /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))],
  ['html', bytes => /^(?:\ufeff|\s|<!--[^>]{0,200}-->)*<(?:!doctype\s+html|html|head|body)\b/i.test(bytes.toString('utf8', 0, 512))],
];

export function kindOf(bytes: Buffer): Kind {
  const found = TESTS.find(([, test]) => test(bytes));
  if (found) return found[0];
  return bytes.subarray(0, 4096).includes(0) ? 'data' : 'text';
}

export const TYPES: Readonly<Partial<Record<Kind, string>>> = {
  zip: 'application/zip',
  gzip: 'application/gzip',
  tar: 'application/x-tar',
  bzip2: 'application/x-bzip2',
  xz: 'application/x-xz',
  zstd: 'application/zstd',
  '7z': 'application/x-7z-compressed',
  rar: 'application/vnd.rar',
  cab: 'application/vnd.ms-cab-compressed',
  iso: 'application/x-iso9660-image',
  pe: 'application/vnd.microsoft.portable-executable',
  elf: 'application/x-elf',
  macho: 'application/x-mach-binary',
  script: 'text/x-shellscript',
  shortcut: 'application/x-ms-shortcut',
  ole: 'application/x-ole-storage',
  pdf: 'application/pdf',
  html: 'text/html',
  text: 'text/plain',
};

/** DOS header that points at a PE, NE or LE header; a bare `MZ` with a plausible header counts too. */
function isProgram(bytes: Buffer): boolean {
  if (!says(bytes, 'MZ') || bytes.length < 64) return false;
  const at = bytes.readUInt32LE(60);
  return at + 4 <= bytes.length && /^(?:PE\0\0|NE|LE|LX)/.test(bytes.toString('latin1', at, at + 4));
}

/** A tar of the old format has no mark: its checksum says it. */
function isOldTar(bytes: Buffer): boolean {
  if (bytes.length < 512 || bytes[0] === 0) return false;
  const said = Number.parseInt(bytes.toString('latin1', 148, 156).replace(/[^0-7]/g, ''), 8);
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : (bytes[i] as number);
  return said === sum && sum > 256;
}
