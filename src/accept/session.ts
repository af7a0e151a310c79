// One SMTP session (RFC 5321): a machine over the lines that come in. Replies of a pipelined group leave in one write (RFC 2920); nothing
// is read ahead over a STARTTLS; the 250 after the dot is said only when the journey says `Queued`.
import type { Socket } from 'node:net';
import * as bounds from './bounds.ts';
import { authenticate, greet, hello, startTls, upgrade } from './greeting.ts';
import { end, flush, newSession, releaseBytes, say, wrong, type Session, type SessionParts } from './state.ts';
import { data, mail, rcpt, takeContent } from './transaction.ts';

const CR = 13;
const LF = 10;

/** Serves a connection until it ends. `socket` is plain; TLS at once when the door is `submissions`. */
export function serve(socket: Socket, parts: SessionParts): { readonly end: (text: string) => void; readonly drain: () => void } {
  const session = newSession(socket, parts);
  session.advance = () => advance(session);
  session.onData = bytes => {
    if (session.ended) return;
    session.input = session.input.length === 0 ? bytes : Buffer.concat([session.input, bytes]);
    if (session.busy && session.input.length > parts.deps.config.messageSize + bounds.RESERVE_STEP)
      return end(session, 'too much sent ahead');
    advance(session);
  };
  socket.setNoDelay(true);
  socket.setTimeout(bounds.COMMAND_WAIT_MS, () => end(session, 'timeout'));
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    session.ended = true;
    releaseBytes(session);
    parts.onEnd();
  });
  if (parts.kind === 'submissions') upgrade(session);
  else {
    socket.on('data', session.onData);
    // It was paused when a proxy's header was read.
    socket.resume();
    greet(session);
  }
  // One that is in the middle of a mail may finish it; its next command ends it.
  const drain = (): void => {
    if (!session.busy && !session.content && !session.transaction) end(session, 'draining');
  };
  return { end: text => end(session, text), drain };
}

/** Looks at the input until it is used up, something is awaited, or the session is over; then writes what was said. */
function advance(session: Session): void {
  while (!session.busy && !session.ended && session.input.length > 0) {
    if (session.content) {
      const bytes = session.input;
      session.input = Buffer.alloc(0);
      takeContent(session, session.content, bytes);
    } else if (!oneCommand(session)) break;
  }
  // More of the group is waiting behind an answer that is being worked out: its reply joins this write.
  if (!session.busy || session.input.length === 0) flush(session);
}

/** Takes one line off the input; false when it is not whole yet. */
function oneCommand(session: Session): boolean {
  const { input, saslLine } = session;
  const lf = input.indexOf(LF);
  const longest = saslLine ? bounds.MAX_AUTH_LINE : bounds.MAX_COMMAND;
  if (lf < 0 && input.length <= longest) return false;
  if (lf < 0 || lf > longest) {
    say(session, 500, '5.5.2', 'line too long');
    end(session, 'line too long');
    return false;
  }
  const line = input.toString('utf8', 0, Math.max(0, lf - 1));
  const bare = input[lf - 1] !== CR || input.subarray(0, lf - 1).includes(CR);
  session.input = input.subarray(lf + 1);
  if (bare) wrong(session, 500, '5.5.2', 'a line ends with CRLF, not with a bare CR or LF');
  else if (saslLine) {
    session.saslLine = null;
    saslLine(line);
  } else command(session, line);
  return true;
}

function command(session: Session, line: string): void {
  const [, verb = '', argument = ''] = /^([A-Za-z0-9]+)(?:[ \t]+(.*))?$/s.exec(line.trimEnd()) ?? [];
  if (session.deps.shared.draining() && !session.transaction) return end(session, 'draining');
  if (++session.idle > bounds.MAX_IDLE_COMMANDS) return end(session, 'too many commands without mail');
  switch (verb.toUpperCase()) {
    case 'EHLO':
    case 'HELO':
      return hello(session, verb.toUpperCase(), argument.trim());
    case 'STARTTLS':
      return argument ? wrong(session, 501, '5.5.4', 'STARTTLS takes no argument') : startTls(session);
    case 'AUTH':
      return authenticate(session, argument);
    case 'MAIL':
      return mail(session, argument);
    case 'RCPT':
      return rcpt(session, argument);
    case 'DATA':
      return data(session);
    case 'RSET':
      session.transaction = null;
      return say(session, 250, '2.0.0', 'forgotten');
    case 'NOOP':
      return say(session, 250, '2.0.0', 'ok');
    case 'VRFY':
      return say(session, 252, '2.1.5', 'send mail and see');
    case 'HELP':
      return say(session, 214, '2.0.0', 'RFC 5321');
    case 'QUIT':
      say(session, 221, '2.0.0', 'goodbye');
      flush(session);
      session.ended = true;
      session.socket.end();
      return undefined;
    default:
      return wrong(session, 500, '5.5.2', 'no such command');
  }
}
