// The one table: a real <table>; sorted where all rows are there, drawn only near the window when it is long, columns to choose, CSV of what is shown.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useLanguage } from '../app/language.ts';
import { csvOf } from './csv.ts';
import { Button } from './button.tsx';
import { Switch } from './field.tsx';
import { spanOf, type Span } from './window.ts';

export type Column<R> = {
  readonly id: string;
  readonly title: string;
  /** Left out: only in the CSV. */
  readonly cell?: (row: R) => ComponentChildren;
  /** For CSV and sorting; a column without it is in neither. */
  readonly value?: (row: R) => string | number | null;
  readonly number?: boolean;
  /** On a narrow screen: a line of its own, or left out. */
  readonly narrow?: 'wide' | 'left-out';
  /** Shown when it is chosen. */
  readonly chosen?: boolean;
  /** Share of the width, as CSS. */
  readonly width?: string;
};

type Props<R> = {
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  /** Name of the CSV file, without its end; left out: none is offered. */
  readonly csv?: string;
  /** Only where `rows` is the whole list. */
  readonly sortable?: boolean;
  /** Rows of one height, drawn only near the window. */
  readonly long?: boolean;
  /** The row that keys act on. */
  readonly at?: number;
  readonly bar?: ComponentChildren;
  /** More can be read: called when the end is near. */
  readonly onEnd?: (() => void) | undefined;
};

const ROW_PX = 40;
const NARROW_ROW_PX = 64;
const narrow = matchMedia('(max-width: 719px)');

export function DataTable<R>(props: Props<R>): JSX.Element {
  const { caption, columns, keyOf, csv, sortable = false, long = false, at, bar } = props;
  const [left, setLeft] = useState<readonly string[]>(() => columns.filter(column => column.chosen).map(column => column.id));
  const [sort, setSort] = useState<{ readonly id: string; readonly down: boolean } | null>(null);
  const seen = columns.filter(column => column.cell);
  const shown = seen.filter(column => !left.includes(column.id));
  const rows = sorted(props.rows, columns, sort);
  const body = useRef<HTMLTableSectionElement>(null);
  const span = useSpan(body, rows.length, long, props.onEnd);
  useEffect(() => {
    if (at !== undefined && at >= 0) scrollToRow(body.current, at);
  }, [at]);
  return (
    <div class="stack">
      {(bar || csv) && (
        <div class="table-bar">
          <div class="row">{bar}</div>
          <div class="row">
            {seen.length > 4 && <ColumnChoice columns={seen} left={left} onChange={setLeft} />}
            {csv && <ExportButton name={csv} columns={columns} rows={rows} />}
          </div>
        </div>
      )}
      <table class={`table lines${long ? ' fixed' : ''}`} aria-rowcount={rows.length + 1}>
        <caption class="hidden-visually">{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {shown.map(column => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={sortable ? setSort : null} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer px={span.before} columns={shown.length} />
          {rows.slice(span.first, span.last).map((row, n) => (
            <tr key={keyOf(row)} aria-rowindex={span.first + n + 2} {...(span.first + n === at ? { class: 'at' } : {})}>
              {shown.map(column => (
                <td
                  key={column.id}
                  data-title={column.title}
                  class={`${column.number ? 'number ' : ''}${column.narrow === 'wide' ? 'wide' : column.narrow ? 'secondary' : ''}${column.value?.(row) === null ? ' nothing' : ''}`}
                >
                  {column.cell?.(row)}
                </td>
              ))}
            </tr>
          ))}
          <Spacer px={span.after} columns={shown.length} />
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ px, columns }: { readonly px: number; readonly columns: number }): JSX.Element | null {
  if (px <= 0) return null;
  return (
    <tr class="spacer" aria-hidden="true">
      <td class="space" colSpan={columns} style={{ height: `${px}px` }} />
    </tr>
  );
}

type Sort = { readonly id: string; readonly down: boolean };

function HeadCell<R>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<R>;
  readonly sort: Sort | null;
  readonly onSort: ((next: Sort) => void) | null;
}): JSX.Element {
  const mine = sort?.id === column.id ? sort : null;
  const style = column.width ? { width: column.width } : undefined;
  const cls = column.number ? 'number' : '';
  if (!onSort || !column.value) {
    return (
      <th scope="col" class={cls} style={style}>
        {column.title}
      </th>
    );
  }
  return (
    <th scope="col" class={cls} style={style} aria-sort={mine ? (mine.down ? 'descending' : 'ascending') : 'none'}>
      <button type="button" onClick={() => onSort({ id: column.id, down: mine ? !mine.down : column.number === true })}>
        {column.title} <span aria-hidden="true">{mine ? (mine.down ? '↓' : '↑') : ''}</span>
      </button>
    </th>
  );
}

function sorted<R>(rows: readonly R[], columns: readonly Column<R>[], sort: Sort | null): readonly R[] {
  const value = columns.find(column => column.id === sort?.id)?.value;
  if (!sort || !value) return rows;
  const sign = sort.down ? -1 : 1;
  // What is not known stands last either way.
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0);
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y)));
  });
}

/** The rows near the window, as it scrolls. */
function useSpan(body: { readonly current: HTMLElement | null }, rows: number, long: boolean, onEnd: (() => void) | undefined): Span {
  const all: Span = { first: 0, last: rows, before: 0, after: 0 };
  const [span, show] = useState<Span>({ first: 0, last: Math.min(rows, 60), before: 0, after: 0 });
  useLayoutEffect(() => {
    const look = (): void => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const next = spanOf(rows, narrow.matches ? NARROW_ROW_PX : ROW_PX, -top, innerHeight);
      if (long) show(last => (last.first === next.first && last.last === next.last && last.after === next.after ? last : next));
      if (onEnd && next.last >= rows) onEnd();
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [rows, long, onEnd]);
  return long ? { ...span, last: Math.min(span.last, rows) } : all;
}

function scrollToRow(body: HTMLElement | null, at: number): void {
  if (!body) return;
  const rowPx = narrow.matches ? NARROW_ROW_PX : ROW_PX;
  const top = body.getBoundingClientRect().top + at * rowPx;
  if (top < 80) scrollBy(0, top - 80);
  else if (top + rowPx > innerHeight) scrollBy(0, top + rowPx - innerHeight + 8);
}

function ColumnChoice<R>({
  columns,
  left,
  onChange,
}: {
  readonly columns: readonly Column<R>[];
  readonly left: readonly string[];
  readonly onChange: (left: readonly string[]) => void;
}): JSX.Element {
  const { words } = useLanguage();
  return (
    <details class="column-choice">
      <summary class="button">{words.frame.columns}</summary>
      <div>
        {columns.slice(1).map(column => (
          <Switch
            key={column.id}
            label={column.title}
            on={!left.includes(column.id)}
            onChange={on => onChange(on ? left.filter(id => id !== column.id) : [...left, column.id])}
          />
        ))}
      </div>
    </details>
  );
}

/** What the columns have a value for, as CSV. */
export function ExportButton<R>({
  name,
  columns,
  rows,
}: {
  readonly name: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
}): JSX.Element {
  const { words } = useLanguage();
  const save = (): void => {
    const valued = columns.filter(column => column.value);
    saveFile(
      `${name}.csv`,
      'text/csv',
      csvOf([valued.map(column => column.title), ...rows.map(row => valued.map(column => column.value?.(row)))]),
    );
  };
  return <Button onPress={save}>{words.frame.exportCsv}</Button>;
}

/** Hands a text to the browser as a file. The mark before it tells spreadsheets that it is UTF-8. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
