// The sending domains, worst first, and one field to add another.
import type { JSX } from 'preact';
import { send } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { go } from '../../app/place.ts';
import { accountNow, acting, may, useSession } from '../../app/session.ts';
import { useValue } from '../../app/value.ts';
import { useWork } from '../../app/work.ts';
import { Badge, State } from '../../parts/badge.tsx';
import { Empty, Failed } from '../../parts/blocks.tsx';
import { Head } from '../../parts/head.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Link } from '../../parts/link.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { standingOf, TONES, worstFirst, type Domain } from './records.ts';

export function Page(): JSX.Element {
  const w = useLanguage().words.domains;
  const who = useSession();
  useValue(acting);
  const list = useList<Domain>('/v1/domains');
  const mayAdd = may(who, 'manage') && accountNow() !== null;
  return (
    <>
      <Head title={w.title} />
      {mayAdd && <Add />}
      <ListOf list={list} lines={6} empty={<Empty text={w.empty} call={curl('POST', '/v1/domains', { name: 'mail.example.org' })} />}>
        <section class="card">
          <Rows rows={worstFirst(list.rows)} />
        </section>
      </ListOf>
    </>
  );
}

function Add(): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains;
  const add = useWork(
    (name: string) => send<Domain>('POST', '/v1/domains', { name }, once()),
    made => go(`/domains/${made.name}`),
  );
  return (
    <section class="card">
      <OneField label={w.name} submit={w.add} busy={add.busy} onSubmit={add.run} />
      {add.fault && <Failed fault={add.fault} />}
    </section>
  );
}

function Rows({ rows }: { readonly rows: readonly Domain[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.domains;
  const levels: Readonly<Record<string, string>> = words.compose.tlsLevels;
  const { operator } = useSession();
  const inPlace = (domain: Domain): string => {
    const { there, all } = standingOf(domain);
    return w.inPlace({ part: format.number(there), whole: format.number(all) });
  };
  const columns: readonly Column<Domain>[] = [
    {
      id: 'domain',
      title: w.columns.domain,
      narrow: 'wide',
      value: one => one.name,
      cell: one => (
        <Link to={`/domains/${one.name}`}>
          <Outside text={one.name} max={120} />
        </Link>
      ),
    },
    { id: 'state', title: w.columns.state, value: one => one.state, cell: one => <State of={one.state} /> },
    {
      id: 'records',
      title: w.columns.records,
      value: inPlace,
      cell: one =>
        one.checkedAt === null ? (
          <Badge tone="idle">{w.unchecked}</Badge>
        ) : (
          <Badge tone={TONES[standingOf(one).worst]}>{inPlace(one)}</Badge>
        ),
    },
    { id: 'tls', title: w.columns.tls, narrow: 'left-out', value: one => one.tls, cell: one => levels[one.tls] ?? one.tls },
    { id: 'checked', title: w.columns.checked, narrow: 'left-out', value: one => one.checkedAt, cell: one => format.time(one.checkedAt) },
    ...(operator
      ? [
          {
            id: 'account',
            title: words.frame.account,
            narrow: 'left-out' as const,
            value: (one: Domain) => one.accountId,
            cell: (one: Domain) => <code>{one.accountId}</code>,
          },
        ]
      : []),
  ];
  return (
    <DataTable
      caption={w.title}
      columns={columns}
      rows={rows}
      keyOf={one => one.name}
      csv="domains"
      bar={<span class="note">{w.worstFirst}</span>}
    />
  );
}
