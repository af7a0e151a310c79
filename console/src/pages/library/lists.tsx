// The lists that imports and feeds made.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Page } from '../../app/api.ts';
import type { Asked } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { may, useSession } from '../../app/session.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Removal } from '../../parts/removal.tsx';
import { DataTable } from '../../parts/table.tsx';

export type List = {
  readonly name: string;
  readonly entries: number;
  readonly feed: string | null;
  readonly source: string;
  readonly bytes: number;
  readonly madeAt: string;
  readonly fault: string | null;
};

export function Lists({ asked, onShow }: { readonly asked: Asked<Page<List>>; readonly onShow: (name: string) => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.library.lists;
  const who = useSession();
  const [doomed, setDoomed] = useState<string | null>(null);
  return (
    <Card title={w.title}>
      <Loaded asked={asked} lines={3}>
        {({ data }) =>
          data.length === 0 ? (
            <p class="soft">{w.none}</p>
          ) : (
            <DataTable
              caption={w.title}
              rows={data}
              keyOf={one => one.name}
              columns={[
                { id: 'name', title: words.library.columns.list, narrow: 'wide', cell: one => <Outside text={one.name} max={64} /> },
                { id: 'entries', title: w.entries, number: true, cell: one => format.number(one.entries) },
                { id: 'size', title: w.size, number: true, narrow: 'left-out', cell: one => format.bytes(one.bytes) },
                { id: 'made', title: w.made, narrow: 'left-out', cell: one => format.time(one.madeAt) },
                {
                  id: 'state',
                  title: w.state,
                  narrow: 'wide',
                  cell: one => (one.fault === null ? <Badge tone="good">{w.inForce}</Badge> : <Outside text={one.fault} max={200} />),
                },
                {
                  id: 'do',
                  title: w.show,
                  narrow: 'wide',
                  cell: one => (
                    <span class="row">
                      <Button onPress={() => onShow(one.name)}>
                        {w.show} <span class="hidden-visually">{one.name}</span>
                      </Button>
                      {one.feed === null && may(who, 'manage') ? (
                        <Button kind="danger" onPress={() => setDoomed(one.name)}>
                          {w.remove} <span class="hidden-visually">{one.name}</span>
                        </Button>
                      ) : (
                        one.feed !== null && (who.operator ? <Link to="/library/feeds">{w.feed}</Link> : <span class="note">{w.feed}</span>)
                      )}
                    </span>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {doomed !== null && <Remove name={doomed} onDone={() => asked.put(without(asked.value, doomed))} onClose={() => setDoomed(null)} />}
    </Card>
  );
}

/** Gone at once: each door of the server learns of it a moment later. */
const without = (known: Page<List> | undefined, name: string): Page<List> => ({
  data: (known?.data ?? []).filter(one => one.name !== name),
  next: null,
});

function Remove({
  name,
  onDone,
  onClose,
}: {
  readonly name: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { words } = useLanguage();
  const w = words.library.lists;
  const done = (): void => {
    onDone();
    onClose();
  };
  return (
    <Removal
      path={`/v1/blocked/lists/${encodeURIComponent(name)}`}
      title={w.remove}
      text={w.removeText}
      name={name}
      action={w.remove}
      said={w.removed({ name })}
      onDone={done}
      onClose={onClose}
    />
  );
}
