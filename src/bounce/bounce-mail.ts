// Reads mail that comes back: status reports (RFC 3464), the many forms without one, complaints (RFC 5965) and automatic answers (RFC 3834).
// Everything in it is the claim of a stranger: who acts on it checks the return-path token first.
import { readArf } from '../message/arf.ts';
import type { Group } from '../message/field-groups.ts';
import { allOf, firstOf } from '../message/headers.ts';
import { parseStructured } from '../message/params.ts';
import type { Message } from '../message/walk.ts';
import { decodeWords } from '../message/words.ts';
import { isAutoReply } from './auto-reply.ts';
import { RECIPIENTS, REPLY_TEXT } from './bounds.ts';
import { looksReturned } from './looks-returned.ts';
import { ownWords, type OwnWords } from './own-words.ts';
import { phaseOf } from './phase.ts';
import { classOf, type BounceClass, type Reason } from './reasons.ts';
import { codesOf, plainReason, readReply } from './reply.ts';
import { readSns } from './sns.ts';
import { quotedReply, recipientsOfText } from './text-report.ts';

export type BounceRecipient = {
  /** Empty when the report does not name it. */
  readonly address: string;
  readonly originalRecipient: string | null;
  /** Enhanced status code: of the reply where it says more than the Status field. */
  readonly status: string | null;
  /** SMTP reply code. */
  readonly reply: number | null;
  readonly reason: Reason;
  readonly class: BounceClass;
  /** The address is of no use, and the sender of the report has given up. */
  readonly hard: boolean;
  /** Lower-case: failed, delayed, delivered, relayed, expanded or what stands there. */
  readonly action: string;
  /** What the peer said: the Diagnostic-Code field, else what the text quotes. */
  readonly diagnostic: string | null;
  /** False where `diagnostic` was found in free text, which may quote the mail as well: it is read and never kept. */
  readonly isField: boolean;
  readonly remoteMta: string | null;
};

export type BounceMail = {
  readonly kind: 'bounce' | 'feedback' | 'autoreply' | 'other';
  readonly recipients: readonly BounceRecipient[];
  /** Of complaints only: abuse, fraud, auth-failure and so on. */
  readonly feedbackType: string | null;
};

export function readBounce(message: Message): BounceMail {
  return (
    complaint(message) ??
    told(message) ??
    returned(message) ?? { kind: isAutoReply(message) ? 'autoreply' : 'other', recipients: [], feedbackType: null }
  );
}

const header = (message: Message, name: string): string => firstOf(message.raw, message.headers, name)?.slice(0, 2_000) ?? '';

/** ARF, also when its own part is missing, and Hotmail's older form: the mail as an attachment with the recipient in a field of its own. */
function complaint(message: Message): BounceMail | null {
  const arf = readArf(message);
  if (arf) return { kind: 'feedback', recipients: complainers(arf.originalRecipients, message), feedbackType: arf.feedbackType };
  const { params } = parseStructured(header(message, 'content-type'));
  const isReport = params.get('report-type')?.toLowerCase() === 'feedback-report';
  if (!isReport && !/^complaint about message from /i.test(header(message, 'subject'))) return null;
  return { kind: 'feedback', recipients: complainers([], message), feedbackType: 'abuse' };
}

function complainers(named: readonly string[], message: Message): readonly BounceRecipient[] {
  const hidden = /^x-hmxmroriginalrecipient: *<?([^\s>]{1,320})/im.exec(message.raw.toString('latin1', 0, 32_768))?.[1];
  const addresses = named.length > 0 ? named.slice(0, RECIPIENTS) : [hidden ?? ''];
  return addresses.map(address => ({ ...NOBODY, address, reason: 'feedback' }));
}

const NOBODY: BounceRecipient = {
  address: '',
  originalRecipient: null,
  status: null,
  reply: null,
  reason: 'undefined',
  class: 'none',
  hard: false,
  action: '',
  diagnostic: null,
  isField: false,
  remoteMta: null,
};

function told(message: Message): BounceMail | null {
  const notice = readSns(message);
  if (!notice) return null;
  if (notice.kind === 'complaint')
    return {
      kind: 'feedback',
      recipients: notice.recipients.map(({ address }) => ({ ...NOBODY, address, reason: 'feedback' })),
      feedbackType: notice.feedbackType,
    };
  const recipients = notice.recipients.map(({ address, status, diagnostic, action }) =>
    judged({ address, originalRecipient: null, status, action, diagnostic, remoteMta: null }, diagnostic ?? ''),
  );
  return { kind: notice.kind === 'bounce' ? 'bounce' : 'other', recipients, feedbackType: null };
}

