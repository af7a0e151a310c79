// Briefs side by side: providers, domains, accounts, sending IPs.
import type { ComponentChildren, JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { GRADE_TONES } from '../overview/reputation.ts';
import type { Brief } from './reputation.ts';

type Props<T> = {
  readonly caption: string;
  readonly first: string;
  readonly rows: readonly T[];
  readonly nameOf: (row: T) => string;
  readonly cell: (row: T) => ComponentChildren;
  readonly titles: ReadonlyMap<string, string>;
  readonly csv: string;
};

export function Briefs<T extends Brief>({ caption, first, rows, nameOf, cell, titles, csv }: Props<T>): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.reputation;
  const worst = (row: T): string => row.worst.map(id => titles.get(id) ?? id).join(' · ');
  const columns: readonly Column<T>[] = [
    { id: 'name', title: first, narrow: 'wide', value: nameOf, cell },
    { id: 'score', title: w.columns.score, number: true, value: row => row.score, cell: row => format.number(row.score) },
    {
      id: 'grade',
      title: w.columns.grade,
      value: row => row.grade,
      cell: row => <Badge tone={GRADE_TONES[row.grade]}>{words.overview.grades[row.grade]}</Badge>,
    },
    {
      id: 'ended',
      title: w.columns.ended,
      number: true,
      narrow: 'left-out',
      value: row => row.ended,
      cell: row => format.number(row.ended),
    },
    { id: 'worst', title: w.columns.worst, narrow: 'wide', value: worst, cell: row => <span class="note">{worst(row)}</span> },
  ];
  return <DataTable caption={caption} columns={columns} rows={rows} keyOf={nameOf} csv={csv} />;
}
