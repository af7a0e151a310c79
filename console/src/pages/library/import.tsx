// Importing a file: sent with its progress, read by the server with its own, and told line by line what could not be read.
import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { get, type Fault, type Outcome } from '../../app/api.ts';
import { useLanguage } from '../../app/language.ts';
import { withQuery } from '../../app/route.ts';
import { upload } from '../../app/upload.ts';
import { Badge } from '../../parts/badge.tsx';
import { Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card, KeyValue } from '../../parts/card.tsx';
import { Field, Select, Switch } from '../../parts/field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import { formatOf, type Format } from './question.ts';

type Told = {
  readonly id: string | null;
  readonly state: string;
  readonly list: string | null;
  readonly imported: number;
  readonly repeated: number;
  readonly refused: number;
  readonly automatic: number;
  readonly progress?: number;
  readonly findings: readonly { readonly field: string; readonly message: string }[];
  readonly fault?: string | null;
};
type At =
  | { readonly step: 'form' }
  | { readonly step: 'sending'; readonly share: number }
  | { readonly step: 'building'; readonly told: Told }
  | { readonly step: 'done'; readonly told: Told }
  | { readonly step: 'failed'; readonly fault: Fault };

const LOOK_MS = 500;
const FORMATS = ['csv', 'ndjson', 'plain', 'hosts', 'rpz'] as const;
const TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  plain: 'text/plain',
  hosts: 'text/plain',
  rpz: 'text/plain',
};

export function Import({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.library.imports;
  const [at, show] = useState<At>({ step: 'form' });
  const begin = async (file: File, query: Readonly<Record<string, string>>): Promise<void> => {
    show({ step: 'sending', share: 0 });
    const type = TYPES[(query['format'] ?? 'plain') as Format];
    next(await upload<Told>(withQuery('/v1/blocked/import', query), file, type, share => show({ step: 'sending', share })));
  };
  const next = (outcome: Outcome<Told>): void => {
    if (!outcome.ok) return show({ step: 'failed', fault: outcome.fault });
    const told = outcome.value;
    if (told.id !== null && (told.state === 'waiting' || told.state === 'running')) return show({ step: 'building', told });
    show({ step: 'done', told });
    onDone();
  };
  useEffect(() => {
    if (at.step !== 'building') return;
    const look = async (): Promise<void> => next(await get<Told>(`/v1/blocked/imports/${at.told.id}`));
    const timer = setTimeout(() => void look(), LOOK_MS);
    return () => clearTimeout(timer);
  }, [at]);
  const share = at.step === 'sending' ? at.share : at.step === 'building' ? (at.told.progress ?? 0) : 0;
  const percent = format.percent(share);
  return (
    <Card title={w.title}>
      {at.step === 'form' && <Form onStart={(file, query) => void begin(file, query)} />}
      {(at.step === 'sending' || at.step === 'building') && (
        <div role="status">
          <p>{at.step === 'sending' ? w.sending({ percent }) : w.building({ percent })}</p>
          <progress class="progress" max={1} value={share} aria-label={w.title} />
        </div>
      )}
      {at.step === 'failed' && <Failed fault={at.fault} />}
      {at.step === 'failed' && at.fault.findings && (
        <Bad findings={at.fault.findings.map(one => ({ field: one.field ?? '', message: one.message }))} refused={0} />
      )}
      {at.step === 'done' && <Report told={at.told} />}
      {(at.step === 'done' || at.step === 'failed') && (
        <p>
          <Button onPress={() => show({ step: 'form' })}>{w.another}</Button>
        </p>
      )}
    </Card>
  );
}

function Form({ onStart }: { readonly onStart: (file: File, query: Readonly<Record<string, string>>) => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.library;
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const [form, change] = useState({ format: 'csv', list: '', mode: 'add', action: 'block', direction: 'both', subdomains: false });
  const set = (part: Partial<typeof form>): void => change(last => ({ ...last, ...part }));
  const isBare = form.format === 'plain' || form.format === 'hosts' || form.format === 'rpz';
  return (
    <form
      class="stack"
      onSubmit={event => {
        event.preventDefault();
        if (!file) return;
        const { format, list, mode, action, direction, subdomains } = form;
        onStart(file, {
          format,
          action,
          direction,
          ...(list === '' ? {} : { list, mode }),
          ...(isBare && subdomains ? { subdomains: 'true' } : {}),
        });
      }}
    >
      <p class="soft">{w.imports.text}</p>
      <div class="field">
        <label for={id}>{w.imports.file}</label>
        <input
          id={id}
          type="file"
          required
          class="input"
          onChange={event => {
            const chosen = event.currentTarget.files?.[0] ?? null;
            setFile(chosen);
            if (chosen) set({ format: formatOf(chosen.name) });
          }}
        />
      </div>
      <div class="columns even">
        <Select
          label={w.imports.format}
          value={form.format}
          onValue={format => set({ format })}
          options={FORMATS.map(value => ({ value, text: w.imports.formats[value] }))}
        />
        <Select
          label={w.action}
          value={form.action}
          onValue={action => set({ action })}
          options={(['block', 'allow'] as const).map(value => ({ value, text: w.actions[value] }))}
        />
        <Select
          label={w.direction}
          value={form.direction}
          onValue={direction => set({ direction })}
          options={(['both', 'recipient', 'sender'] as const).map(value => ({ value, text: w.directions[value] }))}
        />
        <Field label={w.imports.list} hint={w.imports.listHint} value={form.list} onValue={list => set({ list: list.trim() })} />
        {form.list !== '' && (
          <Select
            label={w.imports.mode}
            value={form.mode}
            onValue={mode => set({ mode })}
            options={(['add', 'replace'] as const).map(value => ({ value, text: w.imports.modes[value] }))}
          />
        )}
      </div>
      {isBare && <Switch label={w.imports.subdomains} on={form.subdomains} onChange={subdomains => set({ subdomains })} />}
      <p>
        <Button type="submit" kind="primary" disabled={!file}>
          {w.imports.start}
        </Button>
      </p>
    </form>
  );
}

function Report({ told }: { readonly told: Told }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.library.imports;
  const hasFailed = told.state === 'failed';
  return (
    <div class="stack" role="status">
      <p>
        <Badge tone={hasFailed ? 'bad' : told.refused > 0 ? 'warn' : 'good'}>{hasFailed ? w.failed : w.done}</Badge>{' '}
        {told.fault && <Outside text={told.fault} />}
      </p>
      <KeyValue
        pairs={(['imported', 'repeated', 'refused', 'automatic'] as const).map(name =>
          name === 'imported' || told[name] > 0 ? [w.counts[name], format.number(told[name])] : null,
        )}
      />
      {told.findings.length > 0 && <Bad findings={told.findings} refused={told.refused} />}
    </div>
  );
}

/** Lines that could not be read, with their numbers; they can be taken away as CSV. */
function Bad({ findings, refused }: { readonly findings: Told['findings']; readonly refused: number }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.library.imports;
  return (
    <>
      <h3>{w.bad}</h3>
      <DataTable
        caption={w.bad}
        rows={findings}
        keyOf={one => one.field + one.message}
        csv="import"
        columns={[
          { id: 'line', title: w.line, value: one => one.field, cell: one => <Outside text={one.field} max={40} /> },
          { id: 'fault', title: w.fault, narrow: 'wide', value: one => one.message, cell: one => <Outside text={one.message} max={300} /> },
        ]}
      />
      {refused > findings.length && <p class="note">{w.badMore({ shown: format.number(refused - findings.length) })}</p>}
    </>
  );
}
