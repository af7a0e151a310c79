// Known mail to be disguised: a core rendered by composeMail, taken apart into header, subject, text and page, and put together again.
// Tricks change one of these pieces; everything else stays, so that what a trick costs the filter is the trick's own doing.
import { encodeWords } from '../../src/message/words.ts';
import { valueOf } from '../../src/message/headers.ts';
import { walk } from '../../src/message/walk.ts';
import type { Random } from '../mail/random.ts';

export type Mail = {
  /** Header lines without Subject and what describes the body. */
  readonly fields: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The page; made from the text where the mail had none. */
  readonly html: string;
  readonly hasPage: boolean;
  readonly lang: string;
};
export type Group = 'letters' | 'html' | 'mime' | 'structure' | 'links';
export type Trick = {
  readonly id: string;
  readonly group: Group;
  /** The whole message disguised; null where the trick has nothing to change. */
  readonly disguise: (mail: Mail, random: Random) => Buffer | null;
};

/** The same body from somebody who gives nothing away: what is left to judge is what the mail says. */
export const quiet = (mail: Mail): Mail => ({
  ...mail,
  fields: [
    'Date: Tue, 4 Mar 2025 09:12:44 +0000',
    'From: Robin Hale <robin.hale@northfield-studio.com>',
    'To: office@example.org',
    'Message-ID: <8d21c07f5b@northfield-studio.com>',
  ],
});

/** One part: its own header lines, and its content as it is sent. */
export type Part = { readonly head: readonly string[]; readonly content: string };

export function takeApart(raw: Buffer, lang: string): Mail | null {
  const message = walk(raw);
  const value = (name: string): string => {
    const field = message.headers.fields.find(one => one.name === name);
    return field ? valueOf(raw, field) : '';
  };
  const own = message.headers.fields.filter(field => !/^(?:subject|mime-version|content-.*)$/.test(field.name));
  const leaf = (type: string): string => message.leaves.find(one => one.type === type && one.disposition !== 'attachment')?.text() ?? '';
  const [text, html] = [leaf('text/plain'), leaf('text/html')].map(one => one.replace(/\r\n/g, '\n')) as [string, string];
  if (text === '' && html === '') return null;
  return {
    fields: own.map(field => raw.toString('latin1', field.start, field.end).trimEnd()),
    subject: wordsRead(value('subject')),
    text: text === '' ? textOf(html) : text,
    html: html === '' ? pageOf(text) : html,
    hasPage: html !== '',
    lang,
  };
}

const wordsRead = (text: string): string =>
  text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, body: string) => Buffer.from(body, 'base64').toString());

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** A page as a mail program makes it of text: a paragraph a block, links that can be clicked. */
export function pageOf(text: string): string {
  const linked = (block: string): string =>
    escaped(block).replace(/https?:\/\/[^\s<>"]+[^\s<>".,;:)]/g, url => `<a href="${url}">${url}</a>`);
  const blocks = text.split(/\n{2,}/).map(block => `<p>${linked(block).replace(/\n/g, '<br>\n')}</p>`);
  return `<html><body>\n${blocks.join('\n')}\n</body></html>\n`;
}

const textOf = (html: string): string =>
  decoded(
    html
      .replace(/<(style|title|head)[\s\S]*?<\/\1>/gi, '')
      .replace(/<\/?(?:p|div|tr|table|h\d|li|br)\b[^>]*>/gi, '\n')
      .replace(/<[^>]*>/g, ''),
  )
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n\n');

export const decoded = (text: string): string =>
  text
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)))
    .replace(/&#x([0-9a-f]+);/gi, (_, n: string) => String.fromCodePoint(parseInt(n, 16)))
    .replace(/&amp;/g, '&');

/** Applies `change` to what is read of a page: not to tags, style sheets, or the head. */
export function readable(html: string, change: (text: string) => string): string {
  return html
    .split(/(<(?:style|title|head)[\s\S]*?<\/(?:style|title|head)>|<!--[\s\S]*?-->|<[^>]*>)/i)
    .map((piece, n) => (n % 2 === 1 || piece.trim() === '' ? piece : escapedBack(change(decoded(piece)))))
    .join('');
}
/** Tricks may put tags of their own between the letters: \u0001 and \u0002 stand for their brackets, \u0003 for &. */
const escapedBack = (text: string): string => escaped(text).replaceAll('\u0001', '<').replaceAll('\u0002', '>').replaceAll('\u0003', '&');

/** Applies `change` to the words of a text, not to addresses and links, which would lead nowhere. */
export const worded = (text: string, change: (text: string) => string): string =>
  text
    .split(/(https?:\/\/\S+|www\.\S+|\S+@\S+)/)
    .map((piece, n) => (n % 2 === 1 ? piece : change(piece)))
    .join('');

export const quotedPrintable = (text: string, every = false): string =>
  text
    .split('\n')
    .map(line =>
      [...Buffer.from(line)]
        .map(byte =>
          every || byte === 61 || byte > 126 || byte < 32
            ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
            : String.fromCharCode(byte),
        )
        .join('')
        .replace(/((?:=[0-9A-F]{2}|[^=]){24})(?=.)/g, '$1=\n'),
    )
    .join('\n');

export const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/(.{76})/g, '$1\n');

export const part = (type: string, content: string, encoding: '8bit' | 'base64' | 'quoted-printable' = 'quoted-printable'): Part => ({
  head: [`Content-Type: ${type}; charset=utf-8`, `Content-Transfer-Encoding: ${encoding}`],
  content: encoding === 'base64' ? base64(Buffer.from(content)) : encoding === '8bit' ? content : quotedPrintable(content),
});

export function several(
  kind: string,
  parts: readonly Part[],
  boundary = 'b1_5f0c9ae3',
  around: readonly [string, string] = ['', ''],
): Part {
  const inner = parts.flatMap(one => [`--${boundary}`, ...one.head, '', one.content]);
  return {
    head: [`Content-Type: multipart/${kind}; boundary="${boundary}"`],
    content: [around[0], ...inner, `--${boundary}--`, around[1]].join('\n'),
  };
}

export function send(mail: Pick<Mail, 'fields' | 'subject'>, body: Part, subjectLine = `Subject: ${encodeWords(mail.subject)}`): Buffer {
  const lines = [...mail.fields, subjectLine, 'MIME-Version: 1.0', ...body.head, '', body.content];
  return Buffer.from(lines.join('\n').replace(/\r?\n/g, '\r\n'), 'utf8');
}

/** The mail undisguised: text and page where it had both. */
export const plainly = (mail: Mail): Buffer =>
  send(
    mail,
    mail.hasPage ? several('alternative', [part('text/plain', mail.text), part('text/html', mail.html)]) : part('text/plain', mail.text),
  );

export const asPage = (mail: Mail, html: string): Buffer => send(mail, part('text/html', html));
