// Past events by cursor, oldest first, from a time on. The cursor behind the last row is what a program goes on from.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { PAGE, useList } from '../../app/list.ts';
import { useQuery } from '../../app/place.ts';
import { Call, Empty } from '../../parts/blocks.tsx';
import { CopyValue } from '../../parts/copy.tsx';
import { Select } from '../../parts/field.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { EventTable } from './columns.tsx';
import { queryOf, type Filter, type Happened } from './tail.ts';

const HOUR_MS = 3_600_000;
const SPANS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;
type SpanId = keyof typeof SPANS | 'all';
const isSpan = (text: string): text is SpanId => text === 'all' || Object.hasOwn(SPANS, text);

export function History({ filter }: { readonly filter: Filter }): JSX.Element {
  const { words } = useLanguage();
  const w = words.events;
  const [asked, setSpan] = useQuery('span');
  const span: SpanId = isSpan(asked) ? asked : 'hour';
  // Once a choice: a time that moved with each drawing would be another list each time.
  const since = useMemo(() => (span === 'all' ? undefined : new Date(Date.now() - SPANS[span]).toISOString()), [span]);
  const list = useList<Happened>('/v1/events', { ...queryOf(filter), since });
  // The cursor of events has no end: a page that is not full is the last one there is now.
  const more = list.rows.length > 0 && list.rows.length % PAGE === 0;
  return (
    <>
      <div class="row">
        <Select
          label={w.from}
          compact
          value={span}
          onValue={setSpan}
          options={(['hour', 'day', 'week', 'all'] as const).map(value => ({ value, text: w.spans[value] }))}
        />
      </div>
      <ListOf list={{ ...list, more }} lines={8} empty={<Empty text={w.noneInSpan} call={curl('GET', '/v1/events?limit=100')} />}>
        <EventTable caption={w.past} rows={list.rows} csv="events" />
      </ListOf>
      {list.rows.length > 0 && list.next !== null && (
        <>
          <p class="row note">
            {w.cursor} <CopyValue value={list.next} />
          </p>
          <Call text={curl('GET', `/v1/events?after=${list.next}`)} />
        </>
      )}
    </>
  );
}
