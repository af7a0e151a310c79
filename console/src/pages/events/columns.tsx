// The columns of events, live and past; and one event as the API has it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLanguage } from '../../app/language.ts';
import { State } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { factsOf, type Happened } from './tail.ts';

const MOST_JSON = 20_000;

type Props = { readonly caption: string; readonly rows: readonly Happened[]; readonly csv?: string };

export function EventTable({ caption, rows, csv }: Props): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.events;
  const [open, setOpen] = useState<Happened | null>(null);
  const columns: readonly Column<Happened>[] = [
    {
      id: 'at',
      title: words.frame.time,
      value: event => event.at,
      cell: event => (
        <span title={format.date(event.at)}>
          {format.day(event.at)} {format.clock(event.at)}
        </span>
      ),
    },
    { id: 'type', title: w.columns.type, value: event => event.type, cell: event => <State of={event.type} /> },
    {
      id: 'recipient',
      title: w.columns.recipient,
      narrow: 'wide',
      value: event => event.recipient,
      cell: event => (event.recipient === null ? '–' : <Outside text={event.recipient} max={120} />),
    },
    {
      id: 'message',
      title: w.columns.message,
      narrow: 'left-out',
      value: event => event.emailId,
      cell: event => (event.emailId === null ? '–' : <Link to={`/messages/${event.emailId}`}>{event.emailId}</Link>),
    },
    {
      id: 'facts',
      title: w.columns.facts,
      narrow: 'wide',
      value: factsOf,
      cell: event => <Outside text={factsOf(event)} max={140} />,
    },
    {
      id: 'open',
      title: w.columns.whole,
      cell: event => (
        <Button onPress={() => setOpen(event)}>
          {words.frame.open} <span class="hidden-visually">{event.id}</span>
        </Button>
      ),
    },
    { id: 'id', title: w.columns.id, value: event => event.id },
  ];
  return (
    <>
      <DataTable caption={caption} columns={columns} rows={rows} keyOf={event => event.id} {...(csv ? { csv } : {})} />
      {open && (
        <Dialog title={open.id} side onClose={() => setOpen(null)}>
          <p class="row">
            <State of={open.type} /> <CopyButton text={JSON.stringify(open, null, 2)} />
            {open.emailId !== null && <Link to={`/messages/${open.emailId}`}>{w.toMessage}</Link>}
          </p>
          <Outside text={JSON.stringify(open, null, 2)} max={MOST_JSON} block />
        </Dialog>
      )}
    </>
  );
}
