// The audit log: what operators did, by which key, to what; found by who, what and for which account.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { go, place } from '../../app/place.ts';
import { withQuery } from '../../app/route.ts';
import { useValue } from '../../app/value.ts';
import { Empty } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Head } from '../../parts/head.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';

type Entry = {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: string | null;
  readonly accountId: string | null;
  readonly requestId: string | null;
};
const FILTERS = ['actor', 'action', 'account'] as const;
type Filters = Readonly<Record<(typeof FILTERS)[number], string>>;

export function Page(): JSX.Element {
  const w = useLanguage().words.audit;
  const { query } = useValue(place);
  const filters: Filters = { actor: query.get('actor') ?? '', action: query.get('action') ?? '', account: query.get('account') ?? '' };
  const list = useList<Entry>('/v1/audit', filters);
  const filtered = FILTERS.some(name => filters[name] !== '');
  return (
    <>
      <Head title={w.title} />
      <p class="soft">{w.note}</p>
      <Ask key={JSON.stringify(filters)} filters={filters} />
      <ListOf
        list={list}
        lines={12}
        empty={filtered ? <Empty text={w.nothing} /> : <Empty text={w.empty} call={curl('GET', '/v1/audit')} />}
      >
        <section class="card">
          <Rows rows={list.rows} />
        </section>
      </ListOf>
    </>
  );
}

function Ask({ filters }: { readonly filters: Filters }): JSX.Element {
  const w = useLanguage().words.audit;
  const [form, change] = useState(filters);
  const find = (asked: Partial<Filters>): void => go(withQuery('/audit', { ...asked }), { replace: true });
  return (
    <form
      class="one-field"
      role="search"
      onSubmit={event => {
        event.preventDefault();
        find({ actor: form.actor.trim(), action: form.action.trim(), account: form.account.trim() });
      }}
    >
      <Field label={w.actor} placeholder={w.actorHint} value={form.actor} onValue={actor => change({ ...form, actor })} />
      <Field label={w.action} placeholder={w.actionHint} value={form.action} onValue={action => change({ ...form, action })} />
      <Field label={w.account} placeholder="acc_…" value={form.account} onValue={account => change({ ...form, account })} />
      <Button type="submit">{w.find}</Button>
      <Button kind="quiet" onPress={() => find({})}>
        {w.all}
      </Button>
    </form>
  );
}

function Rows({ rows }: { readonly rows: readonly Entry[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.audit;
  const columns: readonly Column<Entry & { readonly n: number }>[] = [
    { id: 'time', title: w.columns.time, value: one => one.at, cell: one => format.time(one.at) },
    { id: 'action', title: w.columns.action, narrow: 'wide', value: one => one.action, cell: one => <code>{one.action}</code> },
    {
      id: 'object',
      title: w.columns.object,
      narrow: 'wide',
      value: one => one.object,
      cell: one => <Outside text={one.object} max={120} />,
    },
    { id: 'actor', title: w.columns.actor, value: one => one.actor, cell: one => <Outside text={one.actor} max={80} /> },
    {
      id: 'detail',
      title: w.columns.detail,
      narrow: 'wide',
      value: one => one.detail,
      cell: one => one.detail !== null && <Outside text={one.detail} max={200} />,
    },
    {
      id: 'account',
      title: w.account,
      narrow: 'left-out',
      value: one => one.accountId,
      cell: one => one.accountId !== null && <code>{one.accountId}</code>,
    },
    { id: 'request', title: w.columns.request, value: one => one.requestId },
  ];
  return (
    <DataTable caption={w.title} columns={columns} rows={rows.map((one, n) => ({ ...one, n }))} keyOf={one => String(one.n)} csv="audit" />
  );
}
