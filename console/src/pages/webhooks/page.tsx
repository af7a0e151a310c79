// Webhooks: every endpoint with its state, how far behind it is and what it answered last.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { acting, may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useValue } from '../../app/value.ts';
import { Empty } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { plainText } from '../../parts/plain-text.ts';
import { DataTable, type Column } from '../../parts/table.tsx';
import { SecretOnce, WebhookForm } from './form.tsx';
import { Answer, AskedLag, HealthBadge } from './state.tsx';
import { healthOf, type Webhook, type WithSecret } from './webhook.ts';

/** Each row's lag is a question of its own: of long lists it stands on the endpoint's page only. */
const MOST_ASKED = 20;

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.webhooks;
  const who = useSession();
  const account = useValue(acting);
  const mayManage = may(who, 'manage');
  const list = useList<Webhook>('/v1/webhooks');
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<WithSecret | null>(null);
  useShortcuts({ n: { says: w.make, run: () => mayManage && setOpen(true) } });
  return (
    <>
      <Head
        title={w.title}
        note={<Link to="/events">{words.events.title}</Link>}
        actions={
          mayManage && (
            <Button kind="primary" onPress={() => setOpen(true)} keys="n">
              {w.make}
            </Button>
          )
        }
      />
      <p class="soft">{w.note}</p>
      {who.operator && account === null && <p class="note">{w.ofAll}</p>}
      <ListOf
        list={list}
        empty={
          <Empty
            text={w.none}
            action={mayManage && <Button onPress={() => setOpen(true)}>{w.make}</Button>}
            call={curl('POST', '/v1/webhooks', { url: 'https://shop.example/hooks/mail', events: ['bounced', 'complained'] })}
          />
        }
      >
        <HookTable rows={list.rows} />
      </ListOf>
      {open && (
        <WebhookForm<WithSecret>
          onClose={() => setOpen(false)}
          onDone={hook => {
            setOpen(false);
            setMade(hook);
            list.again();
          }}
        />
      )}
      {made && <SecretOnce secret={made.secret} onClose={() => setMade(null)} />}
    </>
  );
}

function HookTable({ rows }: { readonly rows: readonly Webhook[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.webhooks;
  const columns: readonly Column<Webhook>[] = [
    {
      id: 'url',
      title: w.url,
      narrow: 'wide',
      value: hook => hook.url,
      cell: hook => (
        <Link to={`/webhooks/${hook.id}`} class="outside">
          {plainText(hook.url, 120)}
        </Link>
      ),
    },
    { id: 'state', title: w.state, value: healthOf, cell: hook => <HealthBadge of={hook} /> },
    {
      id: 'types',
      title: w.types,
      narrow: 'left-out',
      value: hook => hook.events.join(' '),
      cell: hook => (hook.events.length === 0 ? w.allTypes : format.number(hook.events.length)),
    },
    {
      id: 'last',
      title: w.lastAnswer,
      narrow: 'wide',
      value: hook => hook.lastAnswer?.status ?? hook.lastAnswer?.failure ?? null,
      cell: hook => <Answer of={hook.lastAnswer} />,
    },
    {
      id: 'failing',
      title: w.failingSince,
      narrow: 'left-out',
      value: hook => hook.failingSince,
      cell: hook => format.time(hook.failingSince),
    },
    ...(rows.length <= MOST_ASKED
      ? [{ id: 'lag', title: w.behind, narrow: 'wide' as const, cell: (hook: Webhook) => <AskedLag id={hook.id} /> }]
      : []),
    { id: 'id', title: w.id, value: hook => hook.id },
  ];
  return <DataTable caption={w.title} columns={columns} rows={rows} keyOf={hook => hook.id} />;
}
