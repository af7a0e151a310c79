// DNS blocklists that the MX asks, each tried just now. Which they are is a setting.
import type { JSX } from 'preact';
import type { Page } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import { ZONE_TONES, type Zone } from './feed.ts';

export function Zones(): JSX.Element {
  const { words } = useLanguage();
  const w = words.feeds.zones;
  const asked = useAsk<Page<Zone>>('/v1/dns-lists');
  return (
    <Card
      title={w.title}
      actions={
        <Button busy={asked.waiting} onPress={asked.again}>
          {w.again}
        </Button>
      }
    >
      <p class="soft">{w.note}</p>
      <Loaded asked={asked} lines={2}>
        {({ data }) =>
          data.length === 0 ? (
            <p class="soft">{w.none}</p>
          ) : (
            <DataTable
              caption={w.title}
              rows={data}
              keyOf={one => `${one.asks} ${one.zone}`}
              columns={[
                { id: 'zone', title: w.zone, narrow: 'wide', cell: one => <code>{one.zone}</code> },
                { id: 'asks', title: w.asks, cell: one => w.asked[one.asks] },
                {
                  id: 'state',
                  title: words.library.lists.state,
                  narrow: 'wide',
                  cell: one => (
                    <>
                      <Badge tone={ZONE_TONES[one.state]}>{w.states[one.state]}</Badge>{' '}
                      {one.answer !== null && <Outside text={one.answer} max={120} />}
                    </>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
