// Inbound mail: what the checks said, where mail goes by which route, and what was refused before it got so far.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { curl } from '../../app/curl.ts';
import { faultText } from '../../app/fault.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import { Badge, State } from '../../parts/badge.tsx';
import { Below, Empty, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { tell, tellUndoable } from '../../parts/toast.tsx';
import { EditRoute } from './edit.tsx';
import { reasonOf, Refusals } from './refusals.tsx';
import { inOrder, kindOf, type Route } from './route.ts';
import { useVerdicts, VerdictBars } from './verdicts.tsx';

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.inbound;
  const who = useSession();
  const mayManage = may(who, 'manage');
  const verdicts = useVerdicts();
  const routes = useList<Route>('/v1/inbound/routes');
  const [editing, edit] = useState<Route | 'new' | null>(null);
  useShortcuts({ n: { says: w.keysHelp.make, run: () => mayManage && edit('new') } });
  return (
    <>
      <Head
        title={w.title}
        actions={
          mayManage && (
            <Button kind="primary" onPress={() => edit('new')} keys="n">
              {w.make}
            </Button>
          )
        }
      />
      <VerdictBars of={verdicts} />
      <Below of={verdicts.asked}>
        <Card title={w.routes} note={w.routesNote}>
          <ListOf
            list={routes}
            empty={
              <Empty
                text={w.noRoutes}
                call={curl('POST', '/v1/inbound/routes', { match: '@example.org', action: { webhook: 'https://app.example.org/mail' } })}
              />
            }
          >
            <Routes rows={inOrder(routes.rows)} onEdit={mayManage ? edit : null} onChanged={routes.again} />
          </ListOf>
        </Card>
        <Try />
        <Refusals />
      </Below>
      {editing !== null && <EditRoute route={editing === 'new' ? null : editing} onDone={routes.again} onClose={() => edit(null)} />}
    </>
  );
}

type RoutesProps = { readonly rows: readonly Route[]; readonly onEdit: ((route: Route) => void) | null; readonly onChanged: () => void };

function Routes({ rows, onEdit, onChanged }: RoutesProps): JSX.Element {
  const { words } = useLanguage();
  const w = words.inbound;
  const { operator } = useSession();
  const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set());
  const remove = ({ id, match }: Route): void => {
    setLeaving(last => new Set([...last, id]));
    const back = (): void => setLeaving(last => new Set([...last].filter(one => one !== id)));
    const done = async (): Promise<void> => {
      const outcome = await send('DELETE', `/v1/inbound/routes/${id}`);
      if (!outcome.ok) {
        tell(faultText(words, outcome.fault));
        back();
      }
      onChanged();
    };
    tellUndoable(w.removed({ match }), {
      undo: back,
      done: () => void done(),
    });
  };
  const confirm = async ({ id }: Route): Promise<void> => {
    const outcome = await send('POST', `/v1/inbound/routes/${id}/confirm`, { force: true });
    if (!outcome.ok) tell(faultText(words, outcome.fault));
    onChanged();
  };
  const columns: readonly Column<Route>[] = [
    { id: 'match', title: w.match, narrow: 'wide', cell: one => <Outside text={one.match} max={120} /> },
    {
      id: 'action',
      title: w.action,
      narrow: 'wide',
      cell: ({ action }) => {
        const { kind, target } = kindOf(action);
        return (
          <>
            {w.kinds[kind]} {target !== '' && <Outside text={target} max={200} />}
          </>
        );
      },
    },
    { id: 'spam', title: w.wishes.onSpam, narrow: 'left-out', cell: one => w.deeds[one.onSpam] },
    { id: 'virus', title: w.wishes.onVirus, narrow: 'left-out', cell: one => w.deeds[one.onVirus] },
    {
      id: 'state',
      title: w.state,
      cell: one => (
        <>
          <State of={one.state} /> {one.state === 'pending' && <span class="note">{w.pending}</span>}{' '}
          {one.state === 'pending' && operator && <Button onPress={() => void confirm(one)}>{w.confirm}</Button>}
        </>
      ),
    },
    ...(onEdit
      ? [
          {
            id: 'do',
            title: w.edit,
            narrow: 'wide' as const,
            cell: (one: Route) => (
              <span class="row">
                <Button onPress={() => onEdit(one)}>
                  {w.edit} <span class="hidden-visually">{one.match}</span>
                </Button>
                <Button onPress={() => remove(one)}>
                  {words.frame.remove} <span class="hidden-visually">{one.match}</span>
                </Button>
              </span>
            ),
          },
        ]
      : []),
  ];
  return <DataTable caption={w.routes} columns={columns} rows={rows.filter(one => !leaving.has(one.id))} keyOf={one => one.id} />;
}

type Tried = {
  readonly address: string;
  readonly taken: boolean;
  readonly reason: string | null;
  readonly code: number;
  readonly route: string | null;
  readonly match: string | null;
};

/** The look-up of the MX door itself, without mail. */
function Try(): JSX.Element {
  const { words } = useLanguage();
  const w = words.inbound;
  const [tried, show] = useState<Tried | null>(null);
  const work = useWork((address: string) => send<Tried>('POST', '/v1/inbound/try', { address }), show);
  return (
    <Card title={w.try}>
      <OneField label={w.address} submit={w.ask} busy={work.busy} onSubmit={work.run} />
      {work.fault && <Failed fault={work.fault} />}
      {tried && !work.fault && (
        <p class="verdict" aria-live="polite">
          <Badge tone={tried.taken ? 'good' : 'bad'}>{tried.taken ? w.taken : w.refused}</Badge> <Outside text={tried.address} max={120} />{' '}
          {tried.taken
            ? tried.match === null
              ? w.byServer
              : w.byRoute({ match: tried.match })
            : `${w.withCode({ code: String(tried.code) })}: ${reasonOf(words, tried.reason ?? '')}`}
        </p>
      )}
    </Card>
  );
}
