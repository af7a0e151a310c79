// Who is in a list, in the order they came; one is found by address, and taken out with an undo.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { faultText } from '../../app/fault.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { useQuery } from '../../app/place.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Outside } from '../../parts/outside.tsx';
import { SearchBar } from '../../parts/search-bar.tsx';
import { DataTable, type Column } from '../../parts/table.tsx';
import { tell, tellUndoable } from '../../parts/toast.tsx';
import { dataText, type List, type Recipient } from './list.ts';

type Props = {
  readonly list: List;
  /** Counts up to read again. */
  readonly round: number;
  readonly mayManage: boolean;
  readonly onTakenOut: () => void;
};

export function Recipients({ list, round, mayManage, onTakenOut }: Props): JSX.Element {
  const { words } = useLanguage();
  const w = words.lists;
  const [address, setAddress] = useQuery('address');
  const found = useList<Recipient>(`/v1/lists/${list.id}/recipients`, { address: address || undefined });
  useEffect(() => {
    if (round > 0) found.again();
  }, [round]);
  const [gone, setGone] = useState<readonly string[]>([]);
  const takeOut = (one: Recipient): void => {
    setGone(last => [...last, one.address]);
    tellUndoable(w.takenOut({ address: one.address }), {
      undo: () => setGone(last => last.filter(it => it !== one.address)),
      done: () =>
        void send('DELETE', `/v1/lists/${list.id}/recipients/${encodeURIComponent(one.address)}`).then(outcome => {
          if (!outcome.ok && outcome.fault.status !== 404) tell(faultText(words, outcome.fault));
          found.again();
          onTakenOut();
          setGone(last => last.filter(it => it !== one.address));
        }),
    });
  };
  const rows = found.rows.filter(one => !gone.includes(one.address));
  const columns: readonly Column<Recipient>[] = [
    {
      id: 'address',
      title: w.columns.address,
      narrow: 'wide',
      value: one => one.address,
      cell: one => <Outside text={one.address} max={120} />,
    },
    {
      id: 'data',
      title: w.columns.data,
      narrow: 'wide',
      value: dataText,
      cell: one => (
        <span class="soft">
          <Outside text={dataText(one)} max={160} />
        </span>
      ),
    },
    ...(mayManage
      ? [
          {
            id: 'out',
            title: w.takeOut,
            cell: (one: Recipient) => (
              <Button kind="quiet" onPress={() => takeOut(one)}>
                {w.takeOut} <span class="hidden-visually">{one.address}</span>
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Card title={w.columns.recipients}>
      <SearchBar label={w.search} hint={w.searchHint} submit={w.find} value={address} onSearch={text => setAddress(text || null)} />
      <ListOf list={found} lines={8} empty={<p class="soft">{address ? w.notThere : w.noRecipients}</p>}>
        <DataTable caption={w.columns.recipients} columns={columns} rows={rows} keyOf={one => one.address} csv="recipients" />
      </ListOf>
    </Card>
  );
}
