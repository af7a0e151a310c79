// The log of refusals: by reason, then each with who, for whom, and which entry. HELO names, senders and details are strangers' words.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { useQuery } from '../../app/place.ts';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/field.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import type { Words } from '../../words/en.ts';
import { grouped, type Refusal } from './route.ts';

export function reasonOf(words: Words, reason: string): string {
  const names: Readonly<Record<string, string>> = words.inbound.reasons;
  return Object.hasOwn(names, reason) ? (names[reason] ?? reason) : reason;
}

export function Refusals(): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.inbound;
  const [reason, setReason] = useQuery('reason');
  const list = useList<Refusal>('/v1/refusals', { reason });
  const groups = grouped(list.rows);
  return (
    <Card title={w.refusals}>
      <p class="note">{w.refusalsNote}</p>
      <div class="row">
        <Select
          label={w.reason}
          value={reason}
          onValue={next => setReason(next || null)}
          options={[{ value: '', text: w.allReasons }, ...Object.entries(w.reasons).map(([value, text]) => ({ value, text }))]}
        />
      </div>
      <ListOf list={list} empty={<p class="soft">{w.noRefusals}</p>} lines={6}>
        {reason === '' && groups.length > 1 && (
          <DataTable
            caption={w.byReason}
            rows={groups}
            keyOf={one => one.reason}
            columns={[
              { id: 'reason', title: w.byReason, narrow: 'wide', cell: one => reasonOf(words, one.reason) },
              { id: 'count', title: w.count, number: true, cell: one => format.number(one.count) },
              { id: 'last', title: w.last, cell: one => format.time(one.last) },
            ]}
          />
        )}
        <DataTable
          caption={w.refusals}
          rows={list.rows}
          keyOf={one => `${one.at} ${one.peer} ${one.sender} ${one.recipient} ${one.reason}`}
          csv="refusals"
          columns={[
            { id: 'when', title: w.when, value: one => one.at, cell: one => format.time(one.at) },
            {
              id: 'reason',
              title: w.reason,
              narrow: 'wide',
              value: one => one.reason,
              cell: one => (
                <span>
                  {reasonOf(words, one.reason)} <code>{one.code}</code>
                </span>
              ),
            },
            { id: 'peer', title: w.peer, value: one => one.peer, cell: one => <Outside text={one.peer} max={60} /> },
            {
              id: 'from',
              title: w.from,
              narrow: 'wide',
              value: one => one.sender,
              cell: one => <Outside text={one.sender === '' ? '<>' : (one.sender ?? '–')} max={120} />,
            },
            {
              id: 'to',
              title: w.to,
              narrow: 'wide',
              value: one => one.recipient,
              cell: one => <Outside text={one.recipient ?? '–'} max={120} />,
            },
            {
              id: 'why',
              title: w.why,
              narrow: 'left-out',
              value: one => one.detail,
              cell: one => <Outside text={one.detail ?? ''} max={120} />,
            },
          ]}
        />
      </ListOf>
    </Card>
  );
}
