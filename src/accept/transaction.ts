// One mail transaction (RFC 5321 section 3.3): MAIL, RCPT, DATA, and the answer to the final dot, which is 250 only for what is durable.
import type { Accepted, Queued, Refusal } from '../mail.ts';
import * as bounds from './bounds.ts';
import { parseMail, parseRcpt } from './commands.ts';
import { readContent, unstuff, type ContentReader } from './content.ts';
import { during, end, peerOf, refusal, refuse, releaseBytes, say, wrong, type Session } from './state.ts';

export function mail(session: Session, argument: string): void {
  const { deps, kind, party, secure } = session;
  if (!session.helo) return wrong(session, 503, '5.5.1', 'say EHLO first');
  if (kind !== 'mx' && !party) return wrong(session, 530, '5.7.0', secure ? 'log in first: AUTH' : 'say STARTTLS and AUTH first');
  if (session.transaction) return wrong(session, 503, '5.5.1', 'a transaction is open already');
  const parsed = parseMail(argument, secure !== null);
  if ('code' in parsed) return wrong(session, parsed.code, parsed.enhanced, parsed.text);
  if (parsed.size !== null && parsed.size > deps.config.messageSize)
    return say(session, 552, '5.3.4', `too_large at most ${deps.config.messageSize} bytes are taken`);
  during(session, async () => {
    const refused = await deps.gates.onMail({ kind, peer: peerOf(session), party, from: parsed.from });
    if (refused) return refuse(session, 'mail', refused);
    session.transaction = { mail: parsed, recipients: [] };
    say(session, 250, '2.1.0', 'sender taken');
  });
}

export function rcpt(session: Session, argument: string): void {
  const { deps, kind, party, transaction: open } = session;
  if (!open) return wrong(session, 503, '5.5.1', 'MAIL first');
  if (open.recipients.length >= bounds.MAX_RECIPIENTS)
    return say(session, 452, '4.5.3', `at most ${bounds.MAX_RECIPIENTS} recipients a transaction, send the rest in the next`);
  const parsed = parseRcpt(argument, open.mail.smtpUtf8, deps.config.hostname);
  if ('code' in parsed) return wrong(session, parsed.code, parsed.enhanced, parsed.text);
  during(session, async () => {
    const ask = { kind, peer: peerOf(session), party, from: open.mail.from, recipient: parsed, before: open.recipients };
    const refused = await deps.gates.onRcpt(ask);
    if (refused) return refuse(session, 'rcpt', refused, parsed.address);
    open.recipients.push(parsed);
    say(session, 250, '2.1.5', 'recipient taken');
  });
}

export function data(session: Session): void {
  if (!session.transaction) return wrong(session, 503, '5.5.1', 'MAIL first');
  if (session.transaction.recipients.length === 0) return wrong(session, 554, '5.5.1', 'no valid recipients');
  session.content = readContent();
  session.refusedContent = null;
  session.contentSinceMs = session.deps.clock.monotonic();
  say(session, 354, '', 'end with CRLF.CRLF');
}

/** Content as it comes in, bounded in size, memory and time; what is refused is read to its end and answered there. */
export function takeContent(session: Session, reader: ContentReader, bytes: Buffer): void {
  const { deps } = session;
  const rest = reader.feed(bytes);
  if (!session.refusedContent && reader.received() > deps.config.messageSize + END)
    session.refusedContent = refusal('too_large', 552, '5.3.4', `at most ${deps.config.messageSize} bytes are taken`);
  while (!session.refusedContent && session.reservedBytes < reader.received()) {
    if (deps.shared.reserveBytes(bounds.RESERVE_STEP)) session.reservedBytes += bounds.RESERVE_STEP;
    else session.refusedContent = refusal('storage_full', 452, '4.3.1', 'too much mail in flight, try again later');
  }
  if (session.refusedContent) {
    reader.discard();
    releaseBytes(session);
  }
  if (rest === null) {
    const tookMs = deps.clock.monotonic() - session.contentSinceMs;
    if (tookMs > bounds.DATA_GRACE_MS && reader.received() < (tookMs / 1000) * bounds.DATA_BYTES_PER_S)
      end(session, 'content comes too slowly');
    return;
  }
  session.input = rest;
  session.content = null;
  during(session, () => endOfContent(session, reader));
}

/** `CRLF.CRLF` without the CRLF of the last line. */
const END = 3;

async function endOfContent(session: Session, reader: ContentReader): Promise<void> {
  const open = session.transaction;
  session.transaction = null;
  session.idle = 0;
  if (!open) return;
  try {
    const outcome = await judged(session, reader, open);
    if ('refused' in outcome) {
      say(session, outcome.code, outcome.enhanced, `${outcome.reason} ${outcome.text}`);
      if (outcome.code === 421) end(session, outcome.text);
    } else say(session, 250, '2.0.0', `queued as ${outcome.id}`);
  } finally {
    releaseBytes(session);
  }
}

async function judged(session: Session, reader: ContentReader, open: NonNullable<Session['transaction']>): Promise<Queued | Refusal> {
  const { deps, kind } = session;
  if (session.refusedContent) return session.refusedContent;
  const whole = unstuff(reader.take());
  if (!whole.ok) return refusal('malformed', 554, '5.6.0', WRONG_CONTENT[whole.why]);
  const { size: _said, ...envelope } = open.mail;
  const accepted: Accepted = {
    id: deps.newId(),
    direction: kind === 'mx' ? 'in' : 'out',
    door: kind,
    at: deps.clock.now(),
    peer: peerOf(session),
    envelope: { ...envelope, eightBit: envelope.eightBit || whole.eightBit, recipients: open.recipients },
    raw: whole.raw,
    options: { tls: 'opportunistic', sendAt: null, expiresAt: null, tags: [], pool: null, personal: null, idempotency: null },
  };
  return deps.takeIn(accepted, session.party);
}

const WRONG_CONTENT = {
  bare_line_end: 'a bare CR or LF stands in the message: lines end with CRLF',
  long_line: `a line is longer than ${bounds.MAX_LINE} bytes`,
  nul: 'a NUL stands in the message',
} as const;
