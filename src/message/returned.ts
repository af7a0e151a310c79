// The mail that a report (DSN, ARF) gives back: a message/rfc822 or text/rfc822-headers part (or a file *.eml) at the top level of multipart/report (RFC 6522).
import { firstOf, readHeaders } from './headers.ts';
import { parseStructured } from './params.ts';
import { decodeTransfer, encodingOf } from './transfer.ts';
import type { Message } from './walk.ts';

/** RFC 6522 knows three parts; a report with more than this is none. */
const MAX_PARTS = 20;

/** Header or whole of the returned mail; null when the report carries none. */
export function returnedMail(message: Message): Buffer | null {
  const { raw, headers } = message;
  const boundary = parseStructured(firstOf(raw, headers, 'content-type') ?? '').params.get('boundary');
  if (!boundary) return null;
  const mark = Buffer.from(`\n--${boundary}`, 'latin1');
  let at = raw.indexOf(mark, Math.max(0, headers.bodyStart - 1));
  for (let n = 0; at >= 0 && n < MAX_PARTS; n++) {
    const next = raw.indexOf(mark, at + 1);
    const part = raw.subarray(raw.indexOf(10, at + 1) + 1, next < 0 ? raw.length : next);
    const block = readHeaders(part);
    if (isMail(parseStructured(firstOf(part, block, 'content-type') ?? ''))) {
      const encoding = encodingOf(firstOf(part, block, 'content-transfer-encoding') ?? '') ?? 'identity';
      return decodeTransfer(part.subarray(block.bodyStart), encoding);
    }
    at = next;
  }
  return null;
}

/** Some senders of reports attach the mail as a file. */
function isMail({ value, params }: ReturnType<typeof parseStructured>): boolean {
  if (value === 'application/octet-stream') return /\.eml$/i.test(params.get('name') ?? '');
  return /^(?:message\/(?:rfc822|global)(?:-headers)?|text\/rfc822-headers)$/.test(value);
}
