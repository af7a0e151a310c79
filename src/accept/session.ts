// One SMTP session (RFC 5321): a machine over the lines that come in. Replies of a pipelined group leave in one write (RFC 2920); nothing
// is read ahead over a STARTTLS; the 250 after the dot is said only when the journey says `Queued`.
import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import type { AccountParty, Peer, Queued, Recipient, Refusal } from '../mail.ts';
import { login } from './auth.ts';
import * as bounds from './bounds.ts';
import { parseMail, parseRcpt, type MailArgs } from './commands.ts';
import { readContent, unstuff, type ContentReader } from './content.ts';
import type { DoorDeps, DoorKind } from './types.ts';

type Transaction = { readonly mail: MailArgs; readonly recipients: Recipient[] };
export type SessionParts = {
  readonly deps: DoorDeps;
  readonly kind: DoorKind;
  readonly context: () => SecureContext;
  readonly onEnd: () => void;
};

const CR = 13;
const LF = 10;

/** Serves a connection until it ends. `socket` is plain; TLS at once when the door is `submissions`. */
export function serve(raw: Socket, parts: SessionParts): { readonly end: (text: string) => void; readonly drain: () => void } {
  const { deps, kind } = parts;
  let socket: Socket = raw;
  let secure: TLSSocket | null = null;
  let input: Buffer = Buffer.alloc(0);
  let output = '';
  let busy = false;
  let ended = false;
  let helo = '';
  let party: AccountParty | null = null;
  let transaction: Transaction | null = null;
  let content: ContentReader | null = null;
  let dataSince = 0;
  let reserved = 0;
  let refusedContent: Refusal | null = null;
  let errors = 0;
  let idle = 0;
  let authFailures = 0;
  let saslLine: ((line: string) => void) | null = null;

  const peer = (): Peer => ({
    ip: (raw.remoteAddress ?? '').replace(/^::ffff:/, ''),
    port: raw.remotePort ?? 0,
    helo,
    tls: secure ? { version: secure.getProtocol() ?? '', cipher: secure.getCipher().name } : null,
  });
  const write = (): void => {
    if (output && !socket.destroyed) socket.write(output);
    output = '';
  };
  const say = (code: number, enhanced: string, text: string): void => {
    output += `${code} ${enhanced ? `${enhanced} ` : ''}${oneLine(text)}\r\n`;
  };
  const end = (text: string): void => {
    if (ended) return;
    ended = true;
    say(421, '4.3.2', text);
    write();
    socket.end();
    setTimeout(() => socket.destroy(), 2_000).unref();
  };
  const refuse = (stage: string, refusal: Refusal, recipient: string | null = null): void => {
    say(refusal.code, refusal.enhanced, `${refusal.reason} ${refusal.text}`);
    deps.refused(refusal, {
      door: kind,
      peer: peer().ip,
      stage,
      accountId: party?.accountId ?? null,
      sender: transaction?.mail.from ?? null,
      recipient,
    });
    if (refusal.code === 421) end(refusal.text);
  };
  const wrong = (code: number, enhanced: string, text: string): void => {
    say(code, enhanced, text);
    if (++errors >= bounds.MAX_ERRORS) end('too many errors');
  };
  const releaseBytes = (): void => {
    if (reserved > 0) deps.shared.releaseBytes(reserved);
    reserved = 0;
  };
  /** Runs async work; nothing else of the input is looked at meanwhile. */
  const during = (work: () => Promise<void>): void => {
    busy = true;
    work()
      .catch((error: unknown) => {
        deps.log.error('session step failed', { door: kind, error: error instanceof Error ? error.message : 'unknown' });
        transaction = null;
        say(451, '4.3.0', 'internal try again later');
      })
      .finally(() => {
        busy = false;
        advance();
      });
  };

  const extensions = (): readonly string[] => [
    'PIPELINING',
    `SIZE ${deps.config.messageSize}`,
    '8BITMIME',
    'SMTPUTF8',
    'DSN',
    'ENHANCEDSTATUSCODES',
    ...(secure ? ['REQUIRETLS'] : ['STARTTLS']),
    ...(kind !== 'mx' && secure && !party ? ['AUTH PLAIN LOGIN'] : []),
  ];
  const hello = (verb: string, name: string): void => {
    if (!/^[!-~\u0080-\uffff]{1,255}$/.test(name)) return wrong(501, '5.5.4', `syntax: ${verb} name`);
    helo = name;
    transaction = null;
    if (verb === 'HELO') return say(250, '', deps.config.hostname);
    const lines = [deps.config.hostname, ...extensions()];
    output += lines.map((line, i) => `250${i < lines.length - 1 ? '-' : ' '}${line}\r\n`).join('');
  };
  const startTls = (): void => {
    if (secure) return wrong(503, '5.5.1', 'TLS is on already');
    say(220, '2.0.0', 'go ahead');
    write();
    // What was pipelined behind STARTTLS came in clear and could be anybody's: it is forgotten.
    input = Buffer.alloc(0);
    upgrade();
  };
  const upgrade = (): void => {
    raw.removeAllListeners('data');
    const over = new TLSSocket(raw, { isServer: true, secureContext: parts.context() });
    busy = true;
    const timer = setTimeout(() => over.destroy(), bounds.HANDSHAKE_MS);
    over.once('secure', () => {
      clearTimeout(timer);
      secure = over;
      socket = over;
      helo = '';
      transaction = null;
      busy = false;
      over.on('data', onData);
      if (kind === 'submissions') greet();
      else advance();
    });
    over.on('error', () => over.destroy());
    over.once('close', () => (clearTimeout(timer), raw.destroy()));
  };
  const greet = (): void =>
    during(async () => {
      const refusal = await deps.gates.onConnect({ kind, peer: peer() });
      if (refusal) {
        refuse('connect', refusal);
        end(refusal.text);
      } else say(220, '', `${deps.config.hostname} ESMTP Sesame`);
    });
  const authenticate = (argument: string): void => {
    if (kind === 'mx') return wrong(502, '5.5.1', 'AUTH is not offered here');
    if (!secure) return wrong(538, '5.7.11', 'AUTH needs TLS: say STARTTLS first');
    if (party || transaction) return wrong(503, '5.5.1', 'AUTH once, before MAIL');
    busy = true;
    login(argument, {
      ask: (challenge, then) => {
        output += `334 ${challenge}\r\n`;
        busy = false;
        saslLine = line => {
          busy = true;
          then(line);
        };
        // The answer may have come already.
        setImmediate(advance);
        write();
      },
      done: outcome => {
        if ('fault' in outcome) {
          busy = false;
          wrong(501, '5.5.2', outcome.fault);
          return advance();
        }
        during(async () => {
          const known = await deps.gates.onAuth({ ...outcome, peer: peer() });
          if ('kind' in known) {
            party = known;
            return say(235, '2.7.0', 'welcome');
          }
          await new Promise(resolve => setTimeout(resolve, bounds.AUTH_DELAY_MS));
          refuse('auth', known);
          if (++authFailures >= bounds.MAX_AUTH_FAILURES) end('too many failed logins');
        });
      },
    });
  };
  const mail = (argument: string): void => {
    if (!helo) return wrong(503, '5.5.1', 'say EHLO first');
    if (kind !== 'mx' && !party) return wrong(530, '5.7.0', secure ? 'log in first: AUTH' : 'say STARTTLS and AUTH first');
    if (transaction) return wrong(503, '5.5.1', 'a transaction is open already');
    const parsed = parseMail(argument, secure !== null);
    if ('code' in parsed) return wrong(parsed.code, parsed.enhanced, parsed.text);
    if (parsed.size !== null && parsed.size > deps.config.messageSize)
      return say(552, '5.3.4', `too_large at most ${deps.config.messageSize} bytes are taken`);
    during(async () => {
      const refusal = await deps.gates.onMail({ kind, peer: peer(), party, from: parsed.from });
      if (refusal) return refuse('mail', refusal);
      transaction = { mail: parsed, recipients: [] };
      say(250, '2.1.0', 'sender taken');
    });
  };
  const rcpt = (argument: string): void => {
    const open = transaction;
    if (!open) return wrong(503, '5.5.1', 'MAIL first');
    if (open.recipients.length >= bounds.MAX_RECIPIENTS)
      return say(452, '4.5.3', `at most ${bounds.MAX_RECIPIENTS} recipients a transaction, send the rest in the next`);
    const parsed = parseRcpt(argument, open.mail.smtpUtf8, deps.config.hostname);
    if ('code' in parsed) return wrong(parsed.code, parsed.enhanced, parsed.text);
    during(async () => {
      const refusal = await deps.gates.onRcpt({
        kind,
        peer: peer(),
        party,
        from: open.mail.from,
        recipient: parsed,
        before: open.recipients,
      });
      if (refusal) return refuse('rcpt', refusal, parsed.address);
      open.recipients.push(parsed);
      say(250, '2.1.5', 'recipient taken');
    });
  };
  const data = (): void => {
    if (!transaction) return wrong(503, '5.5.1', 'MAIL first');
    if (transaction.recipients.length === 0) return wrong(554, '5.5.1', 'no valid recipients');
    content = readContent();
    refusedContent = null;
    dataSince = deps.clock.monotonic();
    say(354, '', 'end with CRLF.CRLF');
  };
  const takeContent = (bytes: Buffer): void => {
    const reader = content as ContentReader;
    const rest = reader.feed(bytes);
    if (!refusedContent && reader.received() > deps.config.messageSize + 3) {
      refusedContent = refusal('too_large', 552, '5.3.4', `at most ${deps.config.messageSize} bytes are taken`);
    }
    while (!refusedContent && reserved < reader.received()) {
      if (deps.shared.reserveBytes(bounds.RESERVE_STEP)) reserved += bounds.RESERVE_STEP;
      else refusedContent = refusal('storage_full', 452, '4.3.1', 'too much mail in flight, try again later');
    }
    if (refusedContent) {
      reader.discard();
      releaseBytes();
    }
    const tookMs = deps.clock.monotonic() - dataSince;
    if (rest === null && tookMs > bounds.DATA_GRACE_MS && reader.received() < (tookMs / 1000) * bounds.DATA_BYTES_PER_S)
      return end('content comes too slowly');
    if (rest === null) return;
    input = rest;
    content = null;
    during(() => endOfContent(reader));
  };
  const endOfContent = async (reader: ContentReader): Promise<void> => {
    const { mail, recipients } = transaction as Transaction;
    transaction = null;
    idle = 0;
    const since = deps.clock.monotonic();
    try {
      const outcome = await judged(reader, mail, recipients);
      if ('refused' in outcome) {
        say(outcome.code, outcome.enhanced, `${outcome.reason} ${outcome.text}`);
        if (outcome.code === 421) end(outcome.text);
      } else say(250, '2.0.0', `queued as ${outcome.id}`);
    } finally {
      releaseBytes();
      deps.metrics.observe('sesame_accept_seconds', (deps.clock.monotonic() - since) / 1000, { door: kind });
    }
  };
  const judged = async (reader: ContentReader, mail: MailArgs, recipients: readonly Recipient[]): Promise<Queued | Refusal> => {
    const { size: _, ...envelope } = mail;
    if (refusedContent) return refusedContent;
    const whole = unstuff(reader.take());
    if (!whole.ok) return refusal('malformed', 554, '5.6.0', WRONG_CONTENT[whole.why]);
    const accepted = {
      id: deps.newId(),
      direction: kind === 'mx' ? ('in' as const) : ('out' as const),
      door: kind,
      at: deps.clock.now(),
      peer: peer(),
      envelope: { ...envelope, eightBit: envelope.eightBit || whole.eightBit, recipients },
      raw: whole.raw,
      options: { tls: 'opportunistic' as const, sendAt: null, expiresAt: null, tags: [], pool: null, idempotency: null },
    };
    return deps.takeIn(accepted, party);
  };

  const command = (line: string): void => {
    const [, verb = '', argument = ''] = /^([A-Za-z0-9]+)(?:[ \t]+(.*))?$/s.exec(line.trimEnd()) ?? [];
    if (deps.shared.draining() && !transaction) return end('draining');
    if (++idle > bounds.MAX_IDLE_COMMANDS) return end('too many commands without mail');
    switch (verb.toUpperCase()) {
      case 'EHLO':
      case 'HELO':
        return hello(verb.toUpperCase(), argument.trim());
      case 'STARTTLS':
        return argument ? wrong(501, '5.5.4', 'STARTTLS takes no argument') : startTls();
      case 'AUTH':
        return authenticate(argument);
      case 'MAIL':
        return mail(argument);
      case 'RCPT':
        return rcpt(argument);
      case 'DATA':
        return data();
      case 'RSET':
        transaction = null;
        return say(250, '2.0.0', 'forgotten');
      case 'NOOP':
        return say(250, '2.0.0', 'ok');
      case 'VRFY':
        return say(252, '2.1.5', 'send mail and see');
      case 'HELP':
        return say(214, '2.0.0', 'RFC 5321');
      case 'QUIT':
        say(221, '2.0.0', 'goodbye');
        write();
        ended = true;
        return void socket.end();
      default:
        return wrong(500, '5.5.2', 'no such command');
    }
  };

  /** Looks at the input until it is used up, something is awaited, or the session is over; then writes what was said. */
  const advance = (): void => {
    while (!busy && !ended && input.length > 0) {
      if (content) {
        const bytes = input;
        input = Buffer.alloc(0);
        takeContent(bytes);
        continue;
      }
      const lf = input.indexOf(LF);
      const longest = saslLine ? bounds.MAX_AUTH_LINE : bounds.MAX_COMMAND;
      if (lf < 0 && input.length <= longest) break;
      if (lf < 0 || lf > longest) {
        say(500, '5.5.2', 'line too long');
        end('line too long');
        break;
      }
      const line = input.toString('utf8', 0, Math.max(0, lf - 1));
      const bare = input[lf - 1] !== CR || input.subarray(0, lf - 1).includes(CR);
      input = input.subarray(lf + 1);
      if (bare) wrong(500, '5.5.2', 'a line ends with CRLF, not with a bare CR or LF');
      else if (saslLine) {
        const answer = saslLine;
        saslLine = null;
        answer(line);
      } else command(line);
    }
    // More of the group is waiting behind an answer that is being worked out: its reply joins this write.
    if (!busy || input.length === 0) write();
  };
  const onData = (bytes: Buffer): void => {
    if (ended) return;
    input = input.length === 0 ? bytes : Buffer.concat([input, bytes]);
    if (input.length > deps.config.messageSize + bounds.RESERVE_STEP && busy) return end('too much sent ahead');
    advance();
  };

  raw.setNoDelay(true);
  raw.setTimeout(bounds.COMMAND_WAIT_MS, () => end('timeout'));
  raw.on('error', () => raw.destroy());
  raw.once('close', () => {
    ended = true;
    releaseBytes();
    parts.onEnd();
  });
  if (kind === 'submissions') upgrade();
  else {
    raw.on('data', onData);
    greet();
  }
  // One that is in the middle of a mail may finish it; its next command ends it.
  const drain = (): void => {
    if (!busy && !content && !transaction) end('draining');
  };
  return { end, drain };
}

const WRONG_CONTENT = {
  bare_line_end: 'a bare CR or LF stands in the message: lines end with CRLF',
  long_line: `a line is longer than ${bounds.MAX_LINE} bytes`,
  nul: 'a NUL stands in the message',
} as const;

function refusal(reason: Refusal['reason'], code: number, enhanced: string, text: string): Refusal {
  return { refused: true, reason, code, enhanced, text };
}

/** A reply is one line of text without control characters. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}]+/gu, ' ').slice(0, 480);
}
