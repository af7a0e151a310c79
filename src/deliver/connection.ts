// One SMTP connection to a peer (RFC 5321, 2920, 3207, 4954): says what it is told and hands back replies. It decides nothing.
import { connect, isIP, type Socket } from 'node:net';
import { connect as tlsConnect, type SecureContext, type TLSSocket } from 'node:tls';
import { MAX_CHAIN } from '../tlspolicy/bounds.ts';
import * as bounds from './bounds.ts';

export type SmtpReply = { readonly code: number; readonly enhanced: string | null; readonly text: string };
/** `protocol`: TLS was spoken and failed; `lost`: time-out, reset or end. */
export type Failure = { readonly failed: 'connect' | 'lost' | 'protocol'; readonly text: string };
/** What the peer showed of itself; whether that is enough is for the mail's policy to say. */
export type Shown = {
  /** The chain ends at a public authority and is in date. */
  readonly trusted: boolean;
  /** OpenSSL's word when it does not. */
  readonly error: string | null;
  /** DER, the peer's own certificate first. */
  readonly chain: readonly Buffer[];
};
export type TlsState = Shown & { readonly version: string; readonly cipher: string; readonly resumed: boolean };

/** Sessions to resume: a resumed handshake shows no chain, so that what the first one showed is kept with it. */
export type Sessions = {
  readonly take: (key: string) => (Shown & { readonly session: Buffer }) | null;
  readonly keep: (key: string, session: Shown & { readonly session: Buffer }) => void;
};
export type TlsWith = { readonly context: SecureContext; readonly name: string; readonly sessions: Sessions; readonly sessionKey: string };

export type Transaction = {
  readonly mail: string;
  readonly rcpts: readonly string[];
  /** Content with doubled dots and its end. */
  readonly content: Buffer;
};
export type TransactionResult = {
  readonly mail: SmtpReply | null;
  readonly rcpts: readonly (SmtpReply | null)[];
  /** The answer to DATA when it was no 354, or to the final dot. */
  readonly final: SmtpReply | null;
  readonly dotSent: boolean;
  readonly failure: Failure | null;
};

export type Connection = {
  readonly extensions: () => ReadonlyMap<string, string>;
  readonly tls: () => TlsState | null;
  readonly ehlo: (name: string) => Promise<SmtpReply | Failure>;
  /** 220 and a handshake give null. */
  readonly startTls: (how: TlsWith) => Promise<SmtpReply | Failure | null>;
  readonly login: (user: string, password: string) => Promise<SmtpReply | Failure>;
  readonly transact: (transaction: Transaction) => Promise<TransactionResult>;
  readonly reset: () => Promise<SmtpReply | Failure>;
  readonly alive: () => boolean;
  readonly quit: () => void;
};

export const failed = (value: object | null): value is Failure => value !== null && 'failed' in value;

type To = { readonly host: string; readonly ip: string; readonly port: number; readonly localAddress: string | null };

