// What each mailbox provider takes of one IP: pace, connections, today's use, and why it was slowed down.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { curl } from '../../app/curl.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import type { Shaping, Step } from './ip.ts';

export function ProviderCard({ ip }: { readonly ip: string }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.sendingIps.providers;
  const list = useList<Shaping>('/v1/shaping', { ip });
  const slowed = list.rows.filter(row => row.steps.length > 0);
  return (
    <Card title={w.title}>
      <ListOf list={list} empty={<Empty text={w.none} call={curl('GET', `/v1/shaping?ip=${ip}`)} />}>
        <DataTable
          caption={w.title}
          rows={list.rows}
          keyOf={row => row.provider}
          columns={[
            { id: 'name', title: w.provider, narrow: 'wide', cell: row => <Outside text={row.name} max={100} /> },
            {
              id: 'state',
              title: words.sendingIps.state,
              cell: row =>
                row.heldUntil !== null ? (
                  <Badge tone="held">{w.heldUntil({ time: format.time(row.heldUntil) })}</Badge>
                ) : row.steps.length > 0 ? (
                  <Badge tone="warn">{w.slowed}</Badge>
                ) : (
                  <Badge tone="good">{w.content}</Badge>
                ),
            },
            { id: 'rate', title: w.perSecond, number: true, cell: row => (row.perSecond === null ? '–' : format.number(row.perSecond)) },
            { id: 'connections', title: w.connections, number: true, narrow: 'left-out', cell: row => format.number(row.connections) },
            {
              id: 'today',
              title: w.today,
              number: true,
              cell: row =>
                row.dayCap === null
                  ? format.number(row.usedToday)
                  : words.frame.of({ part: format.number(row.usedToday), whole: format.number(row.dayCap) }),
            },
          ]}
        />
        {slowed.map(row => (
          <details key={row.provider}>
            <summary>{w.whySlowed({ name: row.name })}</summary>
            <ul class="stack">
              {row.steps.map(step => (
                <li key={`${step.at} ${step.what}`}>
                  <StepText step={step} />
                </li>
              ))}
            </ul>
          </details>
        ))}
      </ListOf>
    </Card>
  );
}

function StepText({ step }: { readonly step: Step }): JSX.Element {
  const { words, format } = useLanguage();
  return (
    <>
      <span class="note">{format.time(step.at)}</span> {words.sendingIps.providers.steps[step.what]({ to: format.number(step.to) })}{' '}
      <code>
        {step.code ?? ''} {step.reason}
      </code>
      {step.words !== '' && <Outside text={step.words} block />}
    </>
  );
}
