// The MIME of made mail: text parts in the encodings and character sets of their time, parts put together, attachments of random bytes.
import iconv from 'iconv-lite';
import type { Random } from './random.ts';

/** Content-Type and Content-Transfer-Encoding as whole lines; `encoding` is empty for what has parts. */
export type Part = { readonly type: string; readonly encoding: string; readonly content: string };

/** Character sets of that time, where they can hold the text; null = UTF-8. */
export function oldCharset(lang: string, body: string, random: Random): string | null {
  if (lang.startsWith('zh')) return random.pick(['gb2312', 'gb2312', 'gbk', null]);
  return /^[\0-\xff]*$/.test(body) ? random.pick(['iso-8859-1', 'iso-8859-1', 'windows-1252', 'us-ascii']) : null;
}

export function text(type: string, content: string, random: Random, given: string | null): Part {
  const bytes = given === null ? Buffer.from(content) : iconv.encode(content, given);
  const ascii = /^[\t\r\n\x20-\x7e]*$/.test(content) && content.split('\n').every(line => line.length < 990);
  const charset = given ?? random.pick(['utf-8', 'UTF-8', '"utf-8"', '"UTF-8"']);
  const kind =
    ascii && random.chance(0.4)
      ? '7bit'
      : given && random.chance(0.5)
        ? '8bit'
        : random.chance(ascii ? 0.85 : 0.5)
          ? 'quoted-printable'
          : 'base64';
  const head = {
    type: `Content-Type: ${type}; charset=${kind === '7bit' && random.chance(0.3) ? 'us-ascii' : charset}`,
    encoding: `Content-Transfer-Encoding: ${kind}`,
  };
  if (kind === '7bit' || kind === '8bit') return { ...head, content: bytes.toString('latin1') };
  const encoded = bytes.toString('latin1');
  if (kind === 'quoted-printable') return { ...head, content: quotedPrintable(encoded) };
  return {
    ...head,
    content: Buffer.from(encoded.replace(/\r?\n/g, '\r\n'), 'latin1')
      .toString('base64')
      .replace(/(.{76})/g, '$1\n'),
  };
}

/** RFC 2045 section 6.7. */
function quotedPrintable(content: string): string {
  return content
    .split(/\r?\n/)
    .map(line => {
      const units = [...Buffer.from(line, 'latin1')].map(byte =>
        byte === 61 || byte > 126 || (byte < 32 && byte !== 9)
          ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
          : String.fromCharCode(byte),
      );
      const lines: string[] = [];
      let one = '';
      for (const unit of units) {
        if (one.length + unit.length > 75) {
          lines.push(`${one}=`);
          one = '';
        }
        one += unit;
      }
      return [...lines, one].join('\n');
    })
    .join('\n');
}

export function several(kind: string, parts: readonly Part[], random: Random): Part {
  const boundary = random.pick([
    `----=_Part_${random.digits(6)}_${random.digits(9)}`,
    `b1_${random.letters(32)}`,
    `000000000000${random.letters(16, '0123456789abcdef')}`,
    `_000_${random.letters(30)}_`,
    `--==_mimepart_${random.letters(20)}`,
  ]);
  return {
    type: `Content-Type: multipart/${kind}; boundary="${boundary}"`,
    encoding: '',
    content: [
      ...parts.flatMap(part => [`--${boundary}`, part.type, ...(part.encoding ? [part.encoding] : []), '', part.content]),
      `--${boundary}--`,
      '',
    ].join('\n'),
  };
}

/** Attachments of random bytes: what they hold is the scanner's business. */
export function attachment(shape: string, subject: string, random: Random): readonly Part[] {
  const bytes = Buffer.from(random.letters(300 + random.below(900)))
    .toString('base64')
    .replace(/(.{76})/g, '$1\n');
  const stem = random.pick([
    subject.replace(/[^\w]+/g, '_').slice(0, 24) || 'document',
    `${random.pick(['invoice', 'document', 'scan', 'report', 'file', 'order'])}_${random.digits(5)}`,
  ]);
  const file = (type: string, name: string, content = bytes): readonly Part[] => [
    {
      type: `Content-Type: ${type}; name="${name}"`,
      encoding: `Content-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64`,
      content,
    },
  ];
  if (shape === 'attach-pdf') return file('application/pdf', `${stem}.pdf`);
  if (shape === 'attach-zip') return file('application/zip', `${stem}.zip`);
  if (shape === 'attach-doc')
    return file(
      random.pick(['application/msword', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document']),
      `${stem}.${random.pick(['doc', 'docx', 'xlsx'])}`,
    );
  if (shape === 'attach-html') return file('text/html', `${stem}.${random.pick(['html', 'htm', 'shtml'])}`);
  if (shape === 'attach-img') return file('image/jpeg', `${random.pick(['IMG', 'DSC', 'image', 'photo'])}_${random.digits(4)}.jpg`);
  if (shape === 'ics') return file('text/calendar', 'invite.ics');
  if (shape === 'qr')
    return [
      {
        type: 'Content-Type: image/png; name="image001.png"',
        encoding: 'Content-ID: <image001>\nContent-Disposition: inline; filename="image001.png"\nContent-Transfer-Encoding: base64',
        content: bytes,
      },
    ];
  return [];
}
