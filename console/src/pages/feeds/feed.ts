// Feeds and DNS blocklists as the API has them, and what a form asks for. Pure.
import type { Tone } from '../../parts/badge.tsx';

export const FORMATS = ['csv', 'ndjson', 'plain', 'hosts', 'rpz'] as const;
export const ACTIONS = ['block', 'allow'] as const;
export const DIRECTIONS = ['sender', 'recipient', 'both'] as const;
export const EVERY_SECONDS = [300, 3_600, 21_600, 86_400, 604_800] as const;

type Settings = {
  readonly url: string;
  readonly format: (typeof FORMATS)[number];
  readonly action: (typeof ACTIONS)[number];
  readonly direction: (typeof DIRECTIONS)[number];
  readonly subdomains: boolean;
  readonly everySeconds: number;
  readonly enabled: boolean;
};
export type Feed = Settings & {
  readonly id: string;
  readonly name: string;
  readonly entries: number;
  readonly pulledAt: string | null;
  readonly changedAt: string | null;
  /** null: it is off. */
  readonly nextAt: string | null;
  /** What was wrong last, in the words of the peer or of the reader of its lines. */
  readonly fault: string | null;
  readonly failures: number;
};
export type Zone = {
  readonly zone: string;
  readonly asks: 'peer' | 'domain';
  readonly state: 'works' | 'none' | 'no_answer' | 'refused' | 'broken';
  readonly answer: string | null;
};

export type Form = Settings & { readonly name: string };
export const NEW: Form = {
  name: '',
  url: '',
  format: 'plain',
  action: 'block',
  direction: 'sender',
  subdomains: false,
  everySeconds: 3_600,
  enabled: true,
};
export const formOf = ({ name, url, format, action, direction, subdomains, everySeconds, enabled }: Feed): Form => ({
  name,
  url,
  format,
  action,
  direction,
  subdomains,
  everySeconds,
  enabled,
});

/** The body that makes the feed, or changes it: its name stays. */
export function bodyOf({ name, ...settings }: Form, isNew: boolean): object {
  return { ...(isNew ? { name: name.trim() } : {}), ...settings, url: settings.url.trim() };
}

/** The seconds offered, with those of a feed that has its own. */
export const offered = (seconds: number): readonly number[] => [...new Set([...EVERY_SECONDS, seconds])].toSorted((a, b) => a - b);

export type State = 'off' | 'due' | 'failed' | 'taken';
export const STATE_TONES: Readonly<Record<State, Tone>> = { off: 'idle', due: 'info', failed: 'warn', taken: 'good' };
/** `now` in epoch ms. What failed stays failed while it is tried again. */
export function stateOf({ enabled, nextAt, fault, pulledAt }: Feed, now: number): State {
  if (!enabled) return 'off';
  if (fault !== null) return 'failed';
  return pulledAt === null || isDue({ nextAt }, now) ? 'due' : 'taken';
}
export const isDue = ({ nextAt }: Pick<Feed, 'nextAt'>, now: number): boolean => nextAt !== null && Date.parse(nextAt) <= now;

export const ZONE_TONES: Readonly<Record<Zone['state'], Tone>> = {
  works: 'good',
  none: 'idle',
  no_answer: 'warn',
  refused: 'warn',
  broken: 'bad',
};
