// The form that is sealed: our trace fields in front, forged copies of them and what must not travel taken out (docs/mail.md).
import type { Inspected } from '../mail.ts';
import { rfcDate } from '../message/dsn.ts';
import { allOf, readHeaders, rewriteHeaders, valueOf, type Field, type HeaderBlock } from '../message/headers.ts';

export type Traced = { readonly sealedForm: Buffer; readonly messageId: string };

/** Fields that no peer may have set. */
const OURS = /^x-sesame-/;
/** Fields of a submitted mail that must not travel. */
const PRIVATE = new Set(['bcc', 'return-path']);

export function trace(mail: Inspected, hostname: string): Traced {
  const block = readHeaders(mail.raw);
  const given = allOf(mail.raw, block, 'message-id')[0];
  const messageId = given || `<${mail.id}@${hostname}>`;
  const front = mail.direction === 'out' ? outbound(mail, block, messageId, hostname) : inbound(mail, hostname);
  const drop = (field: Field): boolean =>
    OURS.test(field.name) ||
    (field.name === 'authentication-results' && isOurs(valueOf(mail.raw, field), hostname)) ||
    (mail.direction === 'out' && (PRIVATE.has(field.name) || (field.name === 'message-id' && !given)));
  return { sealedForm: rewriteHeaders(mail.raw, block, front, drop), messageId };
}

/** What RFC 6409 section 8 lets a submission server add, and the id for telling copies apart. The submitter's address stays private. */
function outbound(mail: Inspected, block: HeaderBlock, messageId: string, hostname: string): string {
  const has = (name: string): boolean => block.fields.some(field => field.name === name);
  const lines = [`Received: by ${hostname} with ${protocol(mail)} id ${mail.id}; ${rfcDate(mail.at)}`, `X-Sesame-Id: ${mail.id}`];
  if (!allOf(mail.raw, block, 'message-id')[0]) lines.push(`Message-ID: ${messageId}`);
  if (!has('date')) lines.push(`Date: ${rfcDate(mail.at)}`);
  if (!has('mime-version')) lines.push('MIME-Version: 1.0');
  return `${lines.join('\r\n')}\r\n`;
}

function inbound(mail: Inspected, hostname: string): string {
  const only = mail.envelope.recipients.length === 1 ? mail.envelope.recipients[0]?.address : undefined;
  const { peer } = mail;
  const secured = peer.tls ? ` (using ${peer.tls.version} with cipher ${peer.tls.cipher})` : '';
  const findings = [...mail.spam.reasons.map(one => one.id), ...mail.virus.found.map(one => one.name)].map(token).slice(0, 20);
  const lines = [
    `Received: from ${token(peer.helo) || 'unknown'} ([${peer.ip.includes(':') ? `IPv6:${peer.ip}` : peer.ip}])${secured}`,
    ` by ${hostname} with ${protocol(mail)} id ${mail.id}${only && /^[\x21-\x7e]+$/.test(only) ? ` for <${only}>` : ''};`,
    ` ${rfcDate(mail.at)}`,
    ...(mail.auth.header === '' ? [] : [`Authentication-Results: ${mail.auth.header}`]),
    `X-Sesame-Id: ${mail.id}`,
    `X-Sesame-Spam-Verdict: ${mail.spam.verdict}`,
    ...(mail.spam.score === null ? [] : [`X-Sesame-Spam-Score: ${mail.spam.score.toFixed(4)}`]),
    `X-Sesame-Virus-Verdict: ${mail.virus.verdict}`,
    ...(findings.length > 0 ? [`X-Sesame-Findings: ${findings.join(',\r\n ')}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** RFC 3848 and RFC 6531 section 4.3. */
function protocol(mail: Inspected): string {
  if (mail.door === 'http') return 'HTTP';
  if (mail.door === 'internal') return 'local';
  const utf8 = mail.envelope.smtpUtf8 ? 'UTF8SMTP' : 'ESMTP';
  return `${utf8}${mail.peer.tls ? 'S' : ''}${mail.party.kind === 'account' ? 'A' : ''}`;
}

/** Is the authserv-id ours (RFC 8601 section 5)? */
function isOurs(value: string, hostname: string): boolean {
  const id = /^(?:\s|\([^()]*\))*"?([^\s;"(]*)/.exec(value)?.[1] ?? '';
  return id.toLowerCase() === hostname;
}

/** Words from outside in a header of ours: no blanks, line ends, comments or folding. */
function token(text: string): string {
  return text.replace(/[^\x21-\x7e]|[(),;<>"\\]/g, '').slice(0, 100);
}
