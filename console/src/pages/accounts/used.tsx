// What an account used of today's quota, in words.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import type { Account } from './account.ts';

export function Used({ of: { used, quota } }: { readonly of: Account }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.accounts;
  if (!used) return <>?</>;
  const today = format.number(used.today);
  return <>{quota.perDay === null ? w.noQuota({ used: today }) : w.usedOf({ used: today, quota: format.number(quota.perDay) })}</>;
}
