// Bytes to text: TextDecoder knows the labels of the web, iconv-lite some older ones, HZ (RFC 1843) is ours.
import iconv from 'iconv-lite';

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cp932', 'shift_jis'],
  ['ks_c_5601', 'euc-kr'],
  ['ansi_x3.4-1968', 'latin1'],
  ['us-ascii', 'windows-1252'],
  ['unknown-8bit', 'windows-1252'],
  ['8bit', 'windows-1252'],
  ['cp1252', 'windows-1252'],
  ['iso-8859-8-i', 'iso-8859-8'],
  ['iso-8859-8-e', 'iso-8859-8'],
  ['x-gbk', 'gbk'],
  ['gb18030-2000', 'gb18030'],
  ['utf8', 'utf-8'],
  ['unicode-1-1-utf-7', 'utf-7'],
]);

/** Never throws: what no decoder knows is read as UTF-8 if valid, else as Windows-1252. */
export function decodeCharset(bytes: Buffer, label: string): string {
  const wanted = label
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '');
  const name = ALIASES.get(wanted) ?? wanted;
  if (name === 'utf-8' || name === '') return utf8Or(bytes, 'windows-1252');
  if (name === 'hz-gb-2312' || name === 'hz') return decodeHz(bytes);
  if (name !== 'utf-7' && name !== 'utf-7-imap') {
    try {
      return new TextDecoder(name).decode(bytes);
    } catch {
      // Not a label of the web: iconv-lite next.
    }
  }
  if (iconv.encodingExists(name)) return iconv.decode(bytes, name);
  const plain = /^(?:cs|x-)?(.+)$/.exec(name)?.[1] ?? '';
  return plain !== name && plain ? decodeCharset(bytes, plain) : utf8Or(bytes, 'windows-1252');
}

function utf8Or(bytes: Buffer, other: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.length > 0 && mostlyUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder(other).decode(bytes);
  }
}

/** A text with one broken character is still UTF-8; one with many is something else. */
function mostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  const broken = text.split('\uFFFD').length - 1;
  const wide = (text.match(/[^\x00-\x7f]/g)?.length ?? 0) - broken;
  return wide > broken;
}

/** RFC 1843: `~{` and `~}` switch between ASCII and GB 2312 in seven bits. */
function decodeHz(bytes: Buffer): string {
  const out: number[] = [];
  let chinese = false;
  for (let i = 0; i < bytes.length; i++) {
    const [a, b] = [bytes[i] as number, bytes[i + 1] ?? 0];
    if (a === 0x7e) {
      i++;
      if (b === 0x7b) chinese = true;
      else if (b === 0x7d) chinese = false;
      else if (b === 0x7e) out.push(0x7e);
    } else if (chinese && a > 0x20) {
      out.push(a | 0x80, b | 0x80);
      i++;
    } else out.push(a);
  }
  return new TextDecoder('gbk').decode(Buffer.from(out));
}
