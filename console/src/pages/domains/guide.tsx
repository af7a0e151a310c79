// Where records are entered at well-known DNS providers, and how their forms want the host.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { keep, kept } from '../../app/kept.ts';
import { useQuery } from '../../app/place.ts';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/field.tsx';
import { useState } from 'preact/hooks';

/** `relative`: the form adds the zone by itself. */
const PROVIDERS = [
  { id: 'cloudflare', name: 'Cloudflare', relative: false },
  { id: 'route53', name: 'Amazon Route 53', relative: true },
  { id: 'godaddy', name: 'GoDaddy', relative: true },
  { id: 'namecheap', name: 'Namecheap', relative: true },
  { id: 'dnspod', name: 'Tencent DNSPod', relative: true },
  { id: 'bind', name: 'BIND, NSD, Knot', relative: false },
  { id: 'other', name: null, relative: true },
] as const;

export function Guide(): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains.guide;
  const [, setForm] = useQuery('hosts');
  const [at, choose] = useState(kept('dns-provider') ?? '');
  const provider = PROVIDERS.find(one => one.id === at);
  return (
    <Card title={w.title}>
      <Select
        label={w.provider}
        value={at}
        onValue={id => {
          choose(id);
          keep('dns-provider', id);
          setForm(PROVIDERS.find(one => one.id === id)?.relative ? 'relative' : null);
        }}
        options={[{ value: '', text: w.choose }, ...PROVIDERS.map(({ id, name }) => ({ value: id, text: name ?? w.other }))]}
      />
      {provider && <p>{w.steps[provider.id]}</p>}
    </Card>
  );
}