function returned(message: Message): BounceMail | null {
  const words = ownWords(message);
  const own = statusRows(words.groups, words.lines);
  const known = failedRecipients(message);
  const isReport = own.length > 0 || words.groups.some(group => group.has('diagnostic-code') || group.has('reporting-mta'));
  if (!isReport && known.length === 0 && !looksReturned(message, words.lines)) return null;
  const free = own.length > 0 ? [] : freeRows(message, words, known);
  const isNamed = own.length > 0 || free.some(one => one.address !== '');
  const nested = isNamed ? [] : statusRows(words.nested, words.lines);
  const recipients = [own, nested, free].find(rows => rows.length > 0) ?? [];
  const failed = recipients.some(one => one.reason !== 'delivered');
  return { kind: failed ? 'bounce' : 'other', recipients: recipients.slice(0, RECIPIENTS), feedbackType: null };
}

type Said = Pick<BounceRecipient, 'address' | 'originalRecipient' | 'status' | 'action' | 'diagnostic' | 'remoteMta'>;

/** One row for each group of fields that names a recipient. */
function statusRows(groups: readonly Group[], lines: readonly string[]): readonly BounceRecipient[] {
  const named = groups.filter(group => group.has('final-recipient') || group.has('original-recipient') || group.has('x-actual-recipient'));
  const rows = named.flatMap(apart).slice(0, RECIPIENTS);
  const around = rows.length === 1 ? (): string => lines.join('\n') : paragraphs(lines);
  return rows.map(group => {
    const original = typed(group, 'original-recipient');
    const said: Said = {
      address: typed(group, 'final-recipient') ?? original ?? typed(group, 'x-actual-recipient') ?? '',
      originalRecipient: original,
      status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(bare(group, 'status')?.slice(0, 200) ?? '')?.[0] ?? null,
      action: bare(group, 'action')?.toLowerCase().split(/[\s(]/, 1)[0] ?? '',
      diagnostic:
        bare(group, 'diagnostic-code')
          ?.replace(/^(?:smtp|x-[a-z0-9-]{1,40}|dns|rfc822) *; */i, '')
          .replace(/\s+/g, ' ')
          .slice(0, REPLY_TEXT) ?? null,
      remoteMta: typed(group, 'remote-mta'),
    };
    const isLocal = /^ *x-(?:unix|local)/i.test(bare(group, 'diagnostic-code') ?? '');
    const comment = /\((.{1,300})\)/.exec(bare(group, 'status')?.slice(0, 1_000) ?? '')?.[1] ?? '';
    const category = bare(group, 'x-powermta-bouncecategory')?.slice(0, 100) ?? '';
    return judged(said, around(said.address), `${comment} ${category}`, isLocal);
  });
}

/** Where the empty line between two recipients is missing, their fields are in one group: the first of each, the second of each. */
function apart(group: Group): readonly Group[] {
  const count = group.get('final-recipient')?.length ?? 1;
  if (count < 2) return [group];
  const nth = (n: number): Group =>
    new Map([...group].map(([name, values]) => [name, values.length === count ? values.slice(n, n + 1) : values.slice(0, 1)]));
  return Array.from({ length: Math.min(count, RECIPIENTS) }, (_, n) => nth(n));
}

/** Rows out of free text; at least one, with the subject as the last thing to ask. */
function freeRows(message: Message, { lines, groups }: OwnWords, known: readonly string[]): readonly BounceRecipient[] {
  const loose = groups.find(group => group.has('diagnostic-code'));
  const diagnostic = loose ? (bare(loose, 'diagnostic-code')?.replace(/^smtp *; */i, '') ?? null) : null;
  const status = loose ? (/\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(bare(loose, 'status') ?? '')?.[0] ?? null) : null;
  const found = recipientsOfText(lines, known);
  const subject = decodeWords(header(message, 'subject')).slice(0, 300);
  const action = /\b(?:warning|delay|still being retried)/i.test(subject) ? 'delayed' : 'failed';
  const rows = found.length > 0 ? found : [{ address: '', text: lines.join('\n') }];
  return rows.map(({ address, text }) =>
    judged({ address, originalRecipient: null, status, action, diagnostic, remoteMta: null }, text, subject),
  );
}

/** The diagnosis is asked first, then what the report says around it, then its remark on the status or its subject. */
function judged(said: Said, around: string, remark = '', isLocal = false): BounceRecipient {
  const field = said.diagnostic?.trim() || null;
  const base = { ...said, diagnostic: field ?? quotedReply(around), isField: field !== null };
  if (/^(?:delivered|relayed|expanded|deliverable)$/.test(said.action)) {
    const { code, enhanced } = codesOf(base.diagnostic ?? '');
    return { ...base, status: said.status ?? enhanced, reply: code, reason: 'delivered', class: 'none', hard: false };
  }
  const final = said.action !== 'delayed';
  const own = phaseOf(`${base.diagnostic ?? ''}\n${around}\n${remark}`);
  const phase = own === 'unknown' && isOwnWord(said, base.diagnostic) ? 'rcpt' : own;
  const asked = [unwrapped(lengthened(base.diagnostic ?? '', around)), around, remark].filter(text => /\p{L}{3}/u.test(text));
  const coded = codesOf(base.diagnostic ?? '');
  const status = coded.enhanced !== null && !isVague(coded.enhanced) ? coded.enhanced : (said.status ?? coded.enhanced);
  let answer = readReply({ code: coded.code, enhanced: status, text: asked[0] ?? '', phase, final });
  for (const text of asked.slice(1)) {
    if (answer.reason !== 'undefined') break;
    const next = readReply({ code: answer.code, enhanced: answer.enhanced, text, phase, final });
    if (next.reason !== 'undefined') answer = { ...next, code: answer.code ?? next.code };
  }
  // A server that quotes no reply in a field may still say beside it what it means.
  const beside = said.diagnostic === null ? plainReason(around) : null;
  const reason = reasonOf(beside ?? answer.reason, said.action, isLocal);
  const hard = answer.hard && reason === answer.reason;
  const kind = classOf(reason, hard, !final);
  return { ...base, status: answer.enhanced ?? said.status, reply: answer.code, reason, class: kind, hard };
}

/** A program that takes mail (procmail, a pipe) fails for its own reasons; a full box is one all the same. */
function reasonOf(reason: Reason, action: string, isLocal: boolean): Reason {
  if (isLocal && reason !== 'mailboxfull') return 'mailererror';
  return reason === 'undefined' && (action === 'delayed' || action === 'expired') ? 'expired' : reason;
}

/**
 * A status report speaks of its recipients unless the code says otherwise; free text does where the server speaks for itself. What it quotes of
 * another server may have been said to the whole message.
 */
function isOwnWord(said: Said, diagnostic: string | null): boolean {
  if (said.diagnostic !== null) return !/^[45]\.[237]\.\d/.test(codesOf(said.diagnostic).enhanced ?? said.status ?? '');
  return diagnostic === null || said.status !== null;
}

/** `5.1.0 - Unknown address error 550-'5.7.1 ...'`: a gateway's own word around what it was told. */
const unwrapped = (text: string): string => /\b[45]\d\d-'(.{3,2000}?)'/.exec(text)?.[1] ?? text;

const isVague = (status: string | null): boolean => status === null || status.endsWith('.0.0');

/** Sendmail's field has the first line of a reply only; the session in the text has all of them. */
function lengthened(diagnostic: string, around: string): string {
  if (!/^[45]\d\d-/.test(diagnostic)) return diagnostic;
  const at = around.indexOf(`<<< ${diagnostic.slice(0, 30)}`);
  return at < 0 ? diagnostic : (quotedReply(around.slice(at)) ?? diagnostic);
}

/** For each address the paragraph that begins with it. */
function paragraphs(lines: readonly string[]): (address: string) => string {
  const small = lines.map(line => line.toLowerCase());
  return address => {
    const name = address.toLowerCase();
    const at = small.findIndex(line => name !== '' && line.includes(name));
    if (at < 0) return '';
    const end = lines.findIndex((line, n) => n > at && (line.trim() === '' || /^\s*<?[^\s@<>]{1,64}@[^\s@<>]{1,255}>?:/.test(line)));
    return lines.slice(at, end < 0 ? at + 12 : end).join('\n');
  };
}

function failedRecipients(message: Message): readonly string[] {
  const values = allOf(message.raw, message.headers, 'x-failed-recipients')
    .join(',')
    .slice(0, 64 * 1024)
    .split(/[,\s]+/);
  return [...new Set(values.filter(one => one !== ''))].slice(0, RECIPIENTS);
}

const bare = (group: Group, name: string): string | null => group.get(name)?.[0] ?? null;

/** The address or name behind `rfc822;`, without brackets or a source route. */
function typed(group: Group, name: string): string | null {
  const value = bare(group, name)?.slice(0, 1_000);
  if (value === undefined) return null;
  const semicolon = value.indexOf(';');
  const text = (semicolon < 0 ? value : value.slice(semicolon + 1)).trim().replace(/^<|>$/g, '');
  return text.startsWith('@') && text.includes(':') ? text.slice(text.indexOf(':') + 1) : text;
}
