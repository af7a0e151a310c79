// Pools of sending IPs: which IPs are in one, who may name it; made, changed and deleted here.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, type Page as Answer } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useWork } from '../../app/work.ts';
import { Call, Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, TextArea } from '../../parts/field.tsx';
import { Removal } from '../../parts/removal.tsx';
import { DataTable } from '../../parts/table.tsx';
import { listOf, type Pool } from './ip.ts';

const SHARED = 'shared';
type Open = { readonly what: 'make' } | { readonly what: 'change' | 'remove'; readonly pool: Pool };

export function Pools({ onChange }: { readonly onChange: () => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.sendingIps.pools;
  const asked = useAsk<Answer<Pool>>('/v1/pools');
  const [open, setOpen] = useState<Open | null>(null);
  const done = (): void => {
    setOpen(null);
    asked.again();
    onChange();
  };
  const close = (): void => setOpen(null);
  return (
    <Card title={w.title} actions={<Button onPress={() => setOpen({ what: 'make' })}>{w.make}</Button>}>
      <p class="soft">{w.note}</p>
      <Loaded asked={asked}>
        {({ data }) => (
          <DataTable
            caption={w.title}
            rows={data}
            keyOf={pool => pool.name}
            columns={[
              { id: 'name', title: w.name, cell: pool => <code>{pool.name}</code> },
              {
                id: 'usable',
                title: w.usable,
                cell: pool => words.frame.of({ part: format.number(pool.usable), whole: format.number(pool.ips.length) }),
              },
              {
                id: 'ips',
                title: words.sendingIps.title,
                narrow: 'wide',
                cell: pool => (pool.ips.length === 0 ? '–' : pool.ips.join(', ')),
              },
              { id: 'accounts', title: w.accounts, narrow: 'left-out', number: true, cell: pool => format.number(pool.accounts.length) },
              {
                id: 'do',
                title: w.change,
                cell: pool => (
                  <span class="row">
                    <Button onPress={() => setOpen({ what: 'change', pool })}>
                      {w.change} <span class="hidden-visually">{pool.name}</span>
                    </Button>
                    {pool.name !== SHARED && (
                      <Button kind="danger" onPress={() => setOpen({ what: 'remove', pool })}>
                        {words.frame.remove} <span class="hidden-visually">{pool.name}</span>
                      </Button>
                    )}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {open?.what === 'make' && <PoolForm pool={null} onDone={done} onClose={close} />}
      {open?.what === 'change' && <PoolForm pool={open.pool} onDone={done} onClose={close} />}
      {open?.what === 'remove' && <Remove name={open.pool.name} onDone={done} onClose={close} />}
    </Card>
  );
}

type Done = { readonly onDone: () => void; readonly onClose: () => void };

function PoolForm({ pool, onDone, onClose }: Done & { readonly pool: Pool | null }): JSX.Element {
  const { words } = useLanguage();
  const w = words.sendingIps.pools;
  const [name, setName] = useState(pool?.name ?? '');
  const [ips, setIps] = useState(pool?.ips.join('\n') ?? '');
  const [accounts, setAccounts] = useState(pool?.accounts.join('\n') ?? '');
  const isShared = pool?.name === SHARED;
  const lists = { ips: listOf(ips), ...(isShared ? {} : { accounts: listOf(accounts) }) };
  const body = pool ? lists : { name: name.trim(), ...lists };
  const [method, path] = pool ? (['PATCH', `/v1/pools/${pool.name}`] as const) : (['POST', '/v1/pools'] as const);
  const save = useWork(() => send<Pool>(method, path, body, pool ? {} : once()), onDone);
  return (
    <Dialog title={pool ? w.changeOf({ name: pool.name }) : w.make} onClose={onClose}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          save.run();
        }}
      >
        {!pool && <Field label={w.name} hint={w.nameHint} value={name} onValue={setName} required autoFocus mono />}
        <TextArea label={words.sendingIps.title} hint={w.ipsHint} value={ips} onValue={setIps} rows={4} mono />
        {!isShared && <TextArea label={w.accounts} hint={w.accountsHint} value={accounts} onValue={setAccounts} rows={4} mono />}
        {save.fault && <Failed fault={save.fault} />}
        <p class="row">
          <Button type="submit" kind="primary" busy={save.busy}>
            {words.frame.save}
          </Button>
          <Button onPress={onClose}>{words.frame.cancel}</Button>
        </p>
        <Call text={curl(method, path, body)} />
      </form>
    </Dialog>
  );
}

function Remove({ name, onDone, onClose }: Done & { readonly name: string }): JSX.Element {
  const { words } = useLanguage();
  const w = words.sendingIps.pools;
  return (
    <Removal
      path={`/v1/pools/${name}`}
      title={w.removeOf({ name })}
      text={w.removeText}
      name={name}
      action={words.frame.remove}
      onDone={onDone}
      onClose={onClose}
    />
  );
}
