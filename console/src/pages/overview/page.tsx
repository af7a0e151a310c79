// Overview: is anything wrong? What needs attention first, then numbers, then the latest messages; the first steps while there is no mail.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Page as Listed } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { keep, kept } from '../../app/kept.ts';
import { useLanguage } from '../../app/language.ts';
import { useLive, useMissed } from '../../app/live.ts';
import { useQuery } from '../../app/place.ts';
import { acting, useSession } from '../../app/session.ts';
import { useValue } from '../../app/value.ts';
import { State } from '../../parts/badge.tsx';
import { Below, Loaded } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/field.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { DataTable } from '../../parts/table.tsx';
import { columnsOf } from '../messages/columns.tsx';
import { changedBy, type Email } from '../messages/rows.ts';
import { Attention, useAttention, type Account } from './attention.tsx';
import { Figures } from './figures.tsx';
import { FirstSteps } from './first-steps.tsx';
import { isRange, RANGES } from './numbers.ts';
import { REPUTATION, type Reputation } from './reputation.ts';

const LATEST = '/v1/emails?limit=8';

export function Page(): JSX.Element {
  const { words, format } = useLanguage();
  const who = useSession();
  const chosen = useValue(acting);
  const accountId = who.accountId ?? chosen?.id ?? null;
  const account = useAsk<Account>(accountId === null ? null : '/v1/accounts/self');
  const reputation = useAsk<Reputation>(REPUTATION);
  const latest = useAsk<Listed<Email>>(LATEST);
  const hidden = `steps.${accountId ?? 'all'}`;
  const [hide, setHide] = useState(kept(hidden) !== null);
  // Once there, the steps stay until they are hidden: the first mail ends none of them under the reader's hands.
  const [steps, setSteps] = useState(false);
  const empty = latest.value?.data.length === 0;
  const attention = useAttention(account, reputation);
  if (empty && !hide && !steps) setSteps(true);
  useLive(event => {
    if (event.type === 'accepted' || event.type === 'received') latest.again();
    else latest.change(page => ({ ...page, data: page.data.map(row => changedBy(row, event)) }));
  });
  const [asked, setRange] = useQuery('range');
  const range = isRange(asked) ? asked : '24h';
  const [opened] = useState(Date.now);
  useMissed(latest.again);
  const skip = (): void => {
    keep(hidden, 'done');
    setHide(true);
  };
  return (
    <>
      <Head
        title={words.overview.title}
        state={account.value && <State of={account.value.state} />}
        note={words.frame.timesIn({ zone: format.zone })}
        actions={
          <>
            <Select
              compact
              label={words.overview.range}
              value={range}
              onValue={setRange}
              options={RANGES.map(value => ({ value, text: words.overview.ranges[value] }))}
            />
            <Link to="/compose" class="button primary">
              {words.overview.sendTest}
            </Link>
          </>
        }
      />
      {steps && !hide && <FirstSteps accountId={accountId} hasMail={!empty} onSkip={skip} />}
      <Below of={latest}>
        <Attention asked={attention} />
        <Below of={attention}>
          {!empty && <Figures range={range} now={opened} reputation={reputation.value} />}
          <Card title={words.overview.latest} actions={<Link to="/messages">{words.overview.all}</Link>}>
            <Loaded asked={latest} lines={8}>
              {({ data }) =>
                data.length === 0 ? (
                  <p class="soft">{words.messages.empty}</p>
                ) : (
                  <DataTable
                    caption={words.overview.latest}
                    rows={data}
                    keyOf={row => row.id}
                    columns={columnsOf(words, format, false).filter(column => ['recipient', 'state', 'time'].includes(column.id))}
                  />
                )
              }
            </Loaded>
          </Card>
        </Below>
      </Below>
    </>
  );
}
