// A browser for tests, as far as the server can tell one: it keeps the cookie, says where its requests come from, and reads streams.
import { request } from 'node:http';
import type { Json } from './server.ts';

export type Answered = { readonly status: number; readonly headers: Headers; readonly body: Json };
export type Ask = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>>; readonly csrf?: string | null };

export type Browser = {
  /** `csrf`: null = without the header; left out = the token of the session. */
  readonly call: (method: string, path: string, ask?: Ask) => Promise<Answered>;
  readonly signIn: (key: string) => Promise<Answered>;
  readonly cookie: () => string | null;
  readonly csrf: () => string;
  readonly stream: (query?: string, headers?: Readonly<Record<string, string>>) => Promise<Stream>;
};

export type Message = { readonly id: string | null; readonly event: string; readonly data: Json };
export type Stream = {
  readonly status: number;
  readonly headers: Headers;
  /** Everything that came so far. */
  readonly messages: readonly Message[];
  /** When the server has ended it. */
  readonly ended: Promise<void>;
  readonly close: () => void;
};

export function newBrowser(base: string): Browser {
  let cookie: string | null = null;
  let csrf = '';
  const call: Browser['call'] = async (method, path, ask = {}) => {
    const json = ask.body !== undefined && typeof ask.body !== 'string';
    const response = await fetch(base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie === null ? {} : { cookie }),
        'sec-fetch-site': 'same-origin',
        ...(ask.csrf === null || csrf === '' ? {} : { 'sesame-csrf': ask.csrf ?? csrf }),
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...ask.headers,
      },
      ...(ask.body === undefined ? {} : { body: json ? JSON.stringify(ask.body) : (ask.body as string) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) cookie = /Max-Age=0/.test(set) ? null : (set.split(';')[0] ?? null);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
  };
  return {
    call,
    cookie: () => cookie,
    csrf: () => csrf,
    signIn: async key => {
      const answer = await call('POST', '/console/session', { body: { key } });
      if (answer.status === 201) csrf = answer.body.csrf;
      return answer;
    },
    stream: (query = '', headers = {}) =>
      openStream(`${base}/console/stream${query}`, { ...(cookie === null ? {} : { cookie }), ...headers }),
  };
}

/** `node:http`, since fetch holds back what a stream says first. */
function openStream(url: string, headers: Readonly<Record<string, string>>): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { accept: 'text/event-stream', 'sec-fetch-site': 'same-origin', ...headers } }, response => {
      const messages: Message[] = [];
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          messages.push(messageOf(text.slice(0, end)));
          text = text.slice(end + 2);
        }
      });
      const ended = new Promise<void>(done => response.once('close', () => done()));
      response.on('error', () => undefined);
      resolve({
        status: response.statusCode ?? 0,
        headers: new Headers(Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)])),
        messages,
        ended,
        close: () => asked.destroy(),
      });
    });
    asked.on('error', reject).end();
  });
}

function messageOf(block: string): Message {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find(line => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { id: field('id') ?? null, event: field('event') ?? 'message', data: JSON.parse(field('data') ?? 'null') };
}
