// The beginning of a session: greeting, EHLO, STARTTLS (RFC 3207), AUTH (RFC 4954).
import { login } from './auth.ts';
import * as bounds from './bounds.ts';
import { during, end, flush, peerOf, refuse, say, wrong, type Session } from './state.ts';

export function greet(session: Session): void {
  const { deps, kind } = session;
  during(session, async () => {
    const refusal = await deps.gates.onConnect({ kind, peer: peerOf(session) });
    if (refusal) {
      refuse(session, 'connect', refusal);
      end(session, refusal.text);
    } else say(session, 220, '', `${deps.config.hostname} ESMTP Sesame`);
  });
}

export function hello(session: Session, verb: string, name: string): void {
  if (!/^[!-~\u0080-\uffff]{1,255}$/.test(name)) return wrong(session, 501, '5.5.4', `syntax: ${verb} name`);
  session.helo = name;
  session.transaction = null;
  const { hostname } = session.deps.config;
  if (verb === 'HELO') return say(session, 250, '', hostname);
  const lines = [hostname, ...extensions(session)];
  session.output += lines.map((line, i) => `250${i < lines.length - 1 ? '-' : ' '}${line}\r\n`).join('');
}

function extensions({ deps, secure, kind, party }: Session): readonly string[] {
  return [
    'PIPELINING',
    `SIZE ${deps.config.messageSize}`,
    '8BITMIME',
    'SMTPUTF8',
    'DSN',
    'ENHANCEDSTATUSCODES',
    ...(secure ? ['REQUIRETLS'] : ['STARTTLS']),
    ...(kind !== 'mx' && secure && !party ? ['AUTH PLAIN LOGIN'] : []),
  ];
}

export function startTls(session: Session): void {
  if (session.secure) return wrong(session, 503, '5.5.1', 'TLS is on already');
  say(session, 220, '2.0.0', 'go ahead');
  flush(session);
  // What was pipelined behind STARTTLS came in clear and could be anybody's: it is forgotten.
  session.input = Buffer.alloc(0);
  upgrade(session);
}

/** Puts TLS on the connection; everything that was said before it is forgotten (RFC 3207 section 4.2). */
export function upgrade(session: Session): void {
  const { raw } = session;
  raw.removeAllListeners('data');
  session.busy = true;
  void session.handshake(raw, bounds.HANDSHAKE_MS).then(over => {
    // The socket is closed, and the session with it.
    if (!over) return;
    session.secure = over;
    session.tls = { version: over.getProtocol() ?? '', cipher: over.getCipher().name };
    session.socket = over;
    session.helo = '';
    session.transaction = null;
    session.busy = false;
    over.on('data', session.onData);
    if (session.kind === 'submissions') greet(session);
    else session.advance();
  });
}

export function authenticate(session: Session, argument: string): void {
  if (session.kind === 'mx') return wrong(session, 502, '5.5.1', 'AUTH is not offered here');
  if (!session.secure) return wrong(session, 538, '5.7.11', 'AUTH needs TLS: say STARTTLS first');
  if (session.party || session.transaction) return wrong(session, 503, '5.5.1', 'AUTH once, before MAIL');
  session.busy = true;
  login(argument, {
    ask: (challenge, then) => {
      session.output += `334 ${challenge}\r\n`;
      session.busy = false;
      session.saslLine = line => {
        session.busy = true;
        then(line);
      };
      // The answer may have come already.
      setImmediate(session.advance);
      flush(session);
    },
    done: outcome => {
      if ('fault' in outcome) {
        session.busy = false;
        wrong(session, 501, '5.5.2', outcome.fault);
        return session.advance();
      }
      during(session, () => logIn(session, outcome));
    },
  });
}

async function logIn(session: Session, said: { readonly username: string; readonly password: string }): Promise<void> {
  const known = await session.deps.gates.onAuth({ ...said, peer: peerOf(session) });
  if ('kind' in known) {
    session.party = known;
    return say(session, 235, '2.7.0', 'welcome');
  }
  await new Promise(resolve => setTimeout(resolve, bounds.AUTH_DELAY_MS));
  refuse(session, 'auth', known);
  if (++session.authFailures >= bounds.MAX_AUTH_FAILURES) end(session, 'too many failed logins');
}
