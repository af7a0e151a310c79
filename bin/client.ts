// The HTTP API as the command line uses it: finds server and key, prints what comes back, turns refusals into exit codes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, note, out, Usage } from './command.ts';
import { dataDir } from './settings.ts';
import { plain, tableOf } from './table.ts';

export type Answer = { readonly status: number; readonly body: unknown };
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Bytes of any length; what they are says `type`, or the path. */
  readonly stream?: ReadableStream;
  readonly type?: string;
  readonly account?: string | undefined;
};

/** null: the server does not answer (said on stderr). */
export async function call({ method, path, body, stream, type = 'application/octet-stream', account }: Call): Promise<Answer | null> {
  const url = (process.env['SESAME_URL'] ?? 'http://127.0.0.1:8025').replace(/\/$/, '');
  const headers: Record<string, string> = { authorization: `Bearer ${key()}` };
  if (account !== undefined) headers['sesame-account'] = account;
  if (stream) headers['content-type'] = type;
  else if (body !== undefined) headers['content-type'] = 'application/json';
  const sent = stream ?? (body === undefined ? null : JSON.stringify(body));
  try {
    const response = await fetch(url + path, { method, headers, body: sent, ...(stream ? { duplex: 'half' } : {}) });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
    return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : text };
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    note(`sesame: ${url} does not answer (${cause?.code ?? 'no connection'}). Is the server running? Set SESAME_URL to where it is.`);
    return null;
  }
}

function key(): string {
  const { SESAME_API_KEY: given, SESAME_API_KEY_FILE: named } = process.env;
  if (given) return given;
  const file = named ?? join(dataDir(), 'operator.key');
  if (!existsSync(file)) throw new Usage(`no key: set SESAME_API_KEY or SESAME_API_KEY_FILE (looked for ${file})`);
  return readFileSync(file, 'utf8').trim();
}

/** Prints an answer: with `json` the server's own words, else lines for people. The exit code. */
export function show(answer: Answer | null, json: boolean): number {
  if (!answer) return EXIT.unreachable;
  const { status, body } = answer;
  if (status >= 400) {
    if (json) out(JSON.stringify(body));
    else note(`sesame: ${errorLine(body)}`);
    return EXIT.refused;
  }
  const { data: list, next = null } = (body ?? {}) as { readonly data?: readonly object[]; readonly next?: string | null };
  if (Array.isArray(list)) {
    for (const line of json ? list.map(one => JSON.stringify(one)) : tableOf(list, process.stdout.isTTY)) out(line);
    if (next !== null && list.length > 0) note(`There may be more: --after ${next}`);
  } else if (typeof body === 'string') {
    if (body !== '') out(body.trimEnd());
  } else out(json ? JSON.stringify(body) : blockOf(body));
  return EXIT.done;
}

function errorLine(body: unknown): string {
  const { error } = body as { error?: { code: string; message: string; findings?: readonly { field?: string; message: string }[] } };
  if (!error) return 'the server refused';
  const more = (error.findings ?? []).map(one => `\n  ${one.field ?? ''}: ${one.message}`).join('');
  return `${error.code}: ${error.message}${more}`;
}

const lineOf = (one: unknown): string =>
  Object.values(one as object)
    .map(plain)
    .join('\t');

function blockOf(body: unknown): string {
  const entries = Object.entries((body ?? {}) as object);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries
    .map(([name, value]) =>
      isTable(value) ? [name, ...value.map(row => `  ${lineOf(row)}`)].join('\n') : `${name.padEnd(width)}  ${plain(value)}`,
    )
    .join('\n');
}

/** Rows of their own, such as the records of a domain: a line each. */
const isTable = (value: unknown): value is readonly object[] =>
  Array.isArray(value) && value.length > 0 && value.every(one => typeof one === 'object' && one !== null);
