// What became of the standing: the events of it, and the rules once more over what happened (a dry run).
import type { JSX } from 'preact';
import { get } from '../../app/api.ts';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { PAGE, useList } from '../../app/list.ts';
import { useWork } from '../../app/work.ts';
import { useState } from 'preact/hooks';
import { State } from '../../parts/badge.tsx';
import { Call, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Outside } from '../../parts/outside.tsx';
import type { Change, DryRun } from './rule.ts';

const TYPES = 'warned,limited,suspended,reinstated';
type Told = { readonly id: string; readonly at: string; readonly type: string; readonly reason?: string | null };

export function PastCard(): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.standing;
  const list = useList<Told>('/v1/events', { type: TYPES });
  // The cursor of events has no end: a page that is not full is the last one.
  const more = list.rows.length > 0 && list.rows.length % PAGE === 0;
  return (
    <Card title={w.past}>
      <ListOf list={{ ...list, more }} lines={2} empty={<p class="soft">{w.noPast}</p>}>
        <ul class="stack tight">
          {list.rows.toReversed().map(event => (
            <li key={event.id} class="row">
              <span class="note">{format.time(event.at)}</span> <State of={event.type} />
              {event.reason && <Outside text={event.reason} max={300} />}
            </li>
          ))}
        </ul>
      </ListOf>
    </Card>
  );
}

export function DryRunCard({ id }: { readonly id: string }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.standing;
  const [run, setRun] = useState<DryRun | null>(null);
  const path = `/v1/accounts/${id}/standing/dry-run`;
  const work = useWork(() => get<DryRun>(path), setRun);
  return (
    <Card title={w.dryRun}>
      <p class="soft">{w.dryRunText}</p>
      <p>
        <Button busy={work.busy} onPress={work.run}>
          {w.dryRunNow}
        </Button>
      </p>
      <div aria-live="polite">
        {run && (
          <div class="stack">
            <p>{w.ranOver({ from: format.time(run.from), to: format.time(run.to) })}</p>
            {run.changes.length === 0 ? <p class="soft">{w.noChange}</p> : <Changes changes={run.changes} />}
            <p class="row">
              {w.endsAs} <State of={run.standing.state} />
            </p>
          </div>
        )}
      </div>
      {work.fault && <Failed fault={work.fault} />}
      <Call text={curl('GET', path)} />
    </Card>
  );
}

function Changes({ changes }: { readonly changes: readonly Change[] }): JSX.Element {
  const { words, format } = useLanguage();
  const names: Readonly<Record<string, string>> = words.standing.rules;
  return (
    <ul class="stack tight">
      {changes.map((change, n) => (
        <li key={`${change.at} ${n}`} class="row">
          <span class="note">{format.time(change.at)}</span> <State of={change.to} />
          {change.rules.length > 0 && <span>{format.list(change.rules.map(rule => names[rule.id] ?? rule.id))}</span>}
          {change.reason !== null && <Outside text={change.reason} max={300} />}
        </li>
      ))}
    </ul>
  );
}
