// A state: sign, word and tint, so that no reader needs the colour.
import type { ComponentChildren, JSX } from 'preact';
import { useLanguage } from '../app/language.ts';

export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'held' | 'idle';
export const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', info: '○', warn: '▲', bad: '✕', held: '‖', idle: '–' };

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }): JSX.Element {
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {children}
    </span>
  );
}

/** The tone of each state of recipients, accounts, domains and events. */
const TONES: Readonly<Record<string, Tone>> = {
  queued: 'info',
  scheduled: 'info',
  accepted: 'info',
  received: 'info',
  opened: 'info',
  clicked: 'info',
  held: 'held',
  deferred: 'warn',
  warned: 'warn',
  limited: 'warn',
  pending: 'warn',
  unverified: 'warn',
  delivered: 'good',
  active: 'good',
  verified: 'good',
  reinstated: 'good',
  bounced: 'bad',
  complained: 'bad',
  rejected: 'bad',
  suspended: 'bad',
  suppressed: 'idle',
  expired: 'idle',
  cancelled: 'idle',
  unsubscribed: 'idle',
  resubscribed: 'info',
  webhook_disabled: 'bad',
};

/** A state by its API word; one that we do not know yet is shown as it came. */
export function State({ of }: { readonly of: string }): JSX.Element {
  const { words } = useLanguage();
  const names: Readonly<Record<string, string>> = words.frame.states;
  return <Badge tone={TONES[of] ?? 'idle'}>{Object.hasOwn(names, of) ? names[of] : of}</Badge>;
}
