// What each of the first steps does, with the call that does the same.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { actFor, may, useSession } from '../../app/session.ts';
import { useWork } from '../../app/work.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Call, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { CopyValue } from '../../parts/copy.tsx';
import { Link } from '../../parts/link.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import type { Account, Domain } from './attention.tsx';

export function AccountStep({ accountId }: { readonly accountId: string | null }): JSX.Element {
  const { words } = useLanguage();
  const w = words.overview.steps.account;
  const who = useSession();
  const [key, setKey] = useState<string | null>(null);
  const make = useWork(
    (name: string) => send<Account>('POST', '/v1/accounts', { name }, once()),
    account => actFor({ id: account.id, name: account.name }),
  );
  const makeKey = useWork(
    () => send<{ readonly key: string }>('POST', '/v1/keys', { name: 'first' }, once()),
    made => setKey(made.key),
  );
  if (accountId === null) {
    return (
      <>
        <OneField label={w.name} submit={w.make} busy={make.busy} onSubmit={make.run} />
        {make.fault && <Failed fault={make.fault} />}
        <Call text={curl('POST', '/v1/accounts', { name: 'shop' })} />
      </>
    );
  }
  return (
    <>
      <p>{w.have}</p>
      {key ? (
        <p>
          {w.keyOnce} <CopyValue value={key} />
        </p>
      ) : (
        may(who, 'keys') && (
          <p>
            <Button onPress={makeKey.run} busy={makeKey.busy}>
              {w.makeKey}
            </Button>
          </p>
        )
      )}
      {makeKey.fault && <Failed fault={makeKey.fault} />}
      <Call text={curl('POST', '/v1/keys', { name: 'web' })} />
    </>
  );
}

export function DomainStep({ domains, onDone }: { readonly domains: readonly Domain[]; readonly onDone: () => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.overview.steps.domain;
  const add = useWork((name: string) => send('POST', '/v1/domains', { name }, once()), onDone);
  return (
    <>
      {domains.length > 0 && <p>{w.have({ names: format.list(domains.map(one => one.name)) })}</p>}
      <OneField label={w.name} submit={w.add} busy={add.busy} onSubmit={add.run} />
      {add.fault && <Failed fault={add.fault} />}
      <Call text={curl('POST', '/v1/domains', { name: 'mail.example.org' })} />
    </>
  );
}

const TONES: Readonly<Record<string, Tone>> = { ok: 'good', missing: 'idle', different: 'bad', unknown: 'warn' };

export function DnsStep({ domain, onDone }: { readonly domain: Domain | undefined; readonly onDone: () => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.overview.steps.dns;
  const who = useSession();
  const check = useWork((force: boolean) => send('POST', `/v1/domains/${domain?.name}/verify`, force ? { force } : {}), onDone);
  if (!domain) return <p>{w.first}</p>;
  const statuses: Readonly<Record<string, string>> = w.statuses;
  return (
    <>
      <DataTable
        caption={w.title}
        rows={domain.records}
        keyOf={record => `${record.host} ${record.purpose}`}
        columns={[
          { id: 'type', title: w.columns.type, cell: record => record.type },
          { id: 'host', title: w.columns.host, narrow: 'wide', cell: record => <CopyValue value={record.host} /> },
          {
            id: 'value',
            title: w.columns.value,
            narrow: 'wide',
            cell: record => (
              <CopyValue
                value={record.expected}
                shown={record.expected.length > 60 ? `${record.expected.slice(0, 60)}…` : record.expected}
              />
            ),
          },
          {
            id: 'status',
            title: w.columns.status,
            cell: record => <Badge tone={TONES[record.status] ?? 'idle'}>{statuses[record.status] ?? record.status}</Badge>,
          },
        ]}
      />
      <p class="row">
        <Button kind="primary" busy={check.busy} onPress={() => check.run(false)}>
          {w.check}
        </Button>
        {who.operator && (
          <Button busy={check.busy} onPress={() => check.run(true)}>
            {w.force}
          </Button>
        )}
      </p>
      {check.fault && <Failed fault={check.fault} />}
      <Call text={curl('POST', `/v1/domains/${domain.name}/verify`)} />
    </>
  );
}

export function MailStep({ domain }: { readonly domain: Domain | undefined }): JSX.Element {
  const { words } = useLanguage();
  const w = words.overview.steps.mail;
  const [id, setId] = useState<string | null>(null);
  const mail = {
    from: `hello@${domain?.name ?? 'YOUR-DOMAIN'}`,
    to: ['success@simulator.sesame.test'],
    subject: 'Hello',
    text: 'It works.',
  };
  const work = useWork(
    () => send<{ readonly id: string }>('POST', '/v1/emails', mail, once()),
    sent => setId(sent.id),
  );
  if (!domain) return <p>{w.first}</p>;
  return (
    <>
      <p class="row">
        <Button kind="primary" busy={work.busy} onPress={work.run}>
          {w.send}
        </Button>
        {id && (
          <span>
            {w.sent} <Link to={`/messages/${id}`}>{id}</Link>
          </span>
        )}
      </p>
      {work.fault && <Failed fault={work.fault} />}
      <Call text={curl('POST', '/v1/emails', mail)} />
    </>
  );
}

export function WebhookStep({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.overview.steps.webhook;
  const [secret, setSecret] = useState<string | null>(null);
  const add = useWork(
    (url: string) => send<{ readonly secret: string }>('POST', '/v1/webhooks', { url }, once()),
    made => {
      setSecret(made.secret);
      onDone();
    },
  );
  return (
    <>
      {secret ? (
        <p>
          {w.secretOnce} <CopyValue value={secret} />
        </p>
      ) : (
        <OneField label={w.url} submit={w.add} type="url" busy={add.busy} onSubmit={add.run} />
      )}
      {add.fault && (
        <>
          <Failed fault={add.fault} /> {add.fault.field && <Outside text={add.fault.field} />}
        </>
      )}
      <Call text={curl('POST', '/v1/webhooks', { url: 'https://app.example.org/sesame' })} />
    </>
  );
}
