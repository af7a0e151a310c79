// The warm-up of one IP at a glance: which day of how many, today's cap and its use by provider, and its days as a curve.
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Page as Answer } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { withQuery } from '../../app/route.ts';
import { Loaded } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Select } from '../../parts/field.tsx';
import { capOf, curveOf, WARM_DAYS, type Day, type Ip } from './ip.ts';

export function WarmUpCard({ ip }: { readonly ip: Ip }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.sendingIps.curve;
  const [provider, setProvider] = useState('');
  const days = useAsk<Answer<Day>>(withQuery('/v1/statistics', { by: 'day', ip: ip.ip, provider, timeZone: format.zone, limit: 60 }));
  const chosen = ip.caps.find(one => one.provider === provider);
  const cap = chosen ? capOf(chosen) : null;
  const curve = useMemo(() => (days.value ? curveOf(days.value.data, cap, w) : null), [days.value, cap, w]);
  return (
    <Card title={ip.state === 'warming' ? w.warmUp : w.days}>
      {ip.state === 'warming' && <p>{w.dayOf({ day: format.number(ip.usedDays), days: format.number(WARM_DAYS) })}</p>}
      {chosen && (
        <p>
          {cap === null
            ? w.noCap({ name: chosen.name, used: format.number(chosen.usedToday) })
            : w.today({ name: chosen.name, cap: format.number(cap), used: format.number(chosen.usedToday) })}
        </p>
      )}
      <div class="row">
        <Select
          label={w.provider}
          compact
          value={provider}
          onValue={setProvider}
          options={[{ value: '', text: w.allProviders }, ...ip.caps.map(one => ({ value: one.provider, text: one.name }))]}
        />
      </div>
      <Loaded asked={days} lines={6}>
        {() =>
          curve && curve.times.length > 0 ? <Chart title={w.days} {...curve} timeOf={format.date} /> : <p class="soft">{w.nothing}</p>
        }
      </Loaded>
      {cap !== null && <p class="note">{w.capNote}</p>}
    </Card>
  );
}
