// The recipient lists of an account, and one field to make another.
import type { JSX } from 'preact';
import { send } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { go } from '../../app/place.ts';
import { accountNow, acting, may, useSession } from '../../app/session.ts';
import { useValue } from '../../app/value.ts';
import { useWalk } from '../../app/walk.ts';
import { useWork } from '../../app/work.ts';
import { Empty, Failed } from '../../parts/blocks.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import type { List } from './list.ts';

export function Page(): JSX.Element {
  const w = useLanguage().words.lists;
  const who = useSession();
  useValue(acting);
  const list = useList<List>('/v1/lists');
  return (
    <>
      <Head title={w.title} />
      {accountNow() === null ? <p class="soft">{w.chooseAccount}</p> : may(who, 'manage') && <Make />}
      <ListOf list={list} lines={6} empty={<Empty text={w.empty} call={curl('POST', '/v1/lists', { name: 'newsletter' })} />}>
        <section class="card">
          <Rows rows={list.rows} />
        </section>
      </ListOf>
    </>
  );
}

function Make(): JSX.Element {
  const w = useLanguage().words.lists;
  const make = useWork(
    (name: string) => send<List>('POST', '/v1/lists', { name }, once()),
    made => go(`/lists/${made.id}`),
  );
  return (
    <section class="card">
      <OneField label={w.name} submit={w.make} busy={make.busy} onSubmit={make.run} />
      {make.fault && <Failed fault={make.fault} />}
    </section>
  );
}

function Rows({ rows }: { readonly rows: readonly List[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.lists;
  const at = useWalk(rows, one => go(`/lists/${one.id}`));
  const columns: readonly Column<List>[] = [
    {
      id: 'name',
      title: w.columns.name,
      narrow: 'wide',
      value: one => one.name,
      cell: one => (
        <Link to={`/lists/${one.id}`}>
          <Outside text={one.name} max={100} />
        </Link>
      ),
    },
    {
      id: 'recipients',
      title: w.columns.recipients,
      number: true,
      value: one => one.recipients,
      cell: one => format.number(one.recipients),
    },
    { id: 'created', title: w.columns.created, narrow: 'left-out', value: one => one.createdAt, cell: one => format.time(one.createdAt) },
    { id: 'id', title: w.columns.id, value: one => one.id },
  ];
  return <DataTable caption={w.title} columns={columns} rows={rows} keyOf={one => one.id} at={at} csv="lists" />;
}
