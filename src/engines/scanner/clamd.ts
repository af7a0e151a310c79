// clamd over INSTREAM inside sessions (clamd(8), IDSESSION): a few connections are kept, several streams wait on each, and every answer is
// tied to its stream by its number. Anything but a clear OK or FOUND for a stream that waits is a failure, never clean.
import { connect, type Socket } from 'node:net';

export type ClamdAt =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export type ClamdAnswer =
  | { readonly kind: 'clean' }
  | { readonly kind: 'found'; readonly name: string }
  /** Down, slow, cut, confused: never clean. */
  | { readonly kind: 'failed'; readonly why: string };
export type ClamdVersion = { readonly engine: string; readonly signatures: string | null; readonly builtAt: number | null };

export type Clamd = {
  /** Sizes are the caller's business: clamd answers OK above its MaxFileSize. */
  readonly scan: (bytes: Buffer) => Promise<ClamdAnswer>;
  /** null: it does not answer. */
  readonly version: () => Promise<ClamdVersion | null>;
  readonly close: () => void;
};

/** Debian's MaxThreads is 12 for all doors and everybody else. */
const MAX_SESSIONS = 4;
const MAX_STREAMS = 4;
const CHUNK = 256 * 1024;
const ANSWER_BYTES = 4_096;
const SCAN_MS = 20_000;
const COMMAND_MS = 3_000;
/** Below clamd's IdleTimeout of 30 s, so that we and not it end a session that rests. */
const IDLE_MS = 15_000;

const CUT: ClamdAnswer = { kind: 'failed', why: 'clamd ended the connection' };

type Session = {
  readonly waiting: () => number;
  readonly stream: (bytes: Buffer) => Promise<ClamdAnswer>;
  /** Has it answered before? Then an end may be mere age. */
  readonly used: () => boolean;
  readonly end: () => void;
};

export function newClamd(at: ClamdAt, scanMs: number = SCAN_MS): Clamd {
  const sessions = new Set<Session>();
  const queue: (() => void)[] = [];

  const session = (): Session | null => {
    const [least] = [...sessions].toSorted((a, b) => a.waiting() - b.waiting());
    if (least && (least.waiting() === 0 || (sessions.size >= MAX_SESSIONS && least.waiting() < MAX_STREAMS))) return least;
    if (sessions.size >= MAX_SESSIONS) return null;
    const fresh: Session = openSession(at, scanMs, () => sessions.delete(fresh));
    sessions.add(fresh);
    return fresh;
  };
  const once = async (bytes: Buffer): Promise<{ readonly answer: ClamdAnswer; readonly aged: boolean }> => {
    for (;;) {
      const chosen = session();
      if (chosen) {
        const aged = chosen.used();
        const answer = await chosen.stream(bytes);
        queue.shift()?.();
        return { answer, aged };
      }
      await new Promise<void>(resolve => queue.push(resolve));
    }
  };
  return {
    scan: async bytes => {
      const { answer, aged } = await once(bytes);
      // A session that rested may have been ended by clamd (reload, its own time-out) just as we spoke: asked once more.
      return aged && answer === CUT ? (await once(bytes)).answer : answer;
    },
    version: async () => {
      const found = /^ClamAV ([\w.+~-]+)(?:\/(\d+)\/(.+))?$/.exec((await command(at, 'VERSION')) ?? '');
      if (!found) return null;
      const built = found[3] ? Date.parse(found[3]) : Number.NaN;
      return { engine: found[1] ?? '', signatures: found[2] ?? null, builtAt: Number.isNaN(built) ? null : built };
    },
    close: () => {
      for (const one of sessions) one.end();
    },
  };
}

function openSession(at: ClamdAt, scanMs: number, over: () => void): Session {
  const socket = open(at);
  const waiting = new Map<number, (answer: ClamdAnswer) => void>();
  let streams = 0;
  let answered = false;
  let text = '';
  let rest: NodeJS.Timeout | null = null;
  const end = (answer: ClamdAnswer): void => {
    if (rest) clearTimeout(rest);
    over();
    socket.destroy();
    for (const tell of waiting.values()) tell(answer);
    waiting.clear();
  };
  const take = (line: string): void => {
    const found = /^(\d{1,9}): (.*)$/s.exec(line);
    const tell = found && waiting.get(Number(found[1]));
    // An answer to nothing that waits: whatever it says, this session can't be trusted.
    if (!found || !tell) return end({ kind: 'failed', why: 'clamd answered something else' });
    waiting.delete(Number(found[1]));
    answered = true;
    const answer = read(found[2] ?? '');
    tell(answer);
    if (answer.kind === 'failed') return end(answer);
    if (waiting.size === 0) rest = setTimeout(() => end(CUT), IDLE_MS).unref();
  };
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    for (let at0 = text.indexOf('\0'); at0 >= 0; at0 = text.indexOf('\0')) {
      const line = text.slice(0, at0).trim();
      text = text.slice(at0 + 1);
      take(line);
    }
    if (text.length > ANSWER_BYTES) end({ kind: 'failed', why: 'clamd answered too much' });
  });
  socket.once('error', () => end(answered ? CUT : { kind: 'failed', why: 'clamd does not answer' }));
  socket.once('close', () => end(CUT));
  socket.write('zIDSESSION\0');
  return {
    waiting: () => waiting.size,
    used: () => answered,
    end: () => end(CUT),
    stream: bytes => {
      if (rest) clearTimeout(rest);
      const n = ++streams;
      return new Promise(resolve => {
        const timer = setTimeout(() => end({ kind: 'failed', why: 'clamd is too slow' }), scanMs);
        waiting.set(n, answer => {
          clearTimeout(timer);
          resolve(answer);
        });
        send(socket, bytes);
      });
    },
  };
}

/** `stream: OK` and `stream: NAME FOUND` are the only answers that say something. */
function read(answer: string): ClamdAnswer {
  if (answer === 'stream: OK') return { kind: 'clean' };
  const name = /^stream: (\S{1,200}) FOUND$/.exec(answer)?.[1];
  return name ? { kind: 'found', name } : { kind: 'failed', why: 'clamd answered with an error' };
}

function send(socket: Socket, bytes: Buffer): void {
  socket.cork();
  socket.write('zINSTREAM\0');
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const part = bytes.subarray(at, at + CHUNK);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    socket.write(length);
    socket.write(part);
  }
  socket.write(Buffer.alloc(4));
  socket.uncork();
}

const open = (at: ClamdAt): Socket =>
  at.kind === 'unix' ? connect({ path: at.path }) : connect({ host: at.host, port: at.port, noDelay: true });

/** One command outside a session, one answer ended by NUL; null when the connection fails, is slow, or ends without one. */
function command(at: ClamdAt, word: string): Promise<string | null> {
  return new Promise(resolve => {
    const socket = open(at);
    let text = '';
    const done = (answer: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => done(null), COMMAND_MS);
    socket.once('connect', () => void socket.write(`z${word}\0`));
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
