// An endpoint's state, its last answer and how far behind it is, in words.
import type { JSX } from 'preact';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { healthOf, TONES, type Lag, type Webhook, type WholeWebhook } from './webhook.ts';

export function HealthBadge({ of }: { readonly of: Webhook }): JSX.Element {
  const { words } = useLanguage();
  const health = healthOf(of);
  return <Badge tone={TONES[health]}>{words.webhooks.health[health]}</Badge>;
}

/** `204`, or why there was no answer; both with the time. */
export function Answer({ of }: { readonly of: Webhook['lastAnswer'] }): JSX.Element {
  const { words, format } = useLanguage();
  if (!of) return <>–</>;
  return (
    <>
      <AnswerWord status={of.status} failure={of.failure} /> <span class="note">{format.time(of.at)}</span>
      {of.status === null && of.failure === null ? words.frame.states.unknown : ''}
    </>
  );
}

export function AnswerWord({ status, failure }: { readonly status: number | null; readonly failure: string | null }): JSX.Element {
  const { words } = useLanguage();
  const why: Readonly<Record<string, string>> = words.webhooks.failures;
  if (status !== null) return <span class="mono">HTTP {status}</span>;
  return <>{failure === null ? '' : Object.hasOwn(why, failure) ? why[failure] : failure}</>;
}

export function LagText({ lag }: { readonly lag: Lag }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.webhooks;
  if (lag.events === 0) return <>{w.noLag}</>;
  const shown = `${format.number(lag.events)}${lag.more ? '+' : ''}`;
  return <>{w.lag({ count: lag.events, shown, time: format.time(lag.since) })}</>;
}

/** Of one row: the list does not say it. */
export function AskedLag({ id }: { readonly id: string }): JSX.Element {
  const { value, fault } = useAsk<WholeWebhook>(`/v1/webhooks/${id}`);
  return value ? <LagText lag={value.lag} /> : <>{fault ? '?' : '…'}</>;
}
