// An import: pasted or from a file, in calls of ten thousand, with what it met. A call that failed stops it; it may be sent again as it is.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, type Fault } from '../../app/api.ts';
import { once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { Call, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card, Tile, Tiles } from '../../parts/card.tsx';
import { TextArea } from '../../parts/field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import { A_CALL, added, COUNTS, formOf, NONE, piecesOf, type Imported, type List } from './list.ts';

type State = { readonly at: number; readonly all: number; readonly sum: Imported | null; readonly fault?: Fault; readonly busy: boolean };

export function Import({ list, onDone }: { readonly list: List; readonly onDone: () => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.lists.import;
  const [text, setText] = useState('');
  const [state, show] = useState<State>({ at: 0, all: 0, sum: null, busy: false });
  const run = async (given: string): Promise<void> => {
    const pieces = piecesOf(given, A_CALL);
    const type = formOf(given.replace(/^\ufeff/, ''));
    let sum = NONE;
    for (const [at, piece] of pieces.entries()) {
      show({ at, all: pieces.length, sum: at === 0 ? null : sum, busy: true });
      const outcome = await send<Imported>('POST', `/v1/lists/${list.id}/recipients`, piece.text, { 'content-type': type, ...once() });
      if (!outcome.ok) {
        show({ at, all: pieces.length, sum: at === 0 ? null : sum, fault: outcome.fault, busy: false });
        if (at > 0) onDone();
        return;
      }
      sum = added(sum, outcome.value, piece.shift);
    }
    show({ at: pieces.length, all: pieces.length, sum: pieces.length === 0 ? null : sum, busy: false });
    setText('');
    onDone();
  };
  const choose = (file: File | undefined): void => void file?.text().then(run);
  return (
    <Card title={w.title}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          void run(text);
        }}
      >
        <TextArea label={w.text} hint={w.hint} value={text} onValue={setText} rows={6} mono />
        <p class="row">
          <Button type="submit" kind="primary" busy={state.busy} disabled={text.trim() === ''}>
            {w.run}
          </Button>
          <label class="button">
            {w.file}
            <input
              type="file"
              class="hidden-visually"
              accept=".csv,.txt,.json,.ndjson,text/csv,application/json"
              disabled={state.busy}
              onChange={event => choose(event.currentTarget.files?.[0])}
            />
          </label>
        </p>
      </form>
      <div aria-live="polite">
        {state.busy && state.all > 1 && (
          <p class="row">
            <progress class="progress" max={state.all} value={state.at} aria-label={w.title} />
            {w.running({ part: format.number(state.at + 1), whole: format.number(state.all) })}
          </p>
        )}
        {state.sum && <Met sum={state.sum} />}
      </div>
      {state.fault && (
        <>
          <Failed fault={state.fault} />
          <p class="note">{w.cut}</p>
        </>
      )}
      {!state.sum && <Call text={callOf(list)} />}
    </Card>
  );
}

const callOf = (list: List): string =>
  `curl ${location.origin}/v1/lists/${list.id}/recipients -H "Authorization: Bearer $KEY" \\\n  -H 'Content-Type: text/csv' --data-binary @recipients.csv`;

function Met({ sum }: { readonly sum: Imported }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.lists.import;
  return (
    <div class="stack">
      <h3>{w.done}</h3>
      <Tiles>
        {COUNTS.map(name => (
          <Tile key={name} name={w.counts[name]} value={format.number(sum[name])} note={w.countTexts[name]} />
        ))}
      </Tiles>
      {sum.findings.length > 0 && (
        <>
          <DataTable
            caption={w.findings}
            rows={sum.findings.map((finding, n) => ({ ...finding, n }))}
            keyOf={one => String(one.n)}
            csv="left-out"
            columns={[
              { id: 'place', title: w.place, value: one => one.field, cell: one => <Outside text={one.field} max={60} /> },
              { id: 'why', title: w.why, narrow: 'wide', value: one => one.message, cell: one => <Outside text={one.message} max={200} /> },
            ]}
          />
          {sum.invalid > sum.findings.length && <p class="note">{w.firstOnly}</p>}
        </>
      )}
    </div>
  );
}
