// Composes a message from its pieces (RFC 5322, 2045-2047, 2231, 2387): one canonical CRLF form in seven bits. Nothing is repaired: an
// address, name or header that is not right is refused with the field's name, so that no line end can be smuggled into the header.
import { randomBytes } from 'node:crypto';
import { strictMailbox, type Mailbox } from './addresses.ts';
import { rfcDate } from './dsn.ts';
import { fieldText, foldField, parameter, phraseOf } from './field-text.ts';
import { textOfHtml } from './html-text.ts';
import { encodeBase64, encodeQuotedPrintable } from './transfer.ts';

export type Attachment = {
  readonly filename: string;
  readonly content: Buffer;
  /** `type/subtype`, parameters allowed; application/octet-stream when absent. */
  readonly contentType?: string | undefined;
  /** Without angle brackets; with an HTML part the attachment is inline. */
  readonly contentId?: string | undefined;
};

export type Compose = {
  /** Addresses are `a@b` or `Name <a@b>`. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** Recipients that stand in no header. */
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  /** undefined: made from the HTML part. null: none. */
  readonly text: string | null | undefined;
  readonly html: string | null | undefined;
  readonly attachments: readonly Attachment[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Epoch ms. */
  readonly at: number;
  /** With angle brackets; made by us. */
  readonly messageId: string;
};

export type Composed = {
  readonly ok: true;
  readonly raw: Buffer;
  readonly from: Mailbox;
  /** Envelope addresses of To, Cc and Bcc, each once, in order. */
  readonly recipients: readonly string[];
  /** A local part is not ASCII: the peer must know SMTPUTF8. */
  readonly smtpUtf8: boolean;
};
/** `field` as in the API: `to[2]`, `headers.X-Thing`, `attachments[0].filename`. */
export type NotComposed = { readonly ok: false; readonly field: string; readonly why: string };

const refuse = (field: string, why: string): NotComposed => ({ ok: false, field, why });

/** docs/mail.md: header fields that only the product writes. */
const RESERVED =
  /^(?:from|sender|to|cc|bcc|subject|date|message-id|mime-version|content-.*|return-path|received|received-spf|dkim-.*|arc-.*|authentication-results|resent-.*|x-sesame-.*|feedback-id)$/i;

/** True for a field that `headers` may not set. */
export const isReservedHeader = (name: string): boolean => RESERVED.test(name.trim());

/** Builds the message, or says which field stands in the way. Throws only for a message id of ours that is none. */
export function compose(ask: Compose): Composed | NotComposed {
  if (!/^<[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]+>$/.test(ask.messageId)) throw new TypeError('message id is not one');
  const lists = { to: [] as Mailbox[], cc: [] as Mailbox[], bcc: [] as Mailbox[], replyTo: [] as Mailbox[] };
  const from = strictMailbox(ask.from);
  if (!from) return refuse('from', 'is not one address');
  for (const list of ['to', 'cc', 'bcc', 'replyTo'] as const) {
    for (const [n, text] of ask[list].entries()) {
      const mailbox = strictMailbox(text);
      if (!mailbox) return refuse(`${list}[${n}]`, 'is not one address');
      lists[list].push(mailbox);
    }
  }
  const head = header(ask, from, lists);
  if (!Array.isArray(head)) return head as NotComposed;
  const body = content(ask);
  if ('ok' in body) return body;
  const recipients = [...new Set([...lists.to, ...lists.cc, ...lists.bcc].map(one => one.address))];
  const smtpUtf8 = [from, ...Object.values(lists).flat()].some(one => /\P{ASCII}/u.test(one.address));
  const front = Buffer.from(`${[...head, 'MIME-Version: 1.0', ...body.fields].join('\r\n')}\r\n\r\n`);
  return { ok: true, raw: Buffer.concat([front, ...body.pieces]), from, recipients, smtpUtf8 };
}

type Lists = { readonly to: readonly Mailbox[]; readonly cc: readonly Mailbox[]; readonly replyTo: readonly Mailbox[] };

function header(ask: Compose, from: Mailbox, lists: Lists): readonly string[] | NotComposed {
  const subject = fieldText(ask.subject);
  if (subject === null) return refuse('subject', 'holds a control character');
  const own: string[] = [];
  for (const [name, value] of ask.headers) {
    if (!/^[!-9;-~]{1,76}$/.test(name)) return refuse(`headers.${name.slice(0, 76).replace(/[^!-~]/g, '?')}`, 'is not a header name');
    if (isReservedHeader(name)) return refuse(`headers.${name}`, 'is set by the server');
    if (/^reply-to$/i.test(name) && lists.replyTo.length > 0) return refuse(`headers.${name}`, 'stands beside replyTo');
    const text = fieldText(value);
    const line = text === null ? null : foldField(name, text);
    if (line === null) return refuse(`headers.${name}`, 'holds a control character or a word too long for a line');
    own.push(line);
  }
  const listed = (name: string, list: readonly Mailbox[]): readonly string[] =>
    list.length === 0 ? [] : [`${name}: ${list.map(mailboxText).join(',\r\n ')}`];
  return [
    ...listed('From', [from]),
    ...(lists.to.length + lists.cc.length === 0 ? ['To: undisclosed-recipients:;'] : listed('To', lists.to)),
    ...listed('Cc', lists.cc),
    ...listed('Reply-To', lists.replyTo),
    foldField('Subject', subject) ?? 'Subject:',
    `Date: ${rfcDate(ask.at)}`,
    `Message-ID: ${ask.messageId}`,
    ...own,
  ];
}

/** On its own line an address and its name fit in 78 characters or break between the two. */
function mailboxText(mailbox: Mailbox): string {
  if (mailbox.name === '') return mailbox.address;
  const phrase = phraseOf(mailbox.name);
  const last = phrase.length - (phrase.lastIndexOf('\n') + 1);
  return `${phrase}${last + mailbox.address.length > 60 ? '\r\n ' : ' '}<${mailbox.address}>`;
}

/** A part: its own fields, then its bytes in pieces. */
type Part = { readonly fields: readonly string[]; readonly pieces: readonly Buffer[] };

function content(ask: Compose): Part | NotComposed {
  const inline: Part[] = [];
  const attached: Part[] = [];
  for (const [n, one] of ask.attachments.entries()) {
    const shown = one.contentId !== undefined && typeof ask.html === 'string';
    const part = attachmentPart(one, n, shown);
    if ('ok' in part) return part;
    (shown ? inline : attached).push(part);
  }
  const html = typeof ask.html === 'string' ? textPart('text/html', ask.html) : null;
  const plain = ask.text === undefined && typeof ask.html === 'string' ? textOfHtml(ask.html) : ask.text;
  const shown = html && inline.length > 0 ? joined('related; type="text/html"', [html, ...inline]) : html;
  const words = plain === null || plain === undefined ? null : textPart('text/plain', plain);
  const bodies = [words, shown].filter(one => one !== null);
  const body = bodies.length > 1 ? joined('alternative', bodies) : bodies[0];
  if (attached.length > 0) return joined('mixed', body ? [body, ...attached] : attached);
  return body ?? textPart('text/plain', '');
}

function joined(subtype: string, parts: readonly Part[]): Part {
  const boundary = `=_${randomBytes(16).toString('hex')}`;
  const pieces = parts.flatMap((part, n) => [
    Buffer.from(`${n === 0 ? '' : '\r\n'}--${boundary}\r\n${part.fields.join('\r\n')}\r\n\r\n`),
    ...part.pieces,
  ]);
  return {
    fields: [`Content-Type: multipart/${subtype};\r\n boundary="${boundary}"`],
    pieces: [...pieces, Buffer.from(`\r\n--${boundary}--\r\n`)],
  };
}

/** Seven bits where the text is plain and short-lined, base64 where most of it is not ASCII, else quoted-printable. */
function textPart(type: string, written: string): Part {
  const text = written.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n');
  const bytes = Buffer.from(text.endsWith('\r\n') || text === '' ? text : `${text}\r\n`);
  const declared = `Content-Type: ${type}; charset=utf-8`;
  const isPlain = bytes.length === text.length + (text.endsWith('\r\n') || text === '' ? 0 : 2) && /^[\t\x20-\x7e\r\n]*$/.test(text);
  if (isPlain && !/[^\r\n]{79}|^From |[\t ]\r?$/m.test(text)) {
    return { fields: [declared, 'Content-Transfer-Encoding: 7bit'], pieces: [bytes] };
  }
  // Each character that is not ASCII costs three times its bytes in quoted-printable.
  if (bytes.length > 1.4 * text.length) {
    return { fields: [declared, 'Content-Transfer-Encoding: base64'], pieces: [Buffer.from(encodeBase64(bytes), 'latin1')] };
  }
  return {
    fields: [declared, 'Content-Transfer-Encoding: quoted-printable'],
    pieces: [Buffer.from(encodeQuotedPrintable(bytes), 'latin1')],
  };
}

const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i;
const TYPE_PARAMETER = /^[a-z0-9!#$&^_.+-]{1,40}=(?:[a-z0-9!#$&^_.+:/-]{1,100}|"[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}")$/i;

function attachmentPart(one: Attachment, n: number, inline: boolean): Part | NotComposed {
  const at = `attachments[${n}]`;
  if (one.filename === '' || Buffer.byteLength(one.filename) > 255 || /[\p{Cc}]/u.test(one.filename) || !one.filename.isWellFormed())
    return refuse(`${at}.filename`, 'is empty, longer than 255 bytes or holds a control character');
  const [type, ...parameters] = (one.contentType ?? 'application/octet-stream').split(';').map(piece => piece.trim());
  if (!TYPE.test(type ?? '') || /^multipart\//i.test(type ?? '') || !parameters.every(piece => TYPE_PARAMETER.test(piece)))
    return refuse(`${at}.contentType`, 'is not a media type for an attachment');
  if (one.contentId !== undefined && !/^[\x21-\x3b\x3d\x3f-\x7e]{1,200}$/.test(one.contentId))
    return refuse(`${at}.contentId`, 'is not a content id');
  const kept = parameters.filter(piece => !/^(?:name|boundary)\b/i.test(piece));
  const fields = [
    `Content-Type: ${[type, ...kept, ...parameter('name', one.filename)].join(';\r\n ')}`,
    `Content-Disposition: ${[inline ? 'inline' : 'attachment', ...parameter('filename', one.filename)].join(';\r\n ')}`,
    ...(one.contentId === undefined ? [] : [`Content-ID: <${one.contentId}>`]),
  ];
  if (!/^message\//i.test(type ?? ''))
    return { fields: [...fields, 'Content-Transfer-Encoding: base64'], pieces: [Buffer.from(encodeBase64(one.content), 'latin1')] };
  // RFC 2046 section 5.2.1: a message inside a message is not encoded.
  const lines = one.content.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
  if (lines.includes('\0') || /[^\r\n]{999}/.test(lines)) return refuse(`${at}.content`, 'is a message with lines over 998 bytes or NUL');
  const encoding = /[\x80-\xff]/.test(lines) ? '8bit' : '7bit';
  return { fields: [...fields, `Content-Transfer-Encoding: ${encoding}`], pieces: [Buffer.from(lines, 'latin1')] };
}
