// Live updates by server-sent events: one stream for the whole console. While it is cut, pages say since when they are not updated; what was missed
// comes with the reconnect, by cursor.
import { useEffect, useRef } from 'preact/hooks';
import { isCovered } from './covered.ts';
import { accountNow, acting, endSession, may, session } from './session.ts';
import { withQuery } from './route.ts';
import { newValue } from './value.ts';

/** An event as `GET /v1/events` has it. */
export type LiveEvent = {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly accountId: string | null;
  readonly emailId: string | null;
  readonly recipient: string | null;
  readonly [fact: string]: unknown;
};

/** null: the stream runs, or none is wanted; else since when it is cut (epoch ms). */
export const cutSince = newValue<number | null>(null);
/** Counts up when events were missed: what is shown is to be read again. */
const missed = newValue(0);
/** Counts up when the server is there again: what could not be read is read. */
const returned = newValue(0);
const isBack = (): void => returned.set(returned.get() + 1);
const listeners = new Set<(event: LiveEvent) => void>();
const RETRY_MS = 10_000;
/** The server beats every 15 s. */
const SILENCE_MS = 40_000;
/** A browser has six connections to a server, and each tab's stream takes one: a tab that nobody sees gives its own back. */
const HIDDEN_MS = 30_000;
let stream: EventSource | null = null;
let silence: ReturnType<typeof setTimeout> | undefined;
let hidden: ReturnType<typeof setTimeout> | undefined;
/** Cursor of the last event, so that another stream goes on behind it. */
let last: string | null = null;

function close(): void {
  stream?.close();
  stream = null;
  clearTimeout(silence);
}

function open(): void {
  close();
  const who = session.get();
  if (!who || !may(who, 'read')) return cutSince.set(null);
  const source = new EventSource(withQuery('/console/stream', { account: who.operator ? accountNow() : null, after: last }));
  stream = source;
  clearTimeout(silence);
  silence = setTimeout(silent, SILENCE_MS);
  const alive = (message: Event): void => {
    if (source !== stream) return;
    if (cutSince.get() !== null) isBack();
    cutSince.set(null);
    clearTimeout(silence);
    silence = setTimeout(silent, SILENCE_MS);
    if (message instanceof MessageEvent && message.lastEventId !== '') last = message.lastEventId;
  };
  source.addEventListener('open', alive);
  source.addEventListener('beat', alive);
  source.addEventListener('message', message => {
    alive(message);
    const event = JSON.parse(message.data as string) as LiveEvent;
    for (const told of listeners) told(event);
  });
  source.addEventListener('lost', () => missed.set(missed.get() + 1));
  source.addEventListener('end', message => {
    const { reason } = JSON.parse((message as MessageEvent<string>).data) as { readonly reason: string };
    if (reason !== 'signed_out') return;
    close();
    endSession();
  });
  source.addEventListener('error', () => {
    if (source !== stream) return;
    cut();
    // The browser gives up by itself after an answer that is no stream: another try is ours.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => source === stream && open(), RETRY_MS);
  });
}

/** A line that died without a word (sleep, another network): the browser waits on it for ever. */
function silent(): void {
  cut();
  open();
}

const cut = (): void => cutSince.set(cutSince.get() ?? Date.now());

/** From now on: what happened to another account, or before somebody signed in, is no news. */
function begin(): void {
  last = null;
  open();
}

/** Opens the stream with the session and keeps it with the account that is acted for. Called once, by main. */
export function startLive(): void {
  session.watch(begin);
  acting.watch(begin);
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hidden);
    if (document.visibilityState === 'hidden') hidden = setTimeout(close, HIDDEN_MS);
    else if (!stream) open();
  });
  addEventListener('offline', cut);
  addEventListener('online', () => {
    isBack();
    if (document.visibilityState !== 'hidden') open();
  });
  begin();
}

export const reconnect = open;

/** Calls when more happened than a stream carries. */
export function useMissed(told: () => void): void {
  useEffect(() => missed.watch(told), [told]);
}

/** Calls when the server is there again after `missing`: it did not answer. */
export function useReturned(missing: boolean, again: () => void): void {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => (missing ? returned.watch(() => latest.current()) : undefined), [missing]);
}

/** Calls with each event while the component is shown. */
export function useLive(told: (event: LiveEvent) => void): void {
  const latest = useRef(told);
  latest.current = told;
  useEffect(() => {
    const listen = (event: LiveEvent): void => latest.current(event);
    listeners.add(listen);
    return () => void listeners.delete(listen);
  }, []);
}

/**
 * Reads again soon after an event, at most once in `everyMs`: for sums, which no event tells. Below an open dialog it waits: what is shown may be what is
 * being removed there.
 */
export function useLiveAgain(again: () => void, everyMs = 10_000): void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const soon = (): void => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      if (isCovered()) soon();
      else again();
    }, everyMs);
  };
  useLive(soon);
  useEffect(() => () => clearTimeout(timer.current), []);
}
