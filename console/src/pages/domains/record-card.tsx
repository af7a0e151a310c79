// One DNS record: why, the host as the form wants it, the value to copy, and where it differs the value that is there with its first wrong
// character marked. What DNS answers is a stranger's text.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { plainText } from '../../parts/plain-text.ts';
import { departure, hostIn, isNeeded, mxOf, TONES, valueOf, type DnsRecord } from './records.ts';

const MOST = 1000;

export function RecordCard({
  record,
  zone,
  state,
}: {
  readonly record: DnsRecord;
  /** null: whole names. */
  readonly zone: string | null;
  readonly state: string;
}): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains;
  const names: Readonly<Record<string, string>> = w.purposes;
  const why: Readonly<Record<string, string>> = w.why;
  const title = (
    <>
      <span class="strong">{names[record.purpose] ?? record.purpose}</span> <code>{record.type}</code>{' '}
      <Badge tone={TONES[record.status]}>{w.statuses[record.status]}</Badge>
    </>
  );
  // What is in place needs nobody: it folds to its name.
  if (record.status === 'ok')
    return (
      <li class="record">
        <details>
          <summary>{title}</summary>
          <Inside record={record} zone={zone} why={why[record.purpose] ?? ''} />
        </details>
      </li>
    );
  return (
    <li class="record">
      <h3 class="row">
        {title}
        {isNeeded(record, state) && <Badge tone="warn">{w.needed}</Badge>}
      </h3>
      <Inside record={record} zone={zone} why={why[record.purpose] ?? ''} />
    </li>
  );
}

function Inside({ record, zone, why }: { readonly record: DnsRecord; readonly zone: string | null; readonly why: string }): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains;
  const mx = mxOf(record);
  const copies = (name: string, text: string): JSX.Element => (
    <CopyButton text={text} name={`${words.frame.copy}: ${name} ${text.slice(0, 60)}`} />
  );
  const host = hostIn(record.host, zone);
  return (
    <div class="record-inside">
      <p class="note">{why}</p>
      <p>
        <span class="note">{w.host}</span> <code class="outside">{host}</code> {copies(w.host, host)}
      </p>
      {mx && (
        <p>
          <span class="note">{w.priority}</span> <code>{mx.priority}</code>
        </p>
      )}
      <p class="note">
        {record.status === 'ok' ? w.value : w.expected} {copies(w.value, valueOf(record))}
      </p>
      <code class="reply outside">{valueOf(record)}</code>
      {record.current !== null && record.status === 'different' && <Current record={record} />}
    </div>
  );
}

function Current({ record }: { readonly record: DnsRecord }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.domains;
  const { same, wrong, rest, place } = departure(record.expected, record.current ?? '');
  return (
    <>
      <p class="note">
        {w.current} · {wrong === '' ? w.endsEarly : w.differs({ place: format.number(place) })}
      </p>
      <code class="reply outside" dir="auto" lang="">
        {plainText(same, MOST)}
        <mark class="wrong">{wrong === '' ? '⌫' : plainText(wrong)}</mark>
        {plainText(rest, MOST)}
      </code>
    </>
  );
}
