// Each feed with its state, what it holds, when it was pulled and is next; what went wrong in the words of its server, with what helps.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { STATE_TONES, stateOf, type Feed } from './feed.ts';

type Props = {
  readonly rows: readonly Feed[];
  readonly busy: boolean;
  readonly onPull: (feed: Feed, force: boolean) => void;
  readonly onChange: (feed: Feed) => void;
  readonly onRemove: (feed: Feed) => void;
};

export function FeedTable({ rows, busy, onPull, onChange, onRemove }: Props): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.feeds;
  const now = Date.now();
  const columns: readonly Column<Feed>[] = [
    {
      id: 'name',
      title: w.name,
      narrow: 'wide',
      cell: one => (
        <>
          <span class="strong outside">{one.name}</span>
          <br />
          <span class="note">
            <Outside text={one.url} max={120} />
          </span>
        </>
      ),
    },
    { id: 'entries', title: words.library.lists.entries, number: true, cell: one => format.number(one.entries) },
    {
      id: 'state',
      title: words.library.lists.state,
      narrow: 'wide',
      cell: one => {
        const state = stateOf(one, now);
        return (
          <>
            <Badge tone={STATE_TONES[state]}>{w.states[state]}</Badge>
            {one.fault !== null && (
              <>
                <br />
                <Outside text={one.fault} max={300} />{' '}
                <span class="note">{w.kept({ failures: one.failures, shown: format.number(one.failures) })}</span>
              </>
            )}
          </>
        );
      },
    },
    { id: 'pulled', title: w.pulledAt, cell: one => format.time(one.pulledAt) },
    { id: 'next', title: w.nextAt, narrow: 'left-out', cell: one => format.time(one.nextAt) },
    {
      id: 'do',
      title: w.pull,
      narrow: 'wide',
      cell: one => {
        const name = <span class="hidden-visually">{one.name}</span>;
        return (
          <span class="row">
            {one.enabled && (
              <Button busy={busy} onPress={() => onPull(one, false)}>
                {w.pull} {name}
              </Button>
            )}
            {one.enabled && one.fault !== null && (
              <Button busy={busy} onPress={() => onPull(one, true)}>
                {w.force} {name}
              </Button>
            )}
            <Button onPress={() => onChange(one)}>
              {w.change} {name}
            </Button>
            <Button kind="danger" onPress={() => onRemove(one)}>
              {w.remove} {name}
            </Button>
          </span>
        );
      },
    },
  ];
  return <DataTable caption={w.title} rows={rows} keyOf={one => one.id} columns={columns} />;
}
