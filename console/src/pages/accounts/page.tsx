// Accounts, for the operator: those in trouble first, what each used of its quota, and acting for one.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { go } from '../../app/place.ts';
import { actFor } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import { State } from '../../parts/badge.tsx';
import { Call, Empty, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Outside } from '../../parts/outside.tsx';
import { plainText } from '../../parts/plain-text.ts';
import { DataTable, type Column } from '../../parts/table.tsx';
import { tell } from '../../parts/toast.tsx';
import { troubleFirst, type Account } from './account.ts';
import { Used } from './used.tsx';

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.accounts;
  const list = useList<Account>('/v1/accounts');
  const [open, setOpen] = useState(false);
  useShortcuts({ n: { says: w.make, run: () => setOpen(true) } });
  return (
    <>
      <Head
        title={w.title}
        actions={
          <Button kind="primary" onPress={() => setOpen(true)} keys="n">
            {w.make}
          </Button>
        }
      />
      <p class="soft">{w.note}</p>
      <ListOf list={list} empty={<Empty text={w.none} call={curl('POST', '/v1/accounts', { name: 'shop' })} />}>
        <Accounts rows={troubleFirst(list.rows)} />
      </ListOf>
      {open && <Make onClose={() => setOpen(false)} />}
    </>
  );
}

function Accounts({ rows }: { readonly rows: readonly Account[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.accounts;
  const columns: readonly Column<Account>[] = [
    {
      id: 'name',
      title: w.columns.name,
      narrow: 'wide',
      value: one => one.name,
      cell: one => (
        <Link to={`/accounts/${one.id}`} class="outside">
          {plainText(one.name, 100)}
        </Link>
      ),
    },
    { id: 'state', title: w.columns.state, value: one => one.state, cell: one => <State of={one.state} /> },
    {
      id: 'why',
      title: w.columns.why,
      narrow: 'wide',
      value: one => one.reason,
      cell: one => (one.reason === null ? '–' : <Outside text={one.reason} max={120} />),
    },
    { id: 'used', title: w.columns.used, number: true, value: one => one.used?.today ?? null, cell: one => <Used of={one} /> },
    {
      id: 'level',
      title: w.columns.level,
      narrow: 'left-out',
      value: one => String(one.levels),
      cell: one => (one.sandbox ? w.sandbox : one.levels ? w.on : w.off),
    },
    { id: 'created', title: w.columns.created, narrow: 'left-out', value: one => one.createdAt, cell: one => format.time(one.createdAt) },
    {
      id: 'act',
      title: w.actAs,
      cell: one => (
        <Button onPress={() => actFor({ id: one.id, name: one.name })}>
          {w.actAs} <span class="hidden-visually">{plainText(one.name, 60)}</span>
        </Button>
      ),
    },
    { id: 'id', title: w.columns.id, value: one => one.id },
  ];
  return <DataTable caption={w.title} columns={columns} rows={rows} keyOf={one => one.id} csv="accounts" />;
}

function Make({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.accounts;
  const [name, setName] = useState('');
  const [contact, setContact] = useState('');
  const body = { name: name.trim(), ...(contact.trim() === '' ? {} : { contact: contact.trim() }) };
  const make = useWork(
    () => send<Account>('POST', '/v1/accounts', body, once()),
    made => {
      tell(w.made);
      go(`/accounts/${made.id}`);
    },
  );
  return (
    <Dialog title={w.make} onClose={onClose}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          make.run();
        }}
      >
        <Field label={w.name} hint={w.nameHint} value={name} onValue={setName} required autoFocus />
        <Field label={w.contact} type="email" value={contact} onValue={setContact} />
        {make.fault && <Failed fault={make.fault} />}
        <p class="row">
          <Button type="submit" kind="primary" busy={make.busy}>
            {w.make}
          </Button>
          <Button onPress={onClose}>{words.frame.cancel}</Button>
        </p>
        <Call text={curl('POST', '/v1/accounts', { ...body, name: body.name || 'shop' })} />
      </form>
    </Dialog>
  );
}
