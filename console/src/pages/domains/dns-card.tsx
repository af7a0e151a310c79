// The records of a domain, what is wrong first, with what helps to publish them: hosts with or without the zone, the whole as a zone file, the
// next missing value by one key.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { useQuery } from '../../app/place.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { Select } from '../../parts/field.tsx';
import { tell } from '../../parts/toast.tsx';
import { RecordCard } from './record-card.tsx';
import { hostIn, inOrder, valueOf, type Domain } from './records.ts';
import { zoneFile } from './zone.ts';

export function DnsCard({ domain }: { readonly domain: Domain }): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains;
  const [form, setForm] = useQuery('hosts');
  const [chosen, setZone] = useQuery('zone');
  const zones = [...new Set([domain.zone, domain.name])];
  const zone = zones.includes(chosen) ? chosen : domain.zone;
  const shownZone = form === 'relative' ? zone : null;
  const records = inOrder(domain.records);
  const copyNext = (): void => {
    const next = records.find(one => one.status !== 'ok');
    if (!next) return tell(w.nothingMissing);
    void navigator.clipboard?.writeText(valueOf(next)).then(() => tell(w.copiedOf({ host: hostIn(next.host, shownZone) })));
  };
  useShortcuts({ c: { says: w.keysHelp.next, run: copyNext } });
  return (
    <Card title={w.card}>
      <p class="soft">{w.cardNote}</p>
      <div class="row">
        <Select
          label={w.hosts}
          value={form === 'relative' ? 'relative' : 'absolute'}
          onValue={next => setForm(next === 'relative' ? next : null)}
          options={(['absolute', 'relative'] as const).map(value => ({ value, text: w.hostForms[value] }))}
        />
        {form === 'relative' && zones.length > 1 && (
          <Select label={w.zone} value={zone} onValue={setZone} options={zones.map(value => ({ value, text: value }))} />
        )}
      </div>
      <div class="row">
        <Button onPress={copyNext} keys="c">
          {w.copyNext}
        </Button>
        <CopyButton text={() => zoneFile(domain.name, domain.records)} label={w.copyZone} />
      </div>
      <ul class="records">
        {records.map(record => (
          <RecordCard key={`${record.type} ${record.host} ${record.purpose}`} record={record} zone={shownZone} state={domain.state} />
        ))}
      </ul>
    </Card>
  );
}
