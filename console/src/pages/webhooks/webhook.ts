// A webhook as the API has it, its state in one tone, and from where events are posted again. Pure.
import type { Tone } from '../../parts/badge.tsx';

export type Webhook = {
  readonly id: string;
  readonly accountId: string | null;
  readonly url: string;
  /** Empty = every type. */
  readonly events: readonly string[];
  readonly state: 'active' | 'disabled';
  readonly disabledReason: 'gone' | 'failing' | null;
  readonly failures: number;
  readonly failingSince: string | null;
  readonly nextAt: string | null;
  readonly lastAnswer: { readonly at: string; readonly status: number | null; readonly failure: string | null } | null;
  readonly createdAt: string;
};
export type Lag = { readonly events: number; readonly more: boolean; readonly since: string | null };
export type WholeWebhook = Webhook & { readonly lag: Lag };
/** A secret is in the answer that makes it, and in no other. */
export type WithSecret = Webhook & { readonly secret: string };
export type Tested = {
  readonly type: string;
  readonly taken: boolean;
  readonly status: number | null;
  readonly failure: string | null;
  readonly tookMs: number;
};

export type Health = 'active' | 'failing' | 'off' | 'gone' | 'gaveUp';
export const TONES: Readonly<Record<Health, Tone>> = { active: 'good', failing: 'warn', off: 'idle', gone: 'bad', gaveUp: 'bad' };

export function healthOf({ state, disabledReason, failingSince }: Webhook): Health {
  if (state === 'active') return failingSince === null ? 'active' : 'failing';
  return disabledReason === 'gone' ? 'gone' : disabledReason === 'failing' ? 'gaveUp' : 'off';
}

/** Where a replay goes on from: a cursor of /v1/events as it is, or a time of a `datetime-local` field, which is of the browser's zone. */
export function replayOf(from: 'time' | 'cursor', text: string): { readonly since: string } | { readonly after: string } | null {
  if (from === 'cursor') return text.trim() === '' ? null : { after: text.trim() };
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : { since: at.toISOString() };
}
