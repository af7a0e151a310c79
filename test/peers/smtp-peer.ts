// An SMTP peer of which every byte it was sent is kept as it came over the wire, so that a test can say what nobody could have read.
// What follows a STARTTLS is handed in: real OpenSSL (openssl.ts), or something broken (broken.ts).
import { createServer, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

export type Taken = {
  readonly from: string;
  readonly mailParameters: string;
  readonly to: readonly string[];
  /** As sent, dots doubled. */
  readonly raw: string;
  readonly secured: boolean;
};
/** The plain text inside TLS. */
export type Inside = { readonly input: Readable; readonly output: Writable };
export type StartTls = {
  /** Everything that is said to STARTTLS, with its line ends. */
  readonly reply: string;
  /** Takes the socket over after a 220; `talk` goes on with SMTP inside. Null: the session goes on in clear. */
  readonly takeOver: ((socket: Socket, talk: (inside: Inside) => void) => void) | null;
};

export type PeerOptions = {
  readonly host: string;
  /** 0 = any. */
  readonly port: number;
  /** What STARTTLS does, asked anew in each session; null = it is not offered. */
  readonly starttls: () => StartTls | null;
  /** Offered inside TLS beside the usual ones. */
  readonly inside?: readonly string[];
};

export type Peer = {
  readonly host: string;
  readonly port: number;
  readonly taken: Taken[];
  /** Every byte of every connection as it came over the wire, as latin-1: TLS records and what was in clear. */
  readonly wire: () => string;
  readonly connections: () => number;
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
};

export async function startPeer(options: PeerOptions): Promise<Peer> {
  const taken: Taken[] = [];
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, socket => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', bytes => heard.push(Buffer.from(bytes as Uint8Array)));
    socket.write('220 peer.test ESMTP\r\n');
    speak(socket, { input: socket, output: socket }, false, options, taken);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, options.host, resolve));
  const at = server.address();
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: options.host,
    port: typeof at === 'object' && at ? at.port : 0,
    taken,
    wire: () => Buffer.concat(heard).toString('latin1'),
    connections: () => connections,
    hangUp,
    close: () => new Promise(resolve => (hangUp(), server.close(() => resolve()))),
  };
}

/** One SMTP dialogue, in clear or inside TLS. */
function speak(socket: Socket, { input, output }: Inside, secured: boolean, options: PeerOptions, taken: Taken[]): void {
  const starttls = secured ? null : options.starttls();
  let text = '';
  let envelope = { from: '', mailParameters: '', to: [] as string[] };
  let inData = false;
  const say = (line: string): void => void output.write(`${line}\r\n`);
  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'STAR' && starttls) {
      output.write(starttls.reply);
      if (!starttls.takeOver) return;
      input.removeListener('data', onData);
      return starttls.takeOver(socket, inside => speak(socket, inside, true, options, taken));
    }
    if (verb === 'EHLO') {
      const more = [...(starttls ? ['STARTTLS'] : []), ...(secured ? (options.inside ?? []) : [])];
      return say(['250-peer.test', ...more.map(one => `250-${one}`), '250-8BITMIME', '250 PIPELINING'].join('\r\n'));
    }
    const [, path = '', parameters = ''] = /<([^>]*)>\s*(.*)$/.exec(line) ?? [];
    if (verb === 'MAIL') envelope = { from: path, mailParameters: parameters, to: [] };
    if (verb === 'RCPT') envelope.to.push(path);
    if (verb === 'DATA') {
      inData = true;
      return say('354 go');
    }
    if (verb === 'QUIT') {
      say('221 2.0.0 bye');
      return void output.end();
    }
    say('250 2.0.0 ok');
  };
  const onData = (bytes: Buffer): void => {
    text += bytes.toString('latin1');
    for (;;) {
      const mark = inData ? '\r\n.\r\n' : '\r\n';
      const end = text.indexOf(mark);
      if (end < 0) return;
      const piece = text.slice(0, end);
      text = text.slice(end + mark.length);
      if (!inData) {
        command(piece);
        continue;
      }
      inData = false;
      taken.push({ ...envelope, raw: `${piece}\r\n`, secured });
      say('250 2.0.0 ok');
    }
  };
  input.on('data', onData);
  input.on('error', () => undefined);
  output.on('error', () => undefined);
}
