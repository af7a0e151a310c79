// One SMTP connection to a peer (RFC 5321, 2920, 3207, 4954): says what it is told and hands back replies. It decides nothing.
import { connect, type Socket } from 'node:net';
import * as bounds from './bounds.ts';
import { handshake, type TlsState, type TlsWith } from './handshake.ts';
import { codeOf, failed, readReplies, type Failure, type SmtpReply } from './replies.ts';

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
