// clamd over INSTREAM (clamd(8)): one connection a stream, the answer read whole, anything but a clear OK or FOUND is a failure. Sizes are
// checked by us, since clamd answers OK above its own limit.
import { connect, type Socket } from 'node:net';

export type ClamdAt =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export type ClamdAnswer =
  | { readonly kind: 'clean' }
  | { readonly kind: 'found'; readonly name: string }
  /** Down, slow, cut, confused or over its limit: never clean. */
  | { readonly kind: 'failed'; readonly why: string };
export type ClamdVersion = { readonly engine: string; readonly signatures: string | null; readonly builtAt: number | null };

export type Clamd = {
  readonly scan: (bytes: Buffer) => Promise<ClamdAnswer>;
  /** null: it does not answer. */
  readonly version: () => Promise<ClamdVersion | null>;
};

/** StreamMaxLength of Debian's clamd.conf is 25 MB; more is unpacked by us and sent in parts. */
export const MAX_STREAM = 25_000_000;
const CHUNK = 256 * 1024;
const ANSWER_BYTES = 4_096;
const SCAN_MS = 20_000;
const COMMAND_MS = 3_000;

export function newClamd(at: ClamdAt): Clamd {
  return {
    scan: async bytes => {
      if (bytes.length > MAX_STREAM) return { kind: 'failed', why: 'larger than clamd takes' };
      const answer = await exchange(at, SCAN_MS, socket => stream(socket, bytes));
      return answer === null ? { kind: 'failed', why: 'clamd does not answer' } : read(answer);
    },
    version: async () => {
      const answer = await exchange(at, COMMAND_MS, socket => void socket.write('zVERSION\0'));
      const found = /^ClamAV ([\w.-]+)(?:\/(\d+)\/(.+))?$/.exec(answer ?? '');
      if (!found) return null;
      const built = found[3] ? Date.parse(found[3]) : Number.NaN;
      return { engine: found[1] ?? '', signatures: found[2] ?? null, builtAt: Number.isNaN(built) ? null : built };
    },
  };
}

/** `stream: OK` and `stream: NAME FOUND` are the only answers that say something. */
function read(answer: string): ClamdAnswer {
  if (answer === 'stream: OK') return { kind: 'clean' };
  const name = /^stream: (\S{1,200}) FOUND$/.exec(answer)?.[1];
  return name ? { kind: 'found', name } : { kind: 'failed', why: 'clamd answered with an error' };
}

function stream(socket: Socket, bytes: Buffer): void {
  socket.write('zINSTREAM\0');
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const part = bytes.subarray(at, at + CHUNK);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    socket.write(length);
    socket.write(part);
  }
  socket.write(Buffer.alloc(4));
}

/** One command, one answer ended by NUL; null when the connection fails, is slow, or ends without one. */
function exchange(at: ClamdAt, ms: number, say: (socket: Socket) => void): Promise<string | null> {
  return new Promise(resolve => {
    const socket = at.kind === 'unix' ? connect({ path: at.path }) : connect({ host: at.host, port: at.port });
    let text = '';
    const done = (answer: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => done(null), ms);
    socket.once('connect', () => say(socket));
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const end = text.indexOf('\0');
      if (end >= 0) done(text.slice(0, end).trim());
      else if (text.length > ANSWER_BYTES) done(null);
    });
    socket.once('error', () => done(null));
    socket.once('close', () => done(null));
  });
}
