// Sending IPs: those in trouble first, with why; and the pools that they are in.
import type { JSX } from 'preact';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import type { Page as Answer } from '../../app/api.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty, Loaded } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import { IP_TONES, troubleFirst, type BriefIp } from './ip.ts';
import { Pools } from './pools.tsx';

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.sendingIps;
  const ips = useAsk<Answer<BriefIp>>('/v1/sending-ips');
  return (
    <>
      <Head title={w.title} />
      <p class="soft">{w.note}</p>
      <Loaded asked={ips}>
        {({ data }) =>
          data.length === 0 ? <Empty text={w.none} call="SESAME_SENDING_IPS=192.0.2.7" /> : <Ips rows={troubleFirst(data)} />
        }
      </Loaded>
      <Pools onChange={ips.again} />
    </>
  );
}

function Ips({ rows }: { readonly rows: readonly BriefIp[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.sendingIps;
  return (
    <Card title={w.title}>
      <DataTable
        caption={w.title}
        rows={rows}
        keyOf={one => one.ip}
        columns={[
          { id: 'ip', title: w.ip, cell: one => <Link to={`/sending-ips/${encodeURIComponent(one.ip)}`}>{one.ip}</Link> },
          { id: 'state', title: w.state, cell: one => <Badge tone={IP_TONES[one.state]}>{w.states[one.state]}</Badge> },
          {
            id: 'why',
            title: w.why,
            narrow: 'wide',
            cell: one => (one.reason === null ? '–' : <Outside text={one.reason} max={200} />),
          },
          { id: 'since', title: w.since, narrow: 'left-out', cell: one => format.time(one.since) },
          { id: 'pool', title: w.pool, narrow: 'left-out', cell: one => one.pool },
          { id: 'helo', title: w.helo, narrow: 'left-out', cell: one => <Outside text={one.helo ?? '–'} max={120} /> },
          { id: 'checked', title: w.checked, narrow: 'left-out', cell: one => format.time(one.checkedAt) },
        ]}
      />
    </Card>
  );
}
