// What a live tail shows of what happens: which events fit, newest first and bounded; the sentence of an event's other facts. Pure.

export type Happened = {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly emailId: string | null;
  readonly recipient: string | null;
  readonly [fact: string]: unknown;
};

export type Filter = { readonly type: string; readonly text: string };
/** As in `GET /v1/events`, and in the order in which mail meets them. */
export const EVENT_TYPES = [
  'accepted',
  'rejected',
  'held',
  'deferred',
  'delivered',
  'bounced',
  'suppressed',
  'expired',
  'cancelled',
  'complained',
  'opened',
  'clicked',
  'unsubscribed',
  'resubscribed',
  'received',
  'warned',
  'limited',
  'suspended',
  'reinstated',
  'webhook_disabled',
] as const;

/** The newest are kept, so that a tab left open for days stays small. */
export const MOST_SHOWN = 500;
/** While paused, later ones are kept up to here and counted beyond it. */
export type Tail = { readonly shown: readonly Happened[]; readonly waiting: readonly Happened[]; readonly waitingCount: number };
export const EMPTY_TAIL: Tail = { shown: [], waiting: [], waitingCount: 0 };

/** The filter of the search: an id of a message begins with `msg_`, everything else is a recipient. */
export const queryOf = ({ type, text }: Filter): Readonly<Record<string, string | undefined>> => ({
  type: type === '' ? undefined : type,
  ...(text.startsWith('msg_') ? { emailId: text } : { recipient: text === '' ? undefined : text }),
});

export function fits(event: Happened, { type, text }: Filter): boolean {
  if (type !== '' && event.type !== type) return false;
  if (text === '') return true;
  return text.startsWith('msg_') ? event.emailId === text : event.recipient?.toLowerCase() === text.toLowerCase();
}

export function happened(tail: Tail, event: Happened, paused: boolean): Tail {
  if (!paused) return { ...tail, shown: [event, ...tail.shown].slice(0, MOST_SHOWN) };
  return { ...tail, waiting: [event, ...tail.waiting].slice(0, MOST_SHOWN), waitingCount: tail.waitingCount + 1 };
}

export const resumed = ({ shown, waiting }: Tail): Tail => ({
  shown: [...waiting, ...shown].slice(0, MOST_SHOWN),
  waiting: [],
  waitingCount: 0,
});

const TOLD_ELSEWHERE = new Set(['id', 'at', 'type', 'accountId', 'emailId', 'recipient', 'attempt', 'timestamp']);

/** What else an event says, on one line: the reply first, then short facts by name. */
export function factsOf(event: Happened): string {
  const { reply, ...rest } = event;
  const facts = Object.entries(rest)
    .filter(([name, value]) => !TOLD_ELSEWHERE.has(name) && (typeof value === 'string' || typeof value === 'number' || value === true))
    .map(([name, value]) => `${name}: ${String(value)}`);
  return [...(typeof reply === 'string' ? [reply] : []), ...facts].join(' · ');
}
