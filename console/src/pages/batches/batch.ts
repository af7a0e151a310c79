// Batches as /v1/batches tells them (docs/lists.md), and what the form for a new one asks for. Pure.
import type { Tone } from '../../parts/badge.tsx';

export type BatchState = 'scheduled' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed';
export const COUNTED = [
  'accepted',
  'delivered',
  'bounced',
  'held',
  'suppressed',
  'invalid',
  'refused',
  'expired',
  'cancelled',
  'complained',
  'unsubscribed',
] as const;
export type Counted = (typeof COUNTED)[number];
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];
export type Cycle = {
  readonly everySeconds?: number;
  readonly at?: string;
  readonly timeZone?: string;
  readonly days?: readonly Day[];
  readonly times?: number;
  readonly until?: string;
};
export type Brief = {
  readonly id: string;
  readonly accountId: string;
  readonly state: BatchState;
  readonly why: string | null;
  readonly waiting: { readonly why: string; readonly until: string } | null;
  readonly run: number;
  readonly nextAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly createdAt: string;
  /** Of the run that is on; null: none has begun. */
  readonly done: number | null;
  readonly counts: Readonly<Record<Counted, number>>;
  readonly cycle: Cycle | null;
};
export type Batch = Brief & {
  readonly list: string | null;
  readonly recipients: number;
  readonly from: string;
  readonly template: string | null;
  readonly tags: readonly string[];
  readonly onQuota: 'wait' | 'fail';
};

export const TONES: Readonly<Record<BatchState, Tone>> = {
  scheduled: 'info',
  running: 'info',
  paused: 'held',
  done: 'good',
  cancelled: 'idle',
  failed: 'bad',
};
export const isOver = ({ state }: Pick<Brief, 'state'>): boolean => state === 'done' || state === 'cancelled' || state === 'failed';

export type Repeat = 'once' | 'hours' | 'daily' | 'days';
export const REPEATS: readonly Repeat[] = ['once', 'daily', 'days', 'hours'];
export type Form = {
  readonly from: string;
  readonly list: string;
  /** Empty: the words of the form. */
  readonly template: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** As the browser's field has it, in its zone; empty: now. */
  readonly sendAt: string;
  readonly repeat: Repeat;
  readonly at: string;
  readonly days: readonly Day[];
  readonly hours: string;
  readonly times: string;
  readonly tags: string;
  readonly onQuota: 'wait' | 'fail';
};
export const EMPTY: Form = {
  from: '',
  list: '',
  template: '',
  subject: '',
  text: '',
  html: '',
  sendAt: '',
  repeat: 'once',
  at: '09:00',
  days: ['mon'],
  hours: '24',
  times: '',
  tags: '',
  onQuota: 'wait',
};

export function bodyOf(form: Form, timeZone: string): object {
  const tags = form.tags
    .split(',')
    .map(tag => tag.trim())
    .filter(tag => tag !== '');
  const cycle = cycleOf(form, timeZone);
  return {
    from: form.from.trim(),
    list: form.list,
    ...(form.template === ''
      ? {
          subject: form.subject,
          ...(form.text === '' ? {} : { text: form.text }),
          ...(form.html === '' ? {} : { html: form.html }),
        }
      : { template: { id: form.template } }),
    ...(form.sendAt === '' ? {} : { sendAt: new Date(form.sendAt).toISOString() }),
    ...(cycle ? { cycle } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(form.onQuota === 'fail' ? { onQuota: 'fail' } : {}),
  };
}

function cycleOf({ repeat, at, days, hours, times }: Form, timeZone: string): Cycle | null {
  if (repeat === 'once') return null;
  const ends = times.trim() === '' ? {} : { times: Number(times) };
  if (repeat === 'hours') return { everySeconds: Math.round(Number(hours) * 3600), ...ends };
  return { at, timeZone, ...(repeat === 'days' ? { days } : {}), ...ends };
}

/** How much of the run is behind; null before the first. */
export const shareOf = ({ done, recipients }: Pick<Batch, 'done' | 'recipients'>): number | null =>
  done === null || recipients === 0 ? null : Math.min(1, done / recipients);
