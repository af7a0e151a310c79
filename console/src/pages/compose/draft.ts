// What a draft is for the API and for the preview, and where a finding stands in it. Pure.
import type { Where } from '../../parts/score.tsx';
import type { Fault, Outcome } from '../../app/api.ts';
import { attachmentsOf } from './attached.ts';
import { fieldLine, partsOf, sourceLine, textOf } from './mime.ts';
import type { Draft } from './samples.ts';

export type Way = 'form' | 'source';

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map(one => one.trim())
    .filter(Boolean);

/** The body of POST /v1/emails, without its files. */
export function emailOf({ from, to, subject, html, text, tags, tls, sendAt }: Draft): object {
  const named = listOf(tags);
  return {
    from: from.trim(),
    to: listOf(to),
    subject,
    ...(html === '' ? {} : { html }),
    ...(text === '' ? {} : { text }),
    ...(named.length > 0 ? { tags: named } : {}),
    ...(tls === 'opportunistic' ? {} : { tls }),
    ...(sendAt === '' ? {} : { sendAt: new Date(sendAt).toISOString() }),
  };
}

/** The whole body. Its fault names the file that cannot be read. */
export async function wholeEmail(draft: Draft, files: readonly File[]): Promise<Outcome<object>> {
  const read = await attachmentsOf(files);
  if ('unread' in read) return { ok: false, fault: { ...UNREAD, field: `attachments[${read.unread}]` } };
  return { ok: true, value: { ...emailOf(draft), ...(files.length > 0 ? { attachments: read.attachments } : {}) } };
}
const UNREAD: Fault = { code: 'invalid_field', message: '', status: 0, requestId: null, retrySeconds: null };

export const isReady = (way: Way, draft: Draft, source: string): boolean =>
  way === 'form'
    ? draft.from.trim() !== '' && draft.to.trim() !== '' && `${draft.html}${draft.text}`.trim() !== ''
    : /^[!-9;-~]+:/.test(source);

/** A message as it is typed, with the line ends of mail. */
export const bytesOf = (source: string): Blob => new Blob([source.replace(/\r?\n/g, '\r\n')]);

export function contentOf(way: Way, draft: Draft, source: string): { readonly html: string; readonly text: string } {
  if (way === 'form') return { html: draft.html, text: draft.text };
  const parts = partsOf(source);
  const of = (type: string): string => {
    const part = parts.find(one => one.type === type);
    return part ? textOf(part) : '';
  };
  return { html: of('text/html'), text: of('text/plain') };
}

/** Where a finding stands: a field of the form, a line of one of its bodies, or a line of the source. null: nowhere in particular. */
export type Spot =
  | { readonly in: 'html' | 'text' | 'source'; readonly line: number }
  | { readonly in: 'field'; readonly name: string }
  | { readonly in: 'attachment'; readonly n: number }
  | null;

/** `files`: how many the draft has. */
export function spotOf(way: Way, where: Where, draft: Draft, source: string, files = 0): Spot {
  if (where === null) return null;
  if (way === 'source') {
    const line = 'field' in where ? fieldLine(source, where.field) : sourceLine(partsOf(source), where.part, where.line ?? 1);
    return line === null ? null : { in: 'source', line };
  }
  if ('field' in where) return { in: 'field', name: where.field };
  const attached = files > 0 ? /^1\.([2-9]|\d\d)(?:\.|$)/.exec(where.part) : null;
  if (attached) return { in: 'attachment', n: Number(attached[1]) - 2 };
  // The form becomes one part, or text and HTML side by side; beside files it is the first of the parts.
  const part = files > 0 ? where.part.replace(/^1\.1(?=\.|$)/, '1') : where.part;
  const isHtml = draft.html !== '' && !part.endsWith('.1');
  return { in: isHtml ? 'html' : 'text', line: where.line ?? 1 };
}
