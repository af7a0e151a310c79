// Which quota holds for an account, and what is said of a budget that is used up.
import type { Refusal } from '../mail.ts';
import { dailyOf, FREQUENCY, SANDBOX } from './levels.ts';

/** What accounts of the operator's have: no sandbox (docs/levels.md). */
export const DEFAULT = { perDay: 50_000, perSecond: 50 } as const;

export type Frequency = { readonly count: number; readonly windowSeconds: number };
export type Kind = {
  readonly sandbox: boolean;
  readonly levels: boolean;
  /** Of its best domain. */
  readonly level: number;
  /** By the operator's word; null = by the rule. */
  readonly set: { readonly perDay: number | null; readonly perSecond: number | null };
};
export type Quota = { readonly perDay: number; readonly perSecond: number };
export type QuotaFrom = 'operator' | 'sandbox' | 'level' | 'default';

/** `from`: who says `perDay`. */
export function quotaOf({ sandbox, levels, level, set }: Kind): { readonly quota: Quota; readonly from: QuotaFrom } {
  const rule = sandbox ? SANDBOX : levels ? { perDay: dailyOf(level), perSecond: DEFAULT.perSecond } : DEFAULT;
  const from = set.perDay !== null ? 'operator' : sandbox ? 'sandbox' : levels ? 'level' : 'default';
  return { quota: { perDay: set.perDay ?? rule.perDay, perSecond: set.perSecond ?? rule.perSecond }, from };
}

/** Each domain has the quota of its own level. */
export const byDomain = ({ sandbox, levels, set }: Omit<Kind, 'level'>): boolean => levels && !sandbox && set.perDay === null;

/** Mails to one recipient; `set` null = by the rule. */
export function frequencyOf({ sandbox, levels }: Pick<Kind, 'sandbox' | 'levels'>, set: Frequency | 'off' | null): Frequency | null {
  if (set === 'off') return null;
  return set ?? (sandbox || levels ? FREQUENCY : null);
}

/** A budget that is used up. `of`: the domain or the recipient. `until`: epoch ms when there is more. */
export type Over = {
  readonly budget: 'second' | 'day' | 'domain' | 'recipient';
  readonly limit: number;
  readonly of: string | null;
  readonly until: number;
};

/** In words, for SMTP and HTTP. */
export function told({ budget, limit, of, until }: Over): string {
  const again = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
  switch (budget) {
    case 'second':
      return `more than ${limit} a second`;
    case 'day':
      return `the account's ${limit} recipients a day are used, again at ${again}`;
    case 'domain':
      return `the ${limit} recipients a day of ${of} at its level are used, again at ${again}`;
    case 'recipient':
      return `${of} got ${limit} mails of this account within a short time, again at ${again}`;
  }
}

/** The refusal at every door; `now` in epoch ms. */
export function overQuota(over: Over, now: number): Refusal {
  const text = told(over);
  const retryAfterMs = Math.max(0, over.until - now);
  return {
    refused: true,
    reason: 'quota_exceeded',
    code: 451,
    enhanced: '4.7.1',
    text,
    findings: [{ id: over.budget, message: text }],
    retryAfterMs,
  };
}
