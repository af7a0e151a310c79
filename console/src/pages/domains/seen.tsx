// "A receiver would see": what the server's own judgement of a signed sample says, from each sending IP.
import type { JSX } from 'preact';
import type { Asked } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/blocks.tsx';
import { Card, KeyValue } from '../../parts/card.tsx';
import { Outside } from '../../parts/outside.tsx';

type Word = { readonly result: string; readonly domain: string | null; readonly policy?: string | null };
export type Seen = {
  readonly at: string;
  readonly data: readonly { readonly ip: string | null; readonly spf: Word | null; readonly dkim: Word; readonly dmarc: Word }[];
};

const RESULTS: Readonly<Record<string, Tone>> = {
  pass: 'good',
  fail: 'bad',
  permerror: 'bad',
  softfail: 'warn',
  policy: 'bad',
  temperror: 'warn',
};

export function SeenCard({ asked }: { readonly asked: Asked<Seen> }): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains.seen;
  return (
    <Card title={w.title}>
      <p class="note">{w.note}</p>
      <Loaded asked={asked} lines={4}>
        {({ data }) =>
          data.map(({ ip, spf, dkim, dmarc }) => (
            <div key={ip} class="stack">
              {ip === null ? <p class="note">{w.noIp}</p> : data.length > 1 && <h3>{w.from({ ip })}</h3>}
              <KeyValue
                pairs={[
                  spf ? ['SPF', <Result of={spf} />] : null,
                  ['DKIM', <Result of={dkim} />],
                  ['DMARC', <Result of={dmarc} policy={dmarc.result === 'none' ? null : (dmarc.policy ?? null)} />],
                ]}
              />
            </div>
          ))
        }
      </Loaded>
    </Card>
  );
}

function Result({ of, policy = null }: { readonly of: Word; readonly policy?: string | null }): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains.seen;
  const names: Readonly<Record<string, string>> = w.results;
  return (
    <span class="row">
      <Badge tone={RESULTS[of.result] ?? 'idle'}>{names[of.result] ?? of.result}</Badge>
      {of.domain !== null && of.result === 'pass' && (
        <span class="note">
          <Outside text={w.aligned({ domain: of.domain })} max={120} />
        </span>
      )}
      {policy !== null && <span class="note">{w.policy({ policy })}</span>}
    </span>
  );
}
