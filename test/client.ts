// A plain SMTP client for tests: says what it is told, line by line, and hands back the replies as they came.
import { connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';

export type Reply = { readonly code: number; readonly lines: readonly string[]; readonly text: string };

export type Session = {
  readonly command: (line: string) => Promise<Reply>;
  /** Sends bytes as they are, without waiting. */
  readonly write: (bytes: string | Buffer) => void;
  readonly reply: () => Promise<Reply>;
  /** MAIL, RCPT, DATA and content with dot-stuffing; the reply that ended it. */
  readonly send: (from: string, to: string | readonly string[], message: string | Buffer, parameters?: string) => Promise<Reply>;
  readonly startTls: () => Promise<void>;
  readonly close: () => void;
};

export type Login = { readonly username: string; readonly password: string };

/** Connects to `host:port`, greets, and, as asked, secures and logs in. */
export async function smtp(
  address: string,
  how: {
    readonly tls?: 'none' | 'starttls' | 'implicit';
    readonly login?: Login;
    readonly helo?: string;
    /** The address to come from. */ readonly from?: string;
  } = {},
): Promise<Session> {
  const session = open(address, how.tls === 'implicit', how.from);
  await session.reply();
  const helo = `EHLO ${how.helo ?? 'client.test'}`;
  await session.command(helo);
  if (how.tls === 'starttls') {
    await session.startTls();
    await session.command(helo);
  }
  if (how.login) {
    const reply = await session.command(`AUTH PLAIN ${Buffer.from(`\0${how.login.username}\0${how.login.password}`).toString('base64')}`);
    if (reply.code !== 235) throw new Error(`AUTH: ${reply.text}`);
  }
  return session;
}

function open(address: string, implicit: boolean, from?: string): Session {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  const port = Number(address.slice(at + 1));
  const to = { host, port, ...(from === undefined ? {} : { localAddress: from }) };
  let socket: Socket = implicit ? tlsConnect({ ...to, rejectUnauthorized: false }) : netConnect({ ...to, noDelay: true });
  let buffer = '';
  let failure: Error | null = null;
  const ready: Reply[] = [];
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  let lines: string[] = [];
  const fail = (error: Error): void => {
    failure = error;
    for (const one of waiting.splice(0)) one.reject(error);
  };
  const onData = (chunk: Buffer): void => {
    buffer += chunk.toString('utf8');
    for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      lines.push(line);
      if (line[3] === '-') continue;
      const reply = { code: Number(line.slice(0, 3)), lines, text: lines.join('\n') };
      lines = [];
      const next = waiting.shift();
      if (next) next.resolve(reply);
      else ready.push(reply);
    }
  };
  const listen = (): void => {
    socket.on('data', onData);
    socket.on('error', fail);
    socket.on('close', () => fail(failure ?? new Error('connection closed')));
  };
  listen();
  const reply = (): Promise<Reply> => {
    const first = ready.shift();
    if (first) return Promise.resolve(first);
    if (failure) return Promise.reject(failure);
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const command = (line: string): Promise<Reply> => {
    socket.write(`${line}\r\n`);
    return reply();
  };
  const startTls = async (): Promise<void> => {
    const answer = await command('STARTTLS');
    if (answer.code !== 220) throw new Error(`STARTTLS: ${answer.text}`);
    socket.removeAllListeners();
    const plain = socket;
    socket = tlsConnect({ socket: plain, rejectUnauthorized: false });
    await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    listen();
  };
  const send = async (from: string, to: string | readonly string[], message: string | Buffer, parameters = ''): Promise<Reply> => {
    for (const line of [`MAIL FROM:<${from}>${parameters && ` ${parameters}`}`, ...[to].flat().map(one => `RCPT TO:<${one}>`), 'DATA']) {
      const answer = await command(line);
      if (answer.code >= 400) {
        await command('RSET');
        return answer;
      }
    }
    socket.write(stuffed(message));
    return reply();
  };
  return { command, write: bytes => void socket.write(bytes), reply, send, startTls, close: () => void socket.destroy() };
}

function stuffed(message: string | Buffer): Buffer {
  const text = (typeof message === 'string' ? Buffer.from(message) : message)
    .toString('latin1')
    .replace(/\r?\n/g, '\r\n')
    .replace(/^\./gm, '..');
  return Buffer.from(`${text}${text.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1');
}
