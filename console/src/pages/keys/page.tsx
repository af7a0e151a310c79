// Keys: what may act for an account, by name, with what it may; made here and shown once, revoked here. SMTP logins beside them; sessions.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { curl } from '../../app/curl.ts';
import { faultText } from '../../app/fault.ts';
import { useLanguage } from '../../app/language.ts';
import { useList, type Listed } from '../../app/list.ts';
import { accountNow, acting, may, useSession } from '../../app/session.ts';
import { signOut } from '../../app/sign-in.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useValue } from '../../app/value.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Removal } from '../../parts/removal.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { tell } from '../../parts/toast.tsx';
import { isOver, typedName, type Key, type Kind, type Login, type Made } from './key.ts';
import { MakeKey, MakeLogin, ShownOnce } from './make.tsx';

type Doomed = { readonly path: string; readonly id: string; readonly name: string; readonly list: Pick<Listed<unknown>, 'again'> };

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.keys;
  const who = useSession();
  useValue(acting);
  const accountId = accountNow();
  const mayAll = may(who, 'keys');
  const keys = useList<Key>(mayAll ? '/v1/keys' : null);
  const logins = useList<Login>(mayAll && accountId !== null ? '/v1/smtp-credentials' : null);
  const [open, setOpen] = useState<'key' | 'login' | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const [doomed, setDoomed] = useState<Doomed | null>(null);
  useShortcuts({ n: { says: w.make, run: () => mayAll && setOpen('key') } });
  const kinds: readonly Kind[] = accountId === null ? ['operator'] : ['api', 'signing'];
  const done = (list: Pick<Listed<unknown>, 'again'>) => (secret: Made) => {
    setOpen(null);
    setMade(secret);
    list.again();
  };
  return (
    <>
      <Head
        title={w.title}
        actions={
          mayAll && (
            <Button kind="primary" onPress={() => setOpen('key')} keys="n">
              {w.make}
            </Button>
          )
        }
      />
      <p class="soft">{w.note}</p>
      {mayAll && (
        <>
          <Card title={w.apiKeys}>
            <ListOf list={keys} empty={<Empty text={w.none} call={curl('POST', '/v1/keys', { name: 'web', scopes: ['send'] })} />}>
              <KeyTable
                rows={keys.rows}
                onRevoke={one => setDoomed({ path: `/v1/keys/${one.id}`, id: one.id, name: one.name, list: keys })}
              />
            </ListOf>
          </Card>
          <Card title={w.logins} actions={accountId !== null && <Button onPress={() => setOpen('login')}>{w.makeLogin}</Button>}>
            {accountId === null ? (
              <p class="soft">{w.chooseAccount}</p>
            ) : (
              <ListOf list={logins} empty={<Empty text={w.noLogins} call={curl('POST', '/v1/smtp-credentials', { name: 'printer' })} />}>
                <LoginTable
                  rows={logins.rows}
                  onRevoke={one => setDoomed({ path: `/v1/smtp-credentials/${one.id}`, id: one.id, name: one.name, list: logins })}
                />
              </ListOf>
            )}
          </Card>
        </>
      )}
      <Sessions name={who.name} />
      {open === 'key' && <MakeKey kinds={kinds} onMade={done(keys)} onClose={() => setOpen(null)} />}
      {open === 'login' && <MakeLogin onMade={done(logins)} onClose={() => setOpen(null)} />}
      {made && <ShownOnce made={made} onClose={() => setMade(null)} />}
      {doomed && <Revoke doomed={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

function KeyTable({ rows, onRevoke }: { readonly rows: readonly Key[]; readonly onRevoke: (one: Key) => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.keys;
  const now = Date.now();
  const limits = (one: Key): string => [...(one.domains ?? []), ...(one.ips ?? [])].join(', ');
  const columns: readonly Column<Key>[] = [
    {
      id: 'name',
      title: w.columns.name,
      narrow: 'wide',
      width: '24%',
      value: one => one.name,
      cell: one => (
        <>
          <Outside text={one.name} max={100} />
          <br />
          {one.prefix !== null && (
            <span class="note">
              {w.columns.prefix} <code>{one.prefix}…</code>
            </span>
          )}
        </>
      ),
    },
    { id: 'used', title: w.columns.used, value: one => one.lastUsedAt, cell: one => format.time(one.lastUsedAt) },
    { id: 'kind', title: w.columns.kind, value: one => one.kind, cell: one => w.kinds[one.kind] },
    {
      id: 'scopes',
      title: w.columns.scopes,
      narrow: 'wide',
      value: one => one.scopes.join(' '),
      cell: one => (one.kind === 'operator' ? '–' : <code>{one.scopes.join(' ')}</code>),
    },
    { id: 'limits', title: w.columns.limits, narrow: 'left-out', value: limits, cell: one => <Outside text={limits(one)} max={120} /> },
    {
      id: 'expires',
      title: w.columns.expires,
      narrow: 'left-out',
      value: one => one.expiresAt,
      cell: one =>
        isOver(one, now) ? (
          <Badge tone="idle">{w.over({ time: format.date(one.expiresAt) })}</Badge>
        ) : one.expiresAt === null ? (
          w.never
        ) : (
          format.date(one.expiresAt)
        ),
    },
    { id: 'created', title: w.columns.created, narrow: 'left-out', value: one => one.createdAt, cell: one => format.time(one.createdAt) },
    { id: 'revoke', title: w.revoke, cell: one => <RevokeButton name={one.name} onPress={() => onRevoke(one)} /> },
    { id: 'id', title: w.columns.id, value: one => one.id },
  ];
  return <DataTable caption={w.apiKeys} columns={columns} rows={rows} keyOf={one => one.id} />;
}

function LoginTable({ rows, onRevoke }: { readonly rows: readonly Login[]; readonly onRevoke: (one: Login) => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.keys;
  return (
    <DataTable
      caption={w.logins}
      rows={rows}
      keyOf={one => one.id}
      columns={[
        { id: 'name', title: w.columns.name, narrow: 'wide', cell: one => <Outside text={one.name} max={100} /> },
        { id: 'user', title: w.columns.user, cell: one => <code>{one.username}</code> },
        { id: 'used', title: w.columns.used, cell: one => format.time(one.lastUsedAt) },
        { id: 'created', title: w.columns.created, narrow: 'left-out', cell: one => format.time(one.createdAt) },
        { id: 'revoke', title: w.revoke, cell: one => <RevokeButton name={one.name} onPress={() => onRevoke(one)} /> },
      ]}
    />
  );
}

function RevokeButton({ name, onPress }: { readonly name: string; readonly onPress: () => void }): JSX.Element {
  const { words } = useLanguage();
  return (
    <Button kind="danger" onPress={onPress}>
      {words.keys.revoke} <span class="hidden-visually">{name}</span>
    </Button>
  );
}

function Revoke({ doomed, onClose }: { readonly doomed: Doomed; readonly onClose: () => void }): JSX.Element {
  const w = useLanguage().words.keys;
  const name = typedName(doomed);
  const done = (): void => {
    doomed.list.again();
    onClose();
  };
  return (
    <Removal
      path={doomed.path}
      title={w.revokeTitle({ name })}
      text={w.revokeText}
      name={name}
      action={w.revoke}
      said={w.revoked}
      onDone={done}
      onClose={onClose}
    />
  );
}

function Sessions({ name }: { readonly name: string }): JSX.Element {
  const { words } = useLanguage();
  const w = words.keys.sessions;
  const [busy, setBusy] = useState(false);
  const leave = async (): Promise<void> => {
    setBusy(true);
    const fault = await signOut(true);
    setBusy(false);
    if (fault) tell(faultText(words, fault));
  };
  return (
    <Card title={w.title}>
      <p>
        <Outside text={w.text({ name })} max={400} />
      </p>
      <p>
        <Button busy={busy} onPress={() => void leave()}>
          {words.frame.signOutEverywhere}
        </Button>
      </p>
    </Card>
  );
}
