// One account, for the operator: its state and why, its quota, and what one can do: suspend, reinstate, levels, act for it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useAsk, type Asked } from '../../app/ask.ts';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { go } from '../../app/place.ts';
import { actFor } from '../../app/session.ts';
import { useWork } from '../../app/work.ts';
import type { PageProps } from '../../pages.ts';
import { State } from '../../parts/badge.tsx';
import { Call, Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card, KeyValue } from '../../parts/card.tsx';
import { Field, Switch } from '../../parts/field.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { tell } from '../../parts/toast.tsx';
import { quotaOf, type Account } from './account.ts';
import { Used } from './used.tsx';

export function Page({ params }: PageProps): JSX.Element {
  const { words } = useLanguage();
  const w = words.accounts;
  const id = params['id'] ?? '';
  const path = `/v1/accounts/${encodeURIComponent(id)}`;
  const asked = useAsk<Account>(path);
  const account = asked.value;
  const act = (to: string | null): void => {
    if (!account) return;
    actFor({ id: account.id, name: account.name });
    if (to !== null) go(to);
  };
  return (
    <>
      <Head
        title={account?.name ?? id}
        heading={<Outside text={account?.name ?? id} max={120} />}
        above={<Link to="/accounts">{w.title}</Link>}
        state={account && <State of={account.state} />}
        actions={
          account && (
            <>
              <Button onPress={() => act('/standing')}>{w.toStanding}</Button>
              <Button kind="primary" onPress={() => act('/')}>
                {w.actAs}
              </Button>
            </>
          )
        }
      />
      <Loaded asked={asked} lines={10}>
        {known => (
          <div class="columns">
            <div class="stack">
              <Facts account={known} />
              <Quota key={known.id} account={known} path={path} asked={asked} />
            </div>
            <div class="stack">
              <Service account={known} path={path} asked={asked} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Facts({ account }: { readonly account: Account }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.accounts;
  return (
    <Card title={w.facts}>
      <KeyValue
        pairs={[
          account.reason === null ? null : [w.columns.why, <Outside text={account.reason} />],
          [w.since, format.time(account.since)],
          [w.columns.used, <Used of={account} />],
          account.used ? [w.resets, format.time(account.used.resetsAt)] : null,
          [w.perSecond, format.number(account.quota.perSecond)],
          [w.contact, account.contact === null ? '–' : <Outside text={account.contact} max={254} />],
          [w.pool, account.pool === null ? w.byRules : <code>{account.pool}</code>],
          [w.columns.created, format.time(account.createdAt)],
          [w.columns.id, <code>{account.id}</code>],
        ]}
      />
    </Card>
  );
}

type Part = { readonly account: Account; readonly path: string; readonly asked: Asked<Account> };

function Service({ account, path, asked }: Part): JSX.Element {
  const { words } = useLanguage();
  const w = words.accounts;
  const done = (): void => {
    tell(w.done);
    asked.again();
  };
  const suspend = useWork((reason: string) => send('POST', `${path}/suspend`, { reason }), done);
  const reinstate = useWork((note: string) => send('POST', `${path}/reinstate`, { note }), done);
  const fault = suspend.fault ?? reinstate.fault;
  return (
    <Card title={w.service}>
      {account.state !== 'active' && (
        <>
          <p class="soft">{w.reinstateText}</p>
          <OneField label={w.noteText} hint={w.kept} submit={w.reinstate} busy={reinstate.busy} onSubmit={reinstate.run} />
        </>
      )}
      {account.state !== 'suspended' && (
        <>
          <p class="soft">{w.suspendText}</p>
          <OneField label={w.reason} hint={w.kept} submit={w.suspend} busy={suspend.busy} onSubmit={suspend.run} />
        </>
      )}
      {fault && <Failed fault={fault} />}
      <Call
        text={
          account.state === 'suspended'
            ? curl('POST', `${path}/reinstate`, { note: '…' })
            : curl('POST', `${path}/suspend`, { reason: '…' })
        }
      />
    </Card>
  );
}

function Quota({ account, path, asked }: Part): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.accounts;
  const [text, setText] = useState(account.quotaFrom === 'operator' && account.quota.perDay !== null ? String(account.quota.perDay) : '');
  const perDay = quotaOf(text);
  const patch = useWork(
    (body: object) => send<Account>('PATCH', path, body),
    () => {
      tell(w.done);
      asked.again();
    },
  );
  return (
    <Card title={w.quota}>
      {account.sandbox && (
        <>
          <p>{w.sandboxText}</p>
          <p>
            <Button busy={patch.busy} onPress={() => patch.run({ sandbox: false })}>
              {w.lift}
            </Button>
          </p>
        </>
      )}
      <p class="soft">{w.levelsText}</p>
      <Switch label={w.levels} on={account.levels} onChange={levels => patch.run({ levels })} />
      {account.level && <p>{w.level({ level: format.number(account.level.level), perDay: format.number(account.level.perDay) })}</p>}
      <form
        class="one-field"
        onSubmit={event => {
          event.preventDefault();
          if (perDay !== undefined) patch.run({ quota: { perDay } });
        }}
      >
        <Field label={w.perDay} hint={w.perDayHint} type="number" value={text} onValue={setText} />
        <Button type="submit" busy={patch.busy} disabled={perDay === undefined}>
          {w.setQuota}
        </Button>
      </form>
      {patch.fault && <Failed fault={patch.fault} />}
      <Call text={curl('PATCH', path, { quota: { perDay: perDay ?? null } })} />
    </Card>
  );
}
