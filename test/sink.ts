// A small SMTP sink for tests: takes everything (or answers as told) and remembers envelope, bytes and TLS of each message.
import { createServer, type Socket } from 'node:net';
import { TLSSocket, type SecureContextOptions } from 'node:tls';

export type Caught = {
  readonly at: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly tls: string | null;
  /** Parameters as they stood behind the paths of MAIL and RCPT. */
  readonly mailParameters: string;
  readonly rcptParameters: readonly string[];
};

export type Sink = {
  readonly port: number;
  readonly address: string;
  readonly caught: Caught[];
  readonly connections: () => number;
  /** Closes every connection; the listener stays. */
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
};

export type SinkOptions = {
  /** Answers the final dot; default `250 2.0.0 ok`. May be slow. */
  readonly onMessage?: (mail: Caught) => string | Promise<string>;
  readonly onRcpt?: (address: string) => string | undefined;
  readonly tls?: SecureContextOptions;
  readonly extensions?: readonly string[];
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
};

export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const caught: Caught[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, socket => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, options, caught);
  });
  await new Promise<void>(resolve => server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve));
  const at = server.address();
  const port = typeof at === 'object' && at ? at.port : 0;
  return {
    port,
    address: `127.0.0.1:${port}`,
    caught,
    connections: () => connections,
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function serve(raw: Socket, options: SinkOptions, caught: Caught[]): void {
  let socket: Socket = raw;
  let secured: TLSSocket | null = null;
  let pending: Buffer = Buffer.alloc(0);
  let inData = false;
  let envelope = { from: '', mailParameters: '', to: [] as string[], rcptParameters: [] as string[] };
  const say = (text: string): void => void socket.write(`${text}\r\n`);
  const path = (line: string): [string, string] => {
    const found = /<([^>]*)>\s*(.*)$/.exec(line);
    return [found?.[1] ?? '', found?.[2] ?? ''];
  };
  const message = async (content: Buffer): Promise<void> => {
    const unstuffed = Buffer.from(content.toString('latin1').replace(/^\.\./gm, '.'), 'latin1');
    const mail: Caught = { ...envelope, at: Date.now(), raw: unstuffed, tls: secured?.getProtocol() ?? null };
    envelope = { from: '', mailParameters: '', to: [], rcptParameters: [] };
    const answer = (await options.onMessage?.(mail)) ?? '250 2.0.0 ok';
    if (answer.startsWith('2')) caught.push(mail);
    if (answer === 'drop') return void socket.destroy();
    say(answer);
  };
  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') {
      const offers = [
        'sink.test',
        'PIPELINING',
        '8BITMIME',
        'SMTPUTF8',
        'DSN',
        'ENHANCEDSTATUSCODES',
        ...(options.tls && !secured ? ['STARTTLS'] : []),
      ];
      const all = options.extensions ? ['sink.test', ...options.extensions] : offers;
      return say(all.map((one, i) => `250${i === all.length - 1 ? ' ' : '-'}${one}`).join('\r\n'));
    }
    if (verb === 'STAR' && options.tls) {
      say('220 2.0.0 go');
      raw.removeAllListeners('data');
      secured = new TLSSocket(raw, { isServer: true, ...options.tls });
      socket = secured;
      secured.on('data', onData).on('error', () => raw.destroy());
      return;
    }
    if (verb === 'MAIL') [envelope.from, envelope.mailParameters] = path(line);
    if (verb === 'RCPT') {
      const [to, parameters] = path(line);
      const refused = options.onRcpt?.(to);
      if (refused) return say(refused);
      envelope.to.push(to);
      envelope.rcptParameters.push(parameters);
    }
    if (verb === 'DATA') {
      inData = true;
      return say('354 go');
    }
    if (verb === 'QUIT') {
      say('221 2.0.0 bye');
      return void socket.end();
    }
    say('250 2.0.0 ok');
  };
  const onData = (chunk: Buffer): void => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      if (inData) {
        const end = pending.subarray(0, 3).equals(Buffer.from('.\r\n')) ? -2 : pending.indexOf('\r\n.\r\n');
        if (end === -1) return;
        const content = pending.subarray(0, end + 2);
        pending = pending.subarray(end + 5);
        inData = false;
        void message(Buffer.from(content));
        continue;
      }
      const end = pending.indexOf('\r\n');
      if (end < 0) return;
      const line = pending.toString('utf8', 0, end);
      pending = pending.subarray(end + 2);
      command(line);
    }
  };
  raw.on('error', () => undefined);
  raw.on('data', onData);
  say('220 sink.test ESMTP');
}

/** The value of a header field of a caught message, unfolded. */
export function header(raw: Buffer, name: string): string | undefined {
  return headers(raw, name)[0];
}

export function headers(raw: Buffer, name: string): readonly string[] {
  const head = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
  const fields = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return fields.filter(field => field.toLowerCase().startsWith(`${name.toLowerCase()}:`)).map(field => field.slice(name.length + 1).trim());
}
