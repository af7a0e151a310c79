// Calls of the API with the session's cookie. What can be expected to fail is a value: code, field, request id. Only GET is tried again.
import { languageNow } from './language.ts';
import { accountNow, endSession, session } from './session.ts';
import { TAGS } from '../words/languages.ts';

/** `code` is one of the API's (docs/errors), or `unreachable` (no answer) or `unexpected` (an answer that is not the API's). */
export type Fault = {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly field?: string;
  readonly findings?: readonly { readonly field?: string; readonly id?: string; readonly message: string }[];
  readonly requestId: string | null;
  readonly retrySeconds: number | null;
};
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };
export type Page<T> = { readonly data: readonly T[]; readonly next: string | null };

const TRIES = 3;
const MAX_WAIT_MS = 5000;

/** Reads; a fault that passes (no answer, 503) is tried again twice. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<Outcome<T>> {
  for (let tried = 1; ; tried++) {
    const outcome = await call<T>('GET', path, undefined, {}, signal);
    if (outcome.ok || tried >= TRIES || signal?.aborted) return outcome;
    const { code, status, retrySeconds } = outcome.fault;
    if (code !== 'unreachable' && status !== 503) return outcome;
    await pause(Math.min(MAX_WAIT_MS, (retrySeconds ?? 0.4 * 2 ** tried) * 1000));
  }
}

/** Changes something, once. A creating call gets a key of its own, so that sending it twice makes one thing. */
export function send<T>(
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Outcome<T>> {
  return call<T>(method, path, body, headers);
}

export const newIdempotencyKey = (): string => `console-${crypto.randomUUID()}`;

/** What every call brings: the language, the token of the session, the account that an operator acts for. */
export function callHeaders(method: string): Readonly<Record<string, string>> {
  const who = session.get();
  const account = who?.operator ? accountNow() : null;
  return {
    accept: 'application/json',
    'accept-language': TAGS[languageNow()],
    ...(who && method !== 'GET' ? { 'sesame-csrf': who.csrf } : {}),
    ...(account ? { 'sesame-account': account } : {}),
  };
}

async function call<T>(
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Outcome<T>> {
  const raw = typeof body === 'string' || body instanceof Blob;
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        ...callHeaders(method),
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      // What is done by leaving a page (an undo that was not used) still goes out.
      ...(method !== 'GET' && body === undefined ? { keepalive: true } : {}),
    });
    if (response.status === 401 && path.startsWith('/v1/')) endSession();
    const text = await response.text();
    if (response.ok) return { ok: true, value: (text === '' ? undefined : JSON.parse(text)) as T };
    return { ok: false, fault: faultOf(response.status, text, response.headers) };
  } catch (error) {
    return { ok: false, fault: { code: 'unreachable', message: String(error), status: 0, requestId: null, retrySeconds: null } };
  }
}

/** The fault that an answer tells. */
export function faultOf(status: number, text: string, headers: Headers): Fault {
  const requestId = headers.get('request-id');
  const retry = Number(headers.get('retry-after') ?? Number.NaN);
  const retrySeconds = Number.isFinite(retry) ? retry : null;
  try {
    const { error } = JSON.parse(text) as { readonly error: Fault };
    if (typeof error.code === 'string') return { ...error, status, requestId: error.requestId ?? requestId, retrySeconds };
  } catch {
    // A proxy may answer with a page of its own.
  }
  return { code: 'unexpected', message: text.slice(0, 200), status, requestId, retrySeconds };
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
