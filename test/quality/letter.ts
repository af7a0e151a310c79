// Messages of the quality tests, built in code: fields, bodies and attachments -> bytes as they stand on the wire (RFC 5322, 2045).

export type Attachment = { readonly type: string; readonly name: string; readonly content: Uint8Array; readonly cid?: string };
export type Letter = {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly text: string | null;
  readonly html: string | null;
  /** Further forms of the same text: AMP, calendar. */
  readonly others?: readonly { readonly type: string; readonly body: string }[];
  readonly attachments?: readonly Attachment[];
  /** How the text parts are encoded. Left out: 8bit. */
  readonly encoding?: 'quoted-printable' | 'base64';
  /** Last change to the message, one character a byte, LF line ends. */
  readonly bent?: (message: string) => string;
};

/** Sets a field, or takes it out with null. */
export function withField({ fields, ...rest }: Letter, name: string, value: string | null): Letter {
  const others = fields.filter(([one]) => one.toLowerCase() !== name.toLowerCase());
  return { ...rest, fields: value === null ? others : [...others, [name, value]] };
}
export const fieldOf = ({ fields }: Letter, name: string): string =>
  fields.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1] ?? '';

type Part = { readonly header: string; readonly body: string };

/** One character a byte. */
export function wire(letter: Letter): Buffer {
  const { header, body } = messagePart(letter);
  const version = letter.fields.some(([name]) => name === 'MIME-Version') || header === '' ? '' : 'MIME-Version: 1.0\n';
  const fields = letter.fields.map(([name, value]) => `${name}: ${value}\n`).join('');
  const message = `${bytes(fields)}${version}${header}\n${body}`;
  return Buffer.from((letter.bent?.(message) ?? message).replace(/\r?\n/g, '\r\n'), 'latin1');
}

function messagePart({ text, html, others = [], attachments = [], encoding }: Letter): Part {
  const forms = [
    ...(text === null ? [] : [textPart('text/plain; charset=utf-8', text, encoding)]),
    ...others.filter(one => one.type.startsWith('text/x-amp')).map(one => textPart(one.type, one.body, encoding)),
    ...(html === null ? [] : [textPart('text/html; charset=utf-8', html, encoding)]),
    ...others.filter(one => !one.type.startsWith('text/x-amp')).map(one => textPart(one.type, one.body, encoding)),
  ];
  const [first, ...more] = forms;
  const body = first === undefined ? textPart('text/plain; charset=utf-8', '') : more.length === 0 ? first : multi('alternative', forms);
  const [inline, files] = [attachments.filter(one => one.cid !== undefined), attachments.filter(one => one.cid === undefined)];
  const related = inline.length === 0 ? body : multi('related', [body, ...inline.map(filePart)]);
  return files.length === 0 ? related : multi('mixed', [related, ...files.map(filePart)]);
}

function textPart(type: string, text: string, encoding: Letter['encoding'] | '8bit' = '8bit'): Part {
  const header = `Content-Type: ${type}\nContent-Transfer-Encoding: ${encoding}\n`;
  if (encoding === 'base64') return { header, body: `${lines(Buffer.from(text.replace(/\n/g, '\r\n')))}\n` };
  return { header, body: `${encoding === 'quoted-printable' ? quoted(text) : bytes(text)}\n` };
}

function filePart({ type, name, content, cid }: Attachment): Part {
  const disposition = cid === undefined ? `attachment; filename="${name}"` : `inline; filename="${name}"`;
  const id = cid === undefined ? '' : `Content-ID: <${cid}>\n`;
  return {
    header: `Content-Type: ${type}; name="${name}"\nContent-Transfer-Encoding: base64\nContent-Disposition: ${disposition}\n${id}`,
    body: `${lines(Buffer.from(content))}\n`,
  };
}

function multi(kind: string, parts: readonly Part[]): Part {
  const boundary = `=_${kind}_0`;
  const body = parts.map(part => `--${boundary}\n${part.header}\n${part.body}`).join('');
  return { header: `Content-Type: multipart/${kind}; boundary="${boundary}"\n`, body: `${body}--${boundary}--\n` };
}

const bytes = (text: string): string => Buffer.from(text).toString('latin1');
const lines = (content: Buffer): string => content.toString('base64').replace(/.{76}/g, '$&\n');

/** Quoted-printable (RFC 2045 section 6.7). */
function quoted(text: string): string {
  const line = (one: string): string => {
    const units = [...Buffer.from(one)].map((byte, at, all) =>
      (byte >= 33 && byte <= 126 && byte !== 61) || (byte === 32 && at < all.length - 1)
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    );
    let out = '';
    let width = 0;
    for (const unit of units) {
      if (width + unit.length > 75) {
        out += '=\n';
        width = 0;
      }
      out += unit;
      width += unit.length;
    }
    return out;
  };
  return text.split('\n').map(line).join('\n');
}

/** An encoded word (RFC 2047) a 12 letters. */
export const word = (text: string): string =>
  (text.match(/.{1,12}/gsu) ?? []).map(part => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`).join('\n ');
