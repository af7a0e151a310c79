// Reputation with every part as /v1/reputation tells it (docs/reputation.md), and how parts are grouped for a reader. Pure.
import type { Tone } from '../../parts/badge.tsx';
import type { Grade } from '../overview/reputation.ts';

export type PartState = 'good' | 'fair' | 'bad' | 'too_few' | 'not_measured' | 'shown';
export type Reading = {
  readonly value: number | null;
  readonly hits: number;
  readonly of: number;
  readonly low: number | null;
  readonly high: number | null;
};
/** `title`, `says` and `mend` are in the reader's language. */
export type Part = Reading & {
  readonly id: string;
  readonly state: PartState;
  /** Points of 100. */
  readonly cost: number;
  readonly weight: number;
  readonly minimum: number;
  readonly good: number;
  readonly bad: number;
  readonly week: Reading | null;
  readonly title: string;
  readonly says: string;
  readonly mend: string | null;
};
export type Brief = { readonly score: number | null; readonly grade: Grade; readonly ended: number; readonly worst: readonly string[] };
export type Whole = Brief & { readonly parts: readonly Part[] };
export type Of<T> = T & { readonly provider: string };
export type Answer = { readonly note: string; readonly overall: Whole & { readonly providers: readonly Of<Brief>[] } };
export type DomainAnswer = Whole & { readonly note: string; readonly domain: string; readonly providers: readonly Of<Whole>[] };
/** A row of the list: an account, a domain or a sending IP. */
export type Row = Brief & { readonly accountId?: string; readonly name?: string; readonly domain?: string; readonly ip?: string };
export const KINDS = ['account', 'domain', 'ip'] as const;
export type Kind = (typeof KINDS)[number];

/** Below so many recipients that were tried to the end there is no score. */
export const LEAST_ENDED = 100;

export const STATE_TONES: Readonly<Record<PartState, Tone>> = {
  good: 'good',
  fair: 'warn',
  bad: 'bad',
  too_few: 'idle',
  not_measured: 'idle',
  shown: 'info',
};

export type Groups = { readonly costs: readonly Part[]; readonly fine: readonly Part[]; readonly unjudged: readonly Part[] };

/** What costs points, the dearest first; what is well; what nobody can judge yet. */
export const groupsOf = (parts: readonly Part[]): Groups => ({
  costs: parts.filter(one => one.cost > 0).toSorted((a, b) => b.cost - a.cost),
  fine: parts.filter(one => one.cost === 0 && (one.state === 'good' || one.state === 'fair' || one.state === 'bad')),
  unjudged: parts.filter(one => one.cost === 0 && !['good', 'fair', 'bad'].includes(one.state)),
});

/** Measured in times of something, not as a share. */
const TIMES: ReadonlySet<string> = new Set(['engagement_trend', 'volume']);
export const isShare = ({ id }: Pick<Part, 'id'>): boolean => !TIMES.has(id);

export const titlesOf = (parts: readonly Part[]): ReadonlyMap<string, string> => new Map(parts.map(one => [one.id, one.title]));
export const nameOf = (row: Row): string => row.domain ?? row.ip ?? row.name ?? row.accountId ?? '';
