// What an event adds to the statistics: a few measures, each a path of words, and whom they belong to. Counters are written in the commit
// of their event and depend on nothing but the event and its mail, so that a recount gives the same.
import type { EventType, NewEvent } from '../mail.ts';
import { SLOT_MS } from './bounds.ts';

export type Direction = 'in' | 'out';
/** A measure and how much of it. */
export type Sum = readonly [measure: string, count: number];
/** `provider` '' = not known; `other` = none that the rules of pacing know. `ip` '' = the system's choice, or none. */
export type Via = { readonly provider: string; readonly ip: string };

/** Quarters of an hour since 1970. */
export const slotOf = (at: number): number => Math.floor(at / SLOT_MS);

const SIMULATOR = '@simulator.sesame.test';
const LISTED = /^[a-z0-9][a-z0-9-]{0,31}$/;

/**
 * Measures of one event of a mail in that direction. None: of the simulator, of what is no mail (standing, claims of strangers). Outgoing
 * mail is counted in recipients, `mails`, `held` and `content/…` in mails; what comes in stands below `in/`.
 */
export function measuresOf(event: NewEvent, direction: Direction): readonly Sum[] {
  if (event.recipient?.toLowerCase().endsWith(SIMULATOR)) return [];
  if (event.type === 'received') return received(event.data);
  const measures = OUTGOING[event.type]?.(event.data) ?? [];
  if (direction === 'out') return measures;
  return measures.filter(([name]) => ALSO_IN.test(name)).map(([name, count]) => [`in/${name}`, count]);
}

/** Of mail that came in and goes on (webhook, forward, LMTP), or was refused. */
const ALSO_IN = /^(?:delivered|deferred|expired|held|cancelled|bounced|rejected)(?:\/|$)/;

type Data = NewEvent['data'];
const one = (measure: string): readonly Sum[] => [[measure, 1]];

const OUTGOING: Partial<Record<EventType, (data: Data) => readonly Sum[]>> = {
  accepted,
  suppressed: () => one('suppressed'),
  held: () => one('held'),
  cancelled: () => one('cancelled'),
  delivered: data => [
    ['delivered', 1],
    [`tls/${tlsOf(data)}`, 1],
  ],
  deferred: () => one('deferred'),
  expired: () => one('expired'),
  bounced: data => [[`bounced/${classOf(data)}`, 1], ...(data['afterDelivery'] === true ? one('returned') : [])],
  rejected: data => one(`rejected/${word(data['reason'])}`),
  complained: () => one('complained'),
  opened: data => one(`opened/${handOf(data)}`),
  clicked: data => one(`clicked/${handOf(data)}`),
  unsubscribed: () => one('unsubscribed'),
};

function accepted(data: Data): readonly Sum[] {
  const recipients = count(data['recipients']) - count(data['simulated']);
  if (recipients <= 0) return [];
  return [
    ['mails', 1],
    ['accepted', recipients],
    [`content/${word(data['spam'])}`, 1],
  ];
}

function received(data: Data): readonly Sum[] {
  // A complaint that names no mail of ours: a claim, shown to the operator.
  if (data['report'] !== undefined) return [];
  const verdicts = ['spam', 'virus', 'spf', 'dkim', 'dmarc', 'arc'].map((check): Sum => [`in/${check}/${word(data[check])}`, 1]);
  return [['in/mails', 1], ['in/recipients', count(data['recipients'])], ...verdicts];
}

type Attempt = {
  readonly class?: unknown;
  readonly sendingIp?: unknown;
  readonly tls?: { readonly used?: unknown; readonly version?: unknown };
};
const attemptOf = (data: Data): Attempt | undefined => (data['attempt'] as Attempt | null | undefined) ?? undefined;

/** The version, `none` = in clear. */
function tlsOf(data: Data): string {
  const tls = attemptOf(data)?.tls;
  return tls?.used === true ? word(tls.version) : 'none';
}

const classOf = (data: Data): string => word(attemptOf(data)?.class ?? data['class']);
const handOf = (data: Data): string => (data['bot'] === true ? 'machine' : 'human');
const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? Math.floor(value) : 0);
const word = (value: unknown): string => (typeof value === 'string' && /^[\w.-]{1,40}$/.test(value) ? value : 'unknown');

/** By whom and from where, as the event of an attempt says it. */
export function viaOf(data: Data): Via {
  const [provider, ip] = [data['provider'], attemptOf(data)?.sendingIp];
  const key = typeof provider === 'string' ? provider : '';
  return { provider: key === '' || LISTED.test(key) ? key : 'other', ip: typeof ip === 'string' ? ip : '' };
}

/** Told after delivery: by whom the mail went says the event of its delivery. */
export const isAfterDelivery = ({ type, data }: NewEvent): boolean =>
  type === 'opened' || type === 'clicked' || type === 'unsubscribed' || type === 'complained' || data['afterDelivery'] === true;
