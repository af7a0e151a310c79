// Replies of a peer (RFC 5321 section 4.2, RFC 2034): lines of a socket put together, bounded, one reader at a time.
import type { Socket } from 'node:net';
import * as bounds from './bounds.ts';

export type SmtpReply = { readonly code: number; readonly enhanced: string | null; readonly text: string };
/** `protocol`: TLS was spoken and failed; `lost`: time-out, reset or end. */
export type Failure = { readonly failed: 'connect' | 'lost' | 'protocol'; readonly text: string };
export const failed = (value: object | null): value is Failure => value !== null && 'failed' in value;

/** The system's word for an error, else its message. */
export const codeOf = (error: Error): string => (error as { code?: string }).code ?? error.message;

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
