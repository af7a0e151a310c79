// The templates of an account with what their review said; a new one begins here.
import type { JSX } from 'preact';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
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
import { Outside } from '../../parts/outside.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { STATE_TONES, type Brief } from './template.ts';

const SAMPLE = { name: 'receipt', subject: 'Receipt {{number}}', text: 'Dear {{name|customer}}, thank you.' };

export function Page(): JSX.Element {
  const w = useLanguage().words.templates;
  const who = useSession();
  useValue(acting);
  const list = useList<Brief>('/v1/templates');
  const mayMake = may(who, 'manage') && accountNow() !== null;
  useShortcuts({ n: { says: w.keys.make, run: () => mayMake && go('/templates/new') } });
  return (
    <>
      <Head
        title={w.title}
        actions={
          mayMake && (
            <Link to="/templates/new" class="button primary">
              {w.make}
            </Link>
          )
        }
      />
      {accountNow() === null && <p class="soft">{w.chooseAccount}</p>}
      <ListOf list={list} lines={6} empty={<Empty text={w.empty} call={curl('POST', '/v1/templates', SAMPLE)} />}>
        <section class="card">
          <Rows rows={list.rows} />
        </section>
      </ListOf>
    </>
  );
}

function Rows({ rows }: { readonly rows: readonly Brief[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.templates;
  const at = useWalk(rows, one => go(`/templates/${one.id}`));
  const columns: readonly Column<Brief>[] = [
    {
      id: 'name',
      title: w.columns.name,
      narrow: 'wide',
      value: one => one.name,
      cell: one => (
        <Link to={`/templates/${one.id}`}>
          <Outside text={one.name} max={100} />
        </Link>
      ),
    },
    {
      id: 'state',
      title: w.columns.state,
      value: one => one.state,
      cell: one => <Badge tone={STATE_TONES[one.state]}>{w.states[one.state]}</Badge>,
    },
    { id: 'score', title: w.columns.score, number: true, value: one => one.score, cell: one => format.number(one.score) },
    {
      id: 'version',
      title: w.columns.version,
      number: true,
      narrow: 'left-out',
      value: one => one.version,
      cell: one => format.number(one.version),
    },
    { id: 'updated', title: w.columns.updated, narrow: 'left-out', value: one => one.updatedAt, cell: one => format.time(one.updatedAt) },
    { id: 'id', title: w.columns.id, value: one => one.id },
  ];
  return <DataTable caption={w.title} columns={columns} rows={rows} keyOf={one => one.id} at={at} csv="templates" />;
}
