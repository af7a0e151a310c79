// A real server for tests: `node src/main.ts` in its own process on free loopback ports and a fresh data directory.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = new URL('..', import.meta.url).pathname;

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Json };
// A JSON answer under test is read with plain member access; a wrong shape fails the assertion that reads it.
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export type Call = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

export type Server = {
  readonly dataDir: string;
  readonly pid: number;
  readonly ready: {
    readonly http: string;
    /** Only with SESAME_HTTPS_LISTEN. */
    readonly https?: string;
    readonly submission: string;
    readonly submissions: string;
    readonly mx: string;
  };
  readonly operatorKey: string;
  /** Everything that the server wrote to stderr so far. */
  readonly log: () => string;
  /** Call the API as the operator, or with the key given. */
  readonly call: Call;
  readonly as: (key: string) => Call;
  /** SIGTERM and wait; resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL and wait. */
  readonly kill: () => Promise<void>;
};

/** A test that fails leaves no server behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server; rejects with its log when it is not ready in a minute. The data directory is kept until `discard`. */
export async function startServer(
  env: Readonly<Record<string, string>> = {},
  dataDir = mkdtempSync(join(tmpdir(), 'sesame-test-')),
): Promise<Server> {
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      SESAME_DATA_DIR: dataDir,
      SESAME_HTTP_LISTEN: '127.0.0.1:0',
      SESAME_SUBMISSION_LISTEN: '127.0.0.1:0',
      SESAME_SUBMISSIONS_LISTEN: '127.0.0.1:0',
      SESAME_MX_LISTEN: '127.0.0.1:0',
      SESAME_HOSTNAME: 'mx.sesame.test',
      SESAME_CLAMD: 'off',
      SESAME_ALLOW_PRIVATE_PEERS: '1',
      ...env,
    },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ready = await readyLine(child, () => log);
  const operatorKey = readFileSync(join(dataDir, 'operator.key'), 'utf8').trim();
  const as = (key: string): Call => caller(ready.http, key);
  return {
    dataDir,
    pid: child.pid ?? 0,
    ready,
    operatorKey,
    log: () => log,
    call: as(operatorKey),
    as,
    stop: () => end(child, 'SIGTERM'),
    kill: async () => void (await end(child, 'SIGKILL')),
  };
}

export function discard(server: Server): void {
  rmSync(server.dataDir, { recursive: true, force: true });
}

function readyLine(child: ChildProcess, log: () => string): Promise<Server['ready']> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${why}\n${log()}`));
    const timer = setTimeout(() => (child.kill('SIGKILL'), fail('server not ready in 60 s')), 60_000);
    let text = '';
    child.once('exit', code => (clearTimeout(timer), fail(`server ended with ${code}`)));
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const end = text.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(JSON.parse(text.slice(0, end)));
    });
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
    child.once('exit', code => resolve(code));
    child.kill(signal);
  });
}

function caller(base: string, key: string): Call {
  return async (method, path, body, headers = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text && response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text,
    };
  };
}

export type Tenant = {
  readonly accountId: string;
  readonly key: string;
  readonly username: string;
  readonly password: string;
  readonly domain: string;
  readonly call: Call;
};

/** An account with a verified domain, an API key with every scope and an SMTP credential. */
export async function tenant(server: Server, domain: string, name = domain): Promise<Tenant> {
  const account = await must(server.call('POST', '/v1/accounts', { name }));
  const on = { 'sesame-account': account.id as string };
  // Tests hand in malware on purpose; what it leads to has tests of its own.
  const malware = { count: 100 };
  await must(server.call('PATCH', `/v1/accounts/${account.id}`, { quota: { perDay: 10_000_000, perSecond: 100_000 }, malware }));
  await must(server.call('POST', '/v1/domains', { name: domain }, on));
  await must(server.call('POST', `/v1/domains/${domain}/verify`, { force: true }, on));
  const key = await must(server.call('POST', '/v1/keys', { name: 'test', scopes: ['send', 'score', 'read', 'manage', 'keys'] }, on));
  const credential = await must(server.call('POST', '/v1/smtp-credentials', { name: 'test' }, on));
  return {
    accountId: account.id,
    key: key.key,
    username: credential.username,
    password: credential.password,
    domain,
    call: server.as(key.key),
  };
}

/** The body of an answer that must be a success. */
export async function must(answer: Promise<Answer>): Promise<Json> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`HTTP ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Polls until `probe` gives something; a bound, not a timing: throws with `what` after a minute. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  ms = 60_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const got = await probe();
    if (got) return got;
    if (Date.now() > end) throw new Error(`gave up waiting: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
