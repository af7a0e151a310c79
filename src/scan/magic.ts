// First bytes of what is not a container: programs, pictures, sound and film, and messages kept as files.

export function says(bytes: Buffer, text: string, at = 0): boolean {
  if (bytes.length < at + text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The bytes of a number, most significant first. */
export function starts(bytes: Buffer, magic: number): boolean {
  const length = Math.ceil(magic.toString(16).length / 2);
  return bytes.length >= length && bytes.readUIntBE(0, length) === magic;
}

/** DOS header that points at a PE, NE or LE header. */
export function isProgram(bytes: Buffer): boolean {
  if (!says(bytes, 'MZ') || bytes.length < 64) return false;
  const at = bytes.readUInt32LE(60);
  return ['PE\0\0', 'NE', 'LE', 'LX'].some(one => says(bytes, one, at));
}

/** Class files carry their version where a universal Mach-O has the count of its parts: that is small, and versions begin at 45. */
export const isJavaClass = (bytes: Buffer): boolean =>
  bytes.length > 10 && bytes.readUInt32BE(0) === 0xcafebabe && bytes.readUInt32BE(4) >= 45;

/** Plain, deflated or LZMA, and a version that was. */
export const isFlash = (bytes: Buffer): boolean =>
  bytes.length > 20 && ['FWS', 'CWS', 'ZWS'].some(one => says(bytes, one)) && (bytes[3] as number) > 0 && (bytes[3] as number) < 64;

export function isMachO(bytes: Buffer): boolean {
  if (bytes.length < 8) return false;
  const magic = bytes.readUInt32BE(0);
  return [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic) || (magic === 0xcafebabe && bytes.readUInt32BE(4) < 45);
}

/** Pictures, sound and film: no program opens them as anything else. */
export function isPicture(bytes: Buffer): boolean {
  return (
    says(bytes, '\x89PNG\r\n\x1a\n') ||
    says(bytes, '\xff\xd8\xff') ||
    says(bytes, 'GIF87a') ||
    says(bytes, 'GIF89a') ||
    (says(bytes, 'RIFF') && ['WEBP', 'WAVE', 'AVI '].some(one => says(bytes, one, 8))) ||
    says(bytes, 'II*\0') ||
    says(bytes, 'MM\0*') ||
    (says(bytes, 'BM') && bytes.length > 26 && bytes.readUInt32LE(14) >= 12 && bytes.readUInt32LE(14) <= 124) ||
    says(bytes, 'ftyp', 4) ||
    says(bytes, 'OggS') ||
    says(bytes, 'ID3') ||
    says(bytes, 'fLaC')
  );
}

const FIELD =
  /^(?:From |(?:Return-Path|Received|Delivered-To|From|To|Subject|Date|Message-ID|MIME-Version|Content-[A-Za-z-]+|DKIM-Signature|ARC-[A-Za-z-]+|X-[\w-]+|Reply-To|Sender|Authentication-Results)[ \t]*:)/i;

/** A message kept as a file (.eml, .mht) or carried by S/MIME: header fields first, and one that says MIME among them. */
export function isMessage(bytes: Buffer, declared: string): boolean {
  const head = bytes.toString('latin1', 0, 8192).replace(/^(?:\xef\xbb\xbf|\s)+/, '');
  if (!FIELD.test(head)) return false;
  const end = /\r?\n\r?\n/.exec(head);
  const fields = end ? head.slice(0, end.index) : head;
  return declared === 'message/rfc822' || /^(?:MIME-Version|Content-(?:Type|Transfer-Encoding))[ \t]*:/im.test(fields);
}
