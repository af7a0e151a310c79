// What an account decides of a domain: TLS of its mail, its MTA-STS policy, its own host for links.
import type { JSX } from 'preact';
import { send } from '../../app/api.ts';
import { useLanguage } from '../../app/language.ts';
import { useWork } from '../../app/work.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Failed } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/field.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { tell } from '../../parts/toast.tsx';
import type { Domain } from './records.ts';

const LEVELS = ['opportunistic', 'required', 'verified'] as const;
const MODES = ['none', 'testing', 'enforce'] as const;
const TRACKING: Readonly<Record<string, Tone>> = { active: 'good', pending: 'warn', no_certificate: 'warn' };

export function PolicyCard({ domain, onDone }: { readonly domain: Domain; readonly onDone: (changed: Domain) => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains.policy;
  const change = useWork(
    (part: object) => send<Domain>('PATCH', `/v1/domains/${domain.name}`, part),
    changed => {
      onDone(changed);
      tell(w.saved);
    },
  );
  const tracking: Readonly<Record<string, string>> = w.tracking;
  const state = domain.tracking?.state;
  return (
    <Card title={w.title}>
      <Select
        label={w.tls}
        value={domain.tls}
        onValue={tls => change.run({ tls })}
        options={LEVELS.map(value => ({ value, text: w.tlsLevels[value] }))}
      />
      <Select
        label={w.mtaSts}
        value={domain.mtaSts}
        onValue={mtaSts => change.run({ mtaSts })}
        options={MODES.map(value => ({ value, text: w.modes[value] }))}
      />
      <OneField
        key={domain.trackingHost ?? ''}
        label={w.trackingHost}
        hint={w.trackingHint}
        submit={words.frame.save}
        busy={change.busy}
        first={domain.trackingHost ?? ''}
        optional
        onSubmit={host => change.run({ trackingHost: host === '' ? null : host })}
      />
      {state && (
        <p>
          <Badge tone={TRACKING[state] ?? 'idle'}>{tracking[state] ?? state}</Badge>
        </p>
      )}
      {change.fault && <Failed fault={change.fault} />}
    </Card>
  );
}
