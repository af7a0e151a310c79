// One endpoint: is it taking events, how far behind is it, and what one can do: try it, post again, change its secret, switch it off.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useAsk, type Asked } from '../../app/ask.ts';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useLiveAgain } from '../../app/live.ts';
import { go } from '../../app/place.ts';
import { may, useSession } from '../../app/session.ts';
import { useWork } from '../../app/work.ts';
import type { PageProps } from '../../pages.ts';
import { Call, Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card, KeyValue } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Removal } from '../../parts/removal.tsx';
import { SecretOnce, WebhookForm } from './form.tsx';
import { Replay, Test } from './tries.tsx';
import { Answer, HealthBadge, LagText } from './state.tsx';
import { healthOf, type Webhook, type WholeWebhook, type WithSecret } from './webhook.ts';

export function Page({ params }: PageProps): JSX.Element {
  const { words } = useLanguage();
  const w = words.webhooks;
  const id = params['id'] ?? '';
  const path = `/v1/webhooks/${encodeURIComponent(id)}`;
  const mayManage = may(useSession(), 'manage');
  const asked = useAsk<WholeWebhook>(path);
  useLiveAgain(asked.again);
  const hook = asked.value;
  return (
    <>
      <Head
        title={hook?.url ?? id}
        heading={<Outside text={hook?.url ?? id} max={120} />}
        above={<Link to="/webhooks">{w.title}</Link>}
        state={hook && <HealthBadge of={hook} />}
      />
      <Loaded asked={asked} lines={8}>
        {known => (
          <>
            <p class="soft">{w.healthText[healthOf(known)]}</p>
            <div class="columns">
              <div class="stack">
                <Facts hook={known} />
                {mayManage && <Test hook={known} onDone={asked.again} />}
              </div>
              <div class="stack">
                {mayManage && <Replay hook={known} onDone={asked.again} />}
                {mayManage && <Settings hook={known} asked={asked} />}
              </div>
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function Facts({ hook }: { readonly hook: WholeWebhook }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.webhooks;
  const states: Readonly<Record<string, string>> = words.frame.states;
  return (
    <Card title={w.facts}>
      <KeyValue
        pairs={[
          [w.behind, <LagText lag={hook.lag} />],
          [w.lastAnswer, <Answer of={hook.lastAnswer} />],
          [w.failingSince, format.time(hook.failingSince)],
          hook.failingSince === null ? null : [w.tries, format.number(hook.failures)],
          hook.nextAt === null ? null : [w.nextTry, format.time(hook.nextAt)],
          [w.types, hook.events.length === 0 ? w.allTypes : format.list(hook.events.map(type => states[type] ?? type))],
          [w.made, format.time(hook.createdAt)],
          [w.id, <code>{hook.id}</code>],
        ]}
      />
    </Card>
  );
}

function Settings({ hook, asked }: { readonly hook: Webhook; readonly asked: Asked<WholeWebhook> }): JSX.Element {
  const { words } = useLanguage();
  const w = words.webhooks;
  const path = `/v1/webhooks/${hook.id}`;
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const active = hook.state === 'active';
  const turn = useWork(() => send<Webhook>('PATCH', path, { state: active ? 'disabled' : 'active' }), asked.again);
  const rotate = useWork(
    () => send<WithSecret>('POST', `${path}/rotate`),
    made => setSecret(made.secret),
  );
  const fault = turn.fault ?? rotate.fault;
  return (
    <Card title={w.settings}>
      <p class="soft">{w.rotateText}</p>
      <p class="row">
        <Button busy={rotate.busy} onPress={rotate.run}>
          {w.rotate}
        </Button>
        <Button onPress={() => setOpen('change')}>{w.change}</Button>
      </p>
      <p class="soft">{active ? w.offText : w.onText}</p>
      <p class="row">
        <Button busy={turn.busy} onPress={turn.run}>
          {active ? w.turnOff : w.turnOn}
        </Button>
        <Button kind="danger" onPress={() => setOpen('remove')}>
          {w.remove}
        </Button>
      </p>
      {fault && <Failed fault={fault} />}
      <Call text={curl('PATCH', path, { state: active ? 'disabled' : 'active' })} />
      {open === 'change' && (
        <WebhookForm<Webhook>
          hook={hook}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null);
            asked.again();
          }}
        />
      )}
      {open === 'remove' && (
        <Removal
          path={path}
          title={w.remove}
          text={w.removeText}
          name={hook.id}
          action={w.remove}
          said={w.removed}
          onDone={() => go('/webhooks')}
          onClose={() => setOpen(null)}
        />
      )}
      {secret !== null && <SecretOnce secret={secret} onClose={() => setSecret(null)} />}
    </Card>
  );
}
