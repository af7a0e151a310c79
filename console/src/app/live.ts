// Live updates by server-sent events: one stream for the whole console. While it is cut, pages say since when they are not updated; what was missed
// comes with the reconnect (Last-Event-ID is a cursor).
import { useEffect, useRef } from 'preact/hooks';
import { accountNow, acting, may, session } from './session.ts';
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
export const missed = newValue(0);
const listeners = new Set<(event: LiveEvent) => void>();
const RETRY_MS = 10_000;
/** The server beats every 15 s. */
const SILENCE_MS = 40_000;
let stream: EventSource | null = null;
let silence: ReturnType<typeof setTimeout> | undefined;

function open(): void {
  stream?.close();
  stream = null;
  clearTimeout(silence);
  const who = session.get();
  if (!who || !may(who, 'read')) return cutSince.set(null);
  const source = new EventSource(withQuery('/console/stream', { account: who.operator ? accountNow() : null }));
  stream = source;
  const alive = (): void => {
    cutSince.set(null);
    clearTimeout(silence);
    silence = setTimeout(cut, SILENCE_MS);
  };
  source.addEventListener('open', alive);
  source.addEventListener('beat', alive);
  source.addEventListener('message', message => {
    alive();
    const event = JSON.parse(message.data as string) as LiveEvent;
    for (const told of listeners) told(event);
  });
  source.addEventListener('lost', () => missed.set(missed.get() + 1));
  source.addEventListener('end', message => {
    const { reason } = JSON.parse((message as MessageEvent<string>).data) as { readonly reason: string };
    if (reason !== 'signed_out') return;
    source.close();
    session.set(null);
  });
  source.addEventListener('error', () => {
    if (source !== stream) return;
    cut();
    // The browser gives up by itself after an answer that is no stream: another try is ours.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => source === stream && open(), RETRY_MS);
  });
}

const cut = (): void => cutSince.set(cutSince.get() ?? Date.now());

/** Opens the stream with the session and keeps it with the account that is acted for. Called once, by main. */
export function startLive(): void {
  session.watch(open);
  acting.watch(open);
  open();
}

export const reconnect = open;

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
