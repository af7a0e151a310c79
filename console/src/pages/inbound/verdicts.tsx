// What the checks said of mail from outside, as bars with their numbers beside them.
import type { JSX } from 'preact';
import { useAsk, type Asked } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { useQuery } from '../../app/place.ts';
import { withQuery } from '../../app/route.ts';
import type { Tone } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/field.tsx';
import { DataTable } from '../../parts/table.tsx';
import { RESULTS, total, type Verdicts } from './route.ts';

const CHECKS = ['spam', 'virus', 'spf', 'dkim', 'dmarc'] as const;
type Received = Readonly<Record<(typeof CHECKS)[number], Verdicts>> & {
  readonly mails: number;
  readonly rejected: { readonly total: number };
};
type Statistics = { readonly data: readonly { readonly counts: { readonly received: Received } }[] };

const TONES: Readonly<Record<(typeof RESULTS)[number], Tone>> = { pass: 'good', gray: 'warn', fail: 'bad', unchecked: 'idle' };
const DAYS = ['7', '30', '90'];
const HOUR_MS = 3_600_000;

export type VerdictsOf = { readonly asked: Asked<Statistics>; readonly days: string; readonly choose: (days: string) => void };

export function useVerdicts(): VerdictsOf {
  const [chosen, choose] = useQuery('days');
  const days = DAYS.includes(chosen) ? chosen : '30';
  // Of the hour, so that drawing again asks the same.
  const to = Math.ceil((Date.now() + 1) / HOUR_MS) * HOUR_MS;
  const from = new Date(to - Number(days) * 24 * HOUR_MS).toISOString();
  const asked = useAsk<Statistics>(withQuery('/v1/statistics', { by: 'total', from, to: new Date(to).toISOString() }));
  return { asked, days, choose };
}

export function VerdictBars({ of: { asked, days, choose } }: { readonly of: VerdictsOf }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.inbound;
  return (
    <Card
      title={w.verdicts}
      actions={
        <Select
          compact
          label={w.range}
          value={days}
          onValue={choose}
          options={DAYS.map(value => ({ value, text: w.days({ shown: format.number(Number(value)) }) }))}
        />
      }
    >
      <Loaded asked={asked} lines={9}>
        {({ data: [row] }) => {
          const received = row?.counts.received;
          if (!received || (received.mails === 0 && received.rejected.total === 0)) return <p class="soft">{w.none}</p>;
          return (
            <>
              <p class="note">
                {w.verdictsNote({ count: format.number(received.mails), days: format.number(Number(days)) })}
                {received.rejected.total > 0 && ` · ${w.afterData({ count: format.number(received.rejected.total) })}`}
              </p>
              <DataTable
                caption={w.verdicts}
                rows={CHECKS.map(check => ({ check, verdicts: received[check] }))}
                keyOf={one => one.check}
                columns={[
                  { id: 'check', title: w.check, narrow: 'wide', cell: one => <span class="strong">{w.checks[one.check]}</span> },
                  { id: 'bar', title: w.verdicts, narrow: 'wide', width: '40%', cell: one => <Bar verdicts={one.verdicts} /> },
                  ...RESULTS.map(name => ({
                    id: name,
                    title: w.results[name],
                    number: true,
                    cell: (one: { readonly verdicts: Verdicts }) => format.number(one.verdicts[name]),
                  })),
                ]}
              />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

/** For the eye only: the numbers stand beside it. */
function Bar({ verdicts }: { readonly verdicts: Verdicts }): JSX.Element {
  const all = total(verdicts) || 1;
  return (
    <div class="verdict-bar" aria-hidden="true">
      {RESULTS.map(name => (
        <div key={name} class={TONES[name]} style={{ width: `${(verdicts[name] / all) * 100}%` }} />
      ))}
    </div>
  );
}
