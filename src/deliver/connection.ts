// One SMTP connection to a peer (RFC 5321, 2920, 3207, 4954): says what it is told and hands back replies. It decides nothing.
import { connect, type Socket } from 'node:net';
import { checkServerIdentity, connect as tlsConnect, type SecureContext, type TLSSocket } from 'node:tls';
import * as bounds from './bounds.ts';

export type SmtpReply = { readonly code: number; readonly enhanced: string | null; readonly text: string };
/** `protocol`: TLS was spoken and failed; `lost`: time-out, reset or end. */
export type Failure = { readonly failed: 'connect' | 'lost' | 'protocol'; readonly text: string };
export type TlsState = { readonly version: string; readonly cipher: string; readonly verified: boolean; readonly why: string };

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
  /** 220 and a handshake give null; `name` is what the certificate must show to count as verified. */
  readonly startTls: (context: SecureContext, name: string) => Promise<SmtpReply | Failure | null>;
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
  implicit: SecureContext | null,
): Promise<{ readonly connection: Connection; readonly greeting: SmtpReply } | Failure> {
  const socket = await connected(to);
  if (failed(socket)) return socket;
  const line = readReplies(socket);
  let state: TlsState | null = null;
  let extensions: ReadonlyMap<string, string> = new Map();

  const secure = async (context: SecureContext, name: string): Promise<Failure | null> => {
    const over = await handshake(line.socket(), context, name);
    if (failed(over)) return over;
    line.use(over.socket);
    state = over.state;
    return null;
  };
  if (implicit) {
    const failure = await secure(implicit, to.host);
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
    startTls: async (context, name) => {
      const reply = await command('STARTTLS');
      if (failed(reply) || reply.code !== 220) return reply;
      // What came in clear behind the 220 is nobody's reply.
      if (line.pending()) return { failed: 'protocol', text: 'the peer sent more than the answer to STARTTLS' };
      return secure(context, name);
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

function handshake(
  socket: Socket,
  secureContext: SecureContext,
  name: string,
): Promise<{ readonly socket: TLSSocket; readonly state: TlsState } | Failure> {
  return new Promise(resolve => {
    const isName = !/^[\d.]+$|:/.test(name);
    const over = tlsConnect({ socket, secureContext, rejectUnauthorized: false, ...(isName ? { servername: name } : {}) });
    const done = (value: { readonly socket: TLSSocket; readonly state: TlsState } | Failure): void => {
      clearTimeout(timer);
      over.removeAllListeners();
      over.on('error', () => undefined);
      if (failed(value)) over.destroy();
      resolve(value);
    };
    const timer = setTimeout(() => done({ failed: 'lost', text: 'no TLS handshake in time' }), bounds.HANDSHAKE_MS);
    over.once('secureConnect', () => {
      const wrong = over.authorized ? checkServerIdentity(name, over.getPeerCertificate()) : over.authorizationError;
      const why = wrong
        ? wrong instanceof Error
          ? ((wrong as { code?: string }).code ?? 'name does not match')
          : String(wrong)
        : 'certificate and name match';
      done({ socket: over, state: { version: over.getProtocol() ?? '', cipher: over.getCipher().name, verified: !wrong, why } });
    });
    over.once('error', error => {
      const code = codeOf(error);
      // A reset or end is the network's or a middlebox's doing; anything else is TLS itself.
      done({
        failed: /ECONNRESET|EPIPE|ETIMEDOUT|socket disconnected/i.test(`${code} ${error.message}`) ? 'lost' : 'protocol',
        text: code,
      });
    });
    over.once('close', () => done({ failed: 'lost', text: 'closed in the TLS handshake' }));
  });
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
