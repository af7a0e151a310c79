// The batches of an account, newest first.
import type { JSX } from 'preact';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { useLiveAgain } from '../../app/live.ts';
import { go } from '../../app/place.ts';
import { accountNow, acting, may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useValue } from '../../app/value.ts';
import { useWalk } from '../../app/walk.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty } from '../../parts/blocks.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { TONES, type Brief } from './batch.ts';

const SAMPLE = { from: 'Toko <news@mail.example.org>', list: 'lst_…', template: { id: 'tpl_…' } };

export function Page(): JSX.Element {
  const w = useLanguage().words.batches;
  const who = useSession();
  useValue(acting);
  const list = useList<Brief>('/v1/batches');
  useLiveAgain(list.again);
  const maySend = may(who, 'send') && accountNow() !== null;
  useShortcuts({ n: { says: w.keys.make, run: () => maySend && go('/batches/new') } });
  return (
    <>
      <Head
        title={w.title}
        actions={
          maySend && (
            <Link to="/batches/new" class="button primary">
              {w.make}
            </Link>
          )
        }
      />
      {accountNow() === null && <p class="soft">{w.chooseAccount}</p>}
      <ListOf list={list} lines={6} empty={<Empty text={w.empty} call={curl('POST', '/v1/batches', SAMPLE)} />}>
        <section class="card">
          <Rows rows={list.rows} />
        </section>
      </ListOf>
    </>
  );
}

function Rows({ rows }: { readonly rows: readonly Brief[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.batches;
  const at = useWalk(rows, one => go(`/batches/${one.id}`));
  const counted = (name: 'accepted' | 'delivered' | 'bounced'): Column<Brief> => ({
    id: name,
    title: w.columns[name],
    number: true,
    ...(name === 'accepted' ? {} : { narrow: 'left-out' as const }),
    value: one => one.counts[name],
    cell: one => format.number(one.counts[name]),
  });
  const columns: readonly Column<Brief>[] = [
    {
      id: 'made',
      title: w.columns.made,
      narrow: 'wide',
      value: one => one.createdAt,
      cell: one => <Link to={`/batches/${one.id}`}>{format.time(one.createdAt)}</Link>,
    },
    {
      id: 'state',
      title: w.columns.state,
      value: one => one.state,
      cell: one => <Badge tone={one.waiting ? 'warn' : TONES[one.state]}>{w.states[one.state]}</Badge>,
    },
    counted('accepted'),
    counted('delivered'),
    counted('bounced'),
    { id: 'next', title: w.columns.next, narrow: 'left-out', value: one => one.nextAt, cell: one => format.time(one.nextAt) },
    { id: 'id', title: w.columns.id, value: one => one.id },
  ];
  return <DataTable caption={w.title} columns={columns} rows={rows} keyOf={one => one.id} at={at} csv="batches" />;
}
