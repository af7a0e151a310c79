// The two editors: the fields of a mail with its files, and the source of a message, typed or from a file.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Fault } from '../../app/api.ts';
import { useLanguage } from '../../app/language.ts';
import { Field, Select } from '../../parts/field.tsx';
import type { Finding } from '../../parts/score.tsx';
import { Source, type Mark } from '../../parts/source.tsx';
import type { Tone } from '../../parts/badge.tsx';
import { Attachments } from './attachments.tsx';
import type { Files, Room } from './attached.ts';
import { spotOf, type Way } from './draft.ts';
import { EMPTY, type Draft } from './samples.ts';

/** The finding to show; another object shows it again. */
export type Shown = { readonly finding: Finding } | null;

const TONES: Readonly<Record<Finding['severity'], Tone>> = { high: 'bad', medium: 'warn', low: 'info' };
const LEVELS = ['opportunistic', 'required', 'verified'] as const;

function marksOf(
  way: Way,
  place: 'html' | 'text' | 'source',
  findings: readonly Finding[],
  draft: Draft,
  source: string,
  files = 0,
): readonly Mark[] {
  return findings.flatMap(finding => {
    // What is about a whole part marks no line of it.
    if (finding.where && 'part' in finding.where && finding.where.line === null) return [];
    const spot = spotOf(way, finding.where, draft, source, files);
    return spot?.in === place ? [{ line: spot.line, tone: TONES[finding.severity], title: finding.title }] : [];
  });
}

/** The same line again is another object only when the finding was chosen again. */
function useShown(
  way: Way,
  place: 'html' | 'text' | 'source',
  shown: Shown,
  draft: Draft,
  source: string,
  files = 0,
): { readonly line: number } | null {
  const [line, setLine] = useState<{ readonly line: number } | null>(null);
  useEffect(() => {
    const spot = shown ? spotOf(way, shown.finding.where, draft, source, files) : null;
    setLine(spot?.in === place ? { line: spot.line } : null);
  }, [shown]);
  return line;
}

type DraftProps = {
  readonly draft: Draft;
  readonly onDraft: (next: Draft) => void;
  readonly files: Files;
  readonly onFiles: (change: (now: Files) => Files) => void;
  readonly room: Room | null;
  readonly findings: readonly Finding[];
  readonly fault: Fault | undefined;
  readonly shown: Shown;
};

export function DraftForm({ draft, onDraft, files, onFiles, room, findings, fault, shown }: DraftProps): JSX.Element {
  const { words } = useLanguage();
  const w = words.compose;
  const form = useRef<HTMLDivElement>(null);
  const set =
    (name: keyof Draft) =>
    (value: string): void =>
      onDraft({ ...draft, [name]: value });
  const errorOf = (name: string): string | undefined => fault?.findings?.find(one => one.field?.startsWith(name))?.message;
  const count = files.kept.length;
  const html = useShown('form', 'html', shown, draft, '', count);
  const text = useShown('form', 'text', shown, draft, '', count);
  useEffect(() => {
    const spot = shown ? spotOf('form', shown.finding.where, draft, '', count) : null;
    if (spot?.in === 'field') form.current?.querySelector<HTMLInputElement>(`[data-field="${CSS.escape(spot.name)}"] input`)?.focus();
    if (spot?.in === 'attachment') form.current?.querySelector<HTMLButtonElement>(`[data-file="${spot.n}"] button`)?.focus();
  }, [shown]);
  return (
    <div class="stack" ref={form}>
      <div data-field="from">
        <Field label={w.from} value={draft.from} onValue={set('from')} error={errorOf('from')} required />
      </div>
      <div data-field="to">
        <Field label={w.to} value={draft.to} onValue={set('to')} hint={w.toHint} error={errorOf('to')} required />
      </div>
      <div data-field="subject">
        <Field label={w.subject} value={draft.subject} onValue={set('subject')} error={errorOf('subject')} />
      </div>
      <Source
        label={w.html}
        value={draft.html}
        onValue={set('html')}
        marks={marksOf('form', 'html', findings, draft, '', count)}
        show={html}
      />
      <Source
        label={w.text}
        hint={w.textHint}
        rows={6}
        value={draft.text}
        onValue={set('text')}
        marks={marksOf('form', 'text', findings, draft, '', count)}
        show={text}
      />
      <Attachments files={files} onFiles={onFiles} room={room} fault={fault} />
      <Field label={w.tags} value={draft.tags} onValue={set('tags')} hint={w.tagsHint} error={errorOf('tags')} />
      <Field
        label={w.sendAt}
        type="datetime-local"
        value={draft.sendAt}
        onValue={set('sendAt')}
        hint={w.sendAtHint}
        error={errorOf('sendAt')}
      />
      <Select label={w.tls} value={draft.tls} onValue={set('tls')} options={LEVELS.map(value => ({ value, text: w.tlsLevels[value] }))} />
    </div>
  );
}

type SourceProps = {
  readonly source: string;
  /** `file`: the bytes themselves, until they are changed by hand. */
  readonly onSource: (text: string, file: Blob | null) => void;
  readonly findings: readonly Finding[];
  readonly shown: Shown;
};

export function SourceForm({ source, onSource, findings, shown }: SourceProps): JSX.Element {
  const { words } = useLanguage();
  const w = words.compose;
  const line = useShown('source', 'source', shown, EMPTY, source);
  const take = async (file: File | undefined): Promise<void> => {
    if (file) onSource((await file.text()).replace(/\r\n/g, '\n'), file);
  };
  return (
    // Dropping has a button beside it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      class="drop"
      role="group"
      aria-label={w.raw}
      onDragOver={event => event.preventDefault()}
      onDrop={event => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <p class="row">
        <span class="soft">{w.drop}</span>
        <label class="button">
          {w.choose}
          <input
            class="hidden-visually"
            type="file"
            accept=".eml,message/rfc822"
            onChange={event => void take(event.currentTarget.files?.[0])}
          />
        </label>
      </p>
      <Source
        label={w.raw}
        rows={24}
        value={source}
        onValue={text => onSource(text, null)}
        marks={marksOf('source', 'source', findings, EMPTY, source)}
        show={line}
      />
    </div>
  );
}
