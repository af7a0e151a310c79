// Entries of the library as rows: what each does, why, since and until when, and taking it out, which can be undone for some seconds.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import type { Formats } from '../../app/formats.ts';
import { faultText } from '../../app/fault.ts';
import { useLanguage } from '../../app/language.ts';
import { may, useSession } from '../../app/session.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { tell, tellUndoable } from '../../parts/toast.tsx';
import type { Words } from '../../words/en.ts';

export type Entry = {
  readonly id: string;
  readonly action: 'block' | 'allow';
  /** null: it made itself, and the address is not ours to see. */
  readonly pattern: string | null;
  readonly direction: 'sender' | 'recipient' | 'both';
  readonly scope: 'account' | 'global';
  readonly list: string | null;
  readonly reason: string | null;
  readonly source: string;
  readonly class: string | null;
  readonly evidence: string | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
};

export function whyOf(words: Words, kind: string | null): string {
  const classes: Readonly<Record<string, string>> = words.library.classes;
  return classes[kind ?? 'manual'] ?? kind ?? '';
}

export const untilOf = (words: Words, format: Formats, expiresAt: string | null): string =>
  expiresAt === null ? words.library.forever : format.time(expiresAt);

export function Entries({
  caption,
  rows,
  onGone,
}: {
  readonly caption: string;
  readonly rows: readonly Entry[];
  readonly onGone: () => void;
}): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.library;
  const who = useSession();
  const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set());
  const takeOut = (entry: Entry): void => {
    setLeaving(last => new Set([...last, entry.id]));
    const back = (): void => setLeaving(last => new Set([...last].filter(id => id !== entry.id)));
    const done = async (): Promise<void> => {
      const outcome = await send('DELETE', `/v1/blocked/${encodeURIComponent(entry.id)}`);
      if (!outcome.ok) {
        tell(faultText(words, outcome.fault));
        back();
      }
      onGone();
    };
    tellUndoable(w.takenOut({ pattern: (entry.pattern ?? entry.id).slice(0, 80) }), { undo: back, done: () => void done() });
  };
  const why = (entry: Entry): string => entry.evidence ?? entry.reason ?? '';
  const columns: readonly Column<Entry>[] = [
    {
      id: 'pattern',
      title: w.columns.pattern,
      narrow: 'wide',
      value: one => one.pattern,
      cell: one => (one.pattern === null ? <span class="faint">{w.hiddenPattern}</span> : <Outside text={one.pattern} max={120} />),
    },
    {
      id: 'action',
      title: w.columns.action,
      value: one => one.action,
      cell: one => (
        <>
          <Badge tone={one.action === 'block' ? 'bad' : 'good'}>{w.actions[one.action]}</Badge>{' '}
          <span class="note">{w.directions[one.direction]}</span>
        </>
      ),
    },
    {
      id: 'why',
      title: w.columns.why,
      narrow: 'wide',
      value: one => `${one.class ?? 'manual'} ${why(one)}`,
      cell: one => (
        <>
          {whyOf(words, one.class)}
          {why(one) !== '' && (
            <>
              {' · '}
              <Outside text={why(one)} max={300} />
            </>
          )}
        </>
      ),
    },
    {
      id: 'source',
      title: w.columns.source,
      narrow: 'left-out',
      value: one => `${one.source}${one.list === null ? '' : ` ${one.list}`}`,
      cell: one => <Outside text={one.list === null ? one.source : `${one.source} · ${one.list}`} max={100} />,
    },
    {
      id: 'since',
      title: w.columns.since,
      value: one => one.createdAt,
      cell: one => <span title={w.columns.since}>{format.date(one.createdAt)}</span>,
    },
    {
      id: 'until',
      title: w.columns.until,
      narrow: 'wide',
      value: one => one.expiresAt,
      cell: one => untilOf(words, format, one.expiresAt),
    },
    ...(may(who, 'manage')
      ? [
          {
            id: 'remove',
            title: words.frame.remove,
            cell: (one: Entry) => (
              <Button onPress={() => takeOut(one)}>
                {words.frame.remove} <span class="hidden-visually">{one.pattern ?? one.id}</span>
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={rows.filter(one => !leaving.has(one.id))}
      keyOf={one => `${one.id} ${one.direction}`}
      csv="blocked"
    />
  );
}
