// The first run: five steps with ticks that open in place: account and key, domain, DNS, the first mail, a webhook. Each shows its call.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Page } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import type { Domain } from './attention.tsx';
import { AccountStep, DnsStep, DomainStep, MailStep, WebhookStep } from './steps.tsx';

const STEPS = ['account', 'domain', 'dns', 'mail', 'webhook'] as const;
type Step = (typeof STEPS)[number];

export function FirstSteps({
  accountId,
  hasMail,
  onSkip,
}: {
  readonly accountId: string | null;
  readonly hasMail: boolean;
  readonly onSkip: () => void;
}): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.overview.steps;
  const on = accountId !== null;
  const domains = useAsk<Page<Domain>>(on ? '/v1/domains' : null);
  const hooks = useAsk<Page<unknown>>(on ? '/v1/webhooks' : null);
  const has = domains.value?.data ?? [];
  const verified = has.find(one => one.state === 'verified');
  const done: Readonly<Record<Step, boolean>> = {
    account: on,
    domain: has.length > 0,
    dns: verified !== undefined,
    mail: hasMail,
    webhook: (hooks.value?.data.length ?? 0) > 0,
  };
  const toDo = STEPS.find(step => !done[step]) ?? null;
  const [open, choose] = useState<Step | null>(null);
  // The step that is to do opens by itself once; what it answered then stays until the reader goes on.
  const known = !on || (domains.value !== undefined && hooks.value !== undefined);
  useEffect(() => {
    if (known && open === null) choose(toDo);
  }, [known]);
  const bodies: Readonly<Record<Step, () => ComponentChildren>> = {
    account: () => <AccountStep accountId={accountId} />,
    domain: () => <DomainStep domains={has} onDone={domains.again} />,
    dns: () => <DnsStep domain={verified ?? has[0]} onDone={domains.again} />,
    mail: () => <MailStep domain={verified} />,
    webhook: () => <WebhookStep onDone={hooks.again} />,
  };
  const count = STEPS.filter(step => done[step]).length;
  return (
    <Card
      title={w.title}
      note={w.note({ done: format.number(count), all: format.number(STEPS.length) })}
      actions={
        <Button kind="quiet" onPress={onSkip}>
          {w.hide}
        </Button>
      }
    >
      <ol class="steps">
        {STEPS.map(step => (
          <li key={step}>
            <div class="row">
              <Badge tone={done[step] ? 'good' : 'info'}>{done[step] ? w.done : w.toDo}</Badge>
              <h3>{w[step].title}</h3>
              <Button kind="quiet" expanded={open === step} onPress={() => choose(step)}>
                {w.open}
              </Button>
            </div>
            {open === step && (
              <div class="stack">
                <p class="soft">{w[step].text}</p>
                {bodies[step]()}
                {done[step] && toDo && (
                  <p>
                    <Button kind="primary" onPress={() => choose(toDo)}>
                      {w.next}
                    </Button>
                  </p>
                )}
              </div>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