/** Connects and reads the greeting; with `implicit`, TLS comes first. */
export async function openConnection(
  to: To,
  implicit: TlsWith | null,
): Promise<{ readonly connection: Connection; readonly greeting: SmtpReply } | Failure> {
  const socket = await connected(to);
  if (failed(socket)) return socket;
  const line = readReplies(socket);
  let state: TlsState | null = null;
  let extensions: ReadonlyMap<string, string> = new Map();

  const secure = async (how: TlsWith): Promise<Failure | null> => {
    const over = await handshake(line.socket(), how);
    if (failed(over)) return over;
    line.use(over.socket);
    state = over.state;
    return null;
  };
  if (implicit) {
    const failure = await secure(implicit);
    if (failure) return failure;
  }
  const command = async (text: string): Promise<SmtpReply | Failure> => {
    line.write(`${text}\r\n`);
    return line.reply(bounds.REPLY_MS);
  };
  const greeting = await line.reply(bounds.REPLY_MS);
  if (failed(greeting)) return greeting;

  const connection: Connection = {
    extensions: () => extensions,
    tls: () => state,
    ehlo: async name => {
      const reply = await command(`EHLO ${name}`);
      if (failed(reply)) return reply;
      if (reply.code !== 250) return command(`HELO ${name}`);
      extensions = new Map(
        reply.text
          .split('\n')
          .slice(1)
          .map(text => [text.split(' ')[0]?.toUpperCase() ?? '', text.split(' ').slice(1).join(' ')] as const),
      );
      return reply;
    },
    startTls: async how => {
      const reply = await command('STARTTLS');
      if (failed(reply) || reply.code !== 220) return reply;
      // What came in clear behind the 220 is nobody's reply.
      if (line.pending()) return { failed: 'protocol', text: 'the peer sent more than the answer to STARTTLS' };
      return secure(how);
    },
    login: async (user, password) => {
      const methods = (extensions.get('AUTH') ?? '').toUpperCase().split(' ');
      if (methods.includes('PLAIN') || !methods.includes('LOGIN')) return command(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`);
      const asked = await command('AUTH LOGIN');
      if (failed(asked) || asked.code !== 334) return asked;
      const next = await command(base64(user));
      return failed(next) || next.code !== 334 ? next : command(base64(password));
    },
    transact: async transaction => (extensions.has('PIPELINING') ? pipelined(line, transaction) : oneByOne(line, command, transaction)),
    reset: () => command('RSET'),
    alive: () => line.alive(),
    quit: () => {
      line.write('QUIT\r\n');
      line.end();
    },
  };
  return { connection, greeting };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

type Line = ReturnType<typeof readReplies>;

/** Envelope and DATA in one write; replies are read in order. */
async function pipelined(line: Line, t: Transaction): Promise<TransactionResult> {
  line.write(`${t.mail}\r\n${t.rcpts.map(rcpt => `${rcpt}\r\n`).join('')}DATA\r\n`);
  const mail = await line.reply(bounds.REPLY_MS);
  if (failed(mail)) return lost(null, [], mail);
  const rcpts: (SmtpReply | null)[] = [];
  for (let n = 0; n < t.rcpts.length; n++) {
    const reply = await line.reply(bounds.REPLY_MS);
    if (failed(reply)) return lost(mail, rcpts, reply);
    rcpts.push(reply);
  }
  const go = await line.reply(bounds.REPLY_MS);
  if (failed(go)) return lost(mail, rcpts, go);
  const anybody = mail.code < 300 && rcpts.some(reply => reply !== null && reply.code < 300);
  if (go.code !== 354) return { mail, rcpts, final: go, dotSent: false, failure: null };
  if (!anybody) {
    // RFC 2920 section 3.1: a peer that says 354 to nobody gets an empty end.
    line.write('.\r\n');
    const reply = await line.reply(bounds.REPLY_MS);
    return { mail, rcpts, final: null, dotSent: false, failure: failed(reply) ? reply : null };
  }
  return content(line, t, mail, rcpts);
}

async function oneByOne(line: Line, command: (text: string) => Promise<SmtpReply | Failure>, t: Transaction): Promise<TransactionResult> {
  const mail = await command(t.mail);
  if (failed(mail)) return lost(null, [], mail);
  if (mail.code >= 300) return { mail, rcpts: [], final: null, dotSent: false, failure: null };
  const rcpts: (SmtpReply | null)[] = [];
  for (const rcpt of t.rcpts) {
    const reply = await command(rcpt);
    if (failed(reply)) return lost(mail, rcpts, reply);
    rcpts.push(reply);
  }
  if (!rcpts.some(reply => reply !== null && reply.code < 300)) {
    const reply = await command('RSET');
    return { mail, rcpts, final: null, dotSent: false, failure: failed(reply) ? reply : null };
  }
  const go = await command('DATA');
  if (failed(go)) return lost(mail, rcpts, go);
  return go.code === 354 ? content(line, t, mail, rcpts) : { mail, rcpts, final: go, dotSent: false, failure: null };
}

async function content(line: Line, t: Transaction, mail: SmtpReply, rcpts: readonly (SmtpReply | null)[]): Promise<TransactionResult> {
  line.write(t.content);
  const final = await line.reply(bounds.DOT_MS);
  return failed(final) ? { mail, rcpts, final: null, dotSent: true, failure: final } : { mail, rcpts, final, dotSent: true, failure: null };
}

function lost(mail: SmtpReply | null, rcpts: readonly (SmtpReply | null)[], failure: Failure): TransactionResult {
  return { mail, rcpts, final: null, dotSent: false, failure };
}

function connected(to: To): Promise<Socket | Failure> {
  return new Promise(resolve => {
    const socket = connect({ host: to.ip, port: to.port, noDelay: true, ...(to.localAddress ? { localAddress: to.localAddress } : {}) });
    const done = (failure: Failure | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      if (failure) {
        socket.on('error', () => undefined);
        socket.destroy();
      }
      resolve(failure ?? socket);
    };
    const timer = setTimeout(() => done({ failed: 'connect', text: 'no connection in time' }), bounds.CONNECT_MS);
    socket.once('connect', () => done(null));
    socket.once('error', error => done({ failed: 'connect', text: codeOf(error) }));
  });
}

const codeOf = (error: Error): string => (error as { code?: string }).code ?? error.message;

function handshake(socket: Socket, how: TlsWith): Promise<{ readonly socket: TLSSocket; readonly state: TlsState } | Failure> {
  return new Promise(resolve => {
    const { context: secureContext, name, sessions, sessionKey } = how;
    const before = sessions.take(sessionKey);
    const over = tlsConnect({
      socket,
      secureContext,
      rejectUnauthorized: false,
      // The name is judged with the policy; here it would hide what is wrong with the chain.
      checkServerIdentity: () => undefined,
      ...(isIP(name) ? {} : { servername: name }),
      ...(before ? { session: before.session } : {}),
    });
    let shown: Shown | null = null;
    let ticket: Buffer | null = null;
    const keep = (): void => {
      if (shown && ticket) sessions.keep(sessionKey, { ...shown, session: ticket });
    };
    // With TLS 1.3 tickets come after the handshake.
    over.on('session', (session: Buffer) => {
      ticket = session;
      keep();
    });
    const done = (value: { readonly socket: TLSSocket; readonly state: TlsState } | Failure): void => {
      clearTimeout(timer);
      over.off('secureConnect', onSecure).off('error', onError).off('close', onClose);
      over.on('error', () => undefined);
      if (failed(value)) over.destroy();
      resolve(value);
    };
    const onSecure = (): void => {
      const resumed = over.isSessionReused();
      shown = resumed && before ? before : { trusted: over.authorized, error: errorOf(over), chain: chainOf(over) };
      keep();
      const { trusted, error, chain } = shown;
      const state = { version: over.getProtocol() ?? '', cipher: over.getCipher().name, resumed, trusted, error, chain };
      done({ socket: over, state });
    };
    const onError = (error: Error): void => {
      const code = codeOf(error);
      // A reset or end is the network's or a middlebox's doing; anything else is TLS itself.
      const lost = /ECONNRESET|EPIPE|ETIMEDOUT|socket disconnected/i.test(`${code} ${error.message}`);
      done({ failed: lost ? 'lost' : 'protocol', text: code });
    };
    const onClose = (): void => done({ failed: 'lost', text: 'closed in the TLS handshake' });
    const timer = setTimeout(() => done({ failed: 'lost', text: 'no TLS handshake in time' }), bounds.HANDSHAKE_MS);
    over.once('secureConnect', onSecure).once('error', onError).once('close', onClose);
  });
}

function errorOf(over: TLSSocket): string | null {
  // With rejectUnauthorized off this is OpenSSL's code, for which the types say Error.
  const error: unknown = over.authorizationError;
  if (!error) return null;
  return typeof error === 'string' ? error : ((error as { code?: string }).code ?? 'not trusted');
}

/** The certificates that the peer sent, each followed by its issuer. */
function chainOf(over: TLSSocket): readonly Buffer[] {
  const chain: Buffer[] = [];
  for (let one = over.getPeerX509Certificate(); one && chain.length < MAX_CHAIN; one = one.issuerCertificate) {
    const { raw } = one;
    if (chain.some(other => other.equals(raw))) break;
    chain.push(raw);
  }
  return chain;
}

/** Lines to replies; bounded; one reader at a time. */
export function readReplies(first: Socket): {
  readonly socket: () => Socket;
  readonly use: (socket: Socket) => void;
  readonly write: (data: string | Buffer) => void;
  readonly reply: (ms: number) => Promise<SmtpReply | Failure>;
  readonly pending: () => boolean;
  readonly alive: () => boolean;
  readonly end: () => void;
} {
  let socket = first;
  let text = '';
  let failure: Failure | null = null;
  let wake: (() => void) | null = null;
  const stop = (why: string): void => {
    failure ??= { failed: 'lost', text: why };
    wake?.();
  };
  const onData = (bytes: Buffer): void => {
    text += bytes.toString('latin1');
    if (text.length > bounds.MAX_REPLY_BYTES * 4) {
      failure = { failed: 'protocol', text: 'reply too long' };
      socket.destroy();
    }
    wake?.();
  };
  const listen = (): void => {
    socket.on('data', onData);
    socket.on('error', error => stop(codeOf(error)));
    socket.on('close', () => stop('connection closed'));
    socket.on('end', () => stop('connection closed'));
  };
  listen();
  const take = (): SmtpReply | Failure | null => {
    const found = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?: [^\n]*)?\r?\n/.exec(text);
    if (!found) {
      const line = text.indexOf('\n');
      const wrong = line >= 0 && !/^\d{3}[ -]|^\d{3}\r?$/.test(text.slice(0, line));
      return wrong || text.split('\n').length > bounds.MAX_REPLY_LINES
        ? { failed: 'protocol', text: 'the peer does not speak SMTP' }
        : null;
    }
    text = text.slice(found[0].length);
    const lines = found[0]
      .slice(0, bounds.MAX_REPLY_BYTES)
      .split('\n')
      .filter(Boolean)
      .map(line => Buffer.from(line.slice(4).trimEnd(), 'latin1').toString('utf8'));
    const enhanced = /^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(lines[0] ?? '')?.[1] ?? null;
    return { code: Number(found[1]), enhanced, text: lines.join('\n') };
  };
  return {
    socket: () => {
      socket.removeListener('data', onData);
      return socket;
    },
    use: next => {
      socket = next;
      text = '';
      listen();
    },
    write: data => {
      if (!socket.destroyed) socket.write(data);
    },
    reply: async ms => {
      const until = performance.now() + ms;
      for (;;) {
        const got = take();
        if (got) {
          if (failed(got)) socket.destroy();
          return got;
        }
        if (failure) return failure;
        const left = until - performance.now();
        if (left <= 0) {
          socket.destroy();
          return { failed: 'lost', text: 'no reply in time' };
        }
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, left);
          wake = () => (clearTimeout(timer), resolve());
        });
        wake = null;
      }
    },
    pending: () => text.length > 0,
    alive: () => !failure && !socket.destroyed && text.length === 0,
    end: () => {
      socket.end();
      setTimeout(() => socket.destroy(), 5_000).unref();
    },
  };
}
