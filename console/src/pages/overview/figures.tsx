// The numbers of the overview: five with what they are of, messages over time, by mailbox provider, refused, received.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Page } from '../../app/api.ts';
import { together, useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { useAll } from '../../app/list.ts';
import { useLiveAgain } from '../../app/live.ts';
import { withQuery } from '../../app/route.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Failed, Loaded, Skeleton } from '../../parts/blocks.tsx';
import { Card, Tile, Tiles } from '../../parts/card.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import {
  bouncedShare,
  complainedShare,
  deliveredShare,
  encryptedShare,
  growth,
  spanOf,
  topProviders,
  type Counts,
  type Range,
  type Row,
  type Share,
} from './numbers.ts';
import { GRADE_TONES, type Reputation } from './reputation.ts';

type Props = { readonly range: Range; readonly now: number; readonly reputation: Reputation | undefined };

export function Figures({ range, now, reputation }: Props): JSX.Element {
  const { from, to, beforeFrom } = spanOf(range, now);
  const total = useAsk<Page<Row>>(withQuery('/v1/statistics', { by: 'total', from, to }));
  useLiveAgain(total.again);
  const before = useAsk<Page<Row>>(withQuery('/v1/statistics', { by: 'total', from: beforeFrom, to: from }));
  return (
    <Loaded asked={together(total, [before])} lines={24}>
      {({ data }) => {
        const counts = data[0]?.counts;
        return (
          counts && (
            <>
              <Numbers counts={counts} before={before.value?.data[0]?.counts ?? null} range={range} />
              <div class="columns table-side">
                <OverTime range={range} now={now} />
                <Providers from={from} to={to} reputation={reputation} />
              </div>
              <div class="columns even">
                <Refused counts={counts} />
                <Received counts={counts} />
              </div>
            </>
          )
        );
      }}
    </Loaded>
  );
}

function Numbers({
  counts,
  before,
  range,
}: {
  readonly counts: Counts;
  readonly before: Counts | null;
  readonly range: Range;
}): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.overview.numbers;
  const of = ({ part, whole }: Share): string => words.frame.of({ part: format.number(part), whole: format.number(whole) });
  const more = before && growth(counts.accepted, before.accepted);
  const tls = encryptedShare(counts);
  const signed = more === null ? '' : `${more < 0 ? '−' : '+'}${format.percent(Math.abs(more))}`;
  return (
    <Tiles>
      <Tile
        name={w.accepted}
        value={format.number(counts.accepted)}
        note={more === null ? w.nothingBefore : w.compared({ shown: signed, range: words.overview.ranges[range] })}
      />
      <Tile name={w.delivered} value={format.percent(deliveredShare(counts).share)} note={of(deliveredShare(counts))} />
      <Tile name={w.bounced} value={format.percent(bouncedShare(counts).share)} note={of(bouncedShare(counts))} />
      <Tile name={w.complaints} value={format.percent(complainedShare(counts).share)} note={of(complainedShare(counts))} />
      <Tile name={w.tls} value={format.percent(tls.share)} note={w.clear({ shown: format.number(tls.whole - tls.part) })} />
    </Tiles>
  );
}

function OverTime({ range, now }: { readonly range: Range; readonly now: number }): JSX.Element {
  const { words, format } = useLanguage();
  const { from, to, by } = spanOf(range, now);
  const all = useAll<Row>(withQuery('/v1/statistics', { by, from, to, timeZone: format.zone }));
  useLiveAgain(all.again);
  const title = words.overview.chart[by];
  const states = words.frame.states;
  const drawn = useMemo(() => {
    const rows = all.rows ?? [];
    const line = (name: string, of: (counts: Counts) => number): { readonly name: string; readonly values: readonly number[] } => ({
      name,
      values: rows.map(row => of(row.counts)),
    });
    return {
      times: rows.map(row => Date.parse(row.from)),
      lines: [
        line(states.delivered, one => one.delivered),
        line(states.deferred, one => one.deferred),
        line(states.bounced, one => one.bounced.total),
      ],
    };
  }, [all.rows, states]);
  return (
    <Card title={title}>
      {all.rows ? (
        <Chart title={title} times={drawn.times} lines={drawn.lines} timeOf={by === 'day' ? format.date : format.time} />
      ) : all.fault ? (
        <Failed fault={all.fault} />
      ) : (
        <Skeleton lines={8} />
      )}
    </Card>
  );
}

function Providers({ from, to, reputation }: Pick<Props, 'reputation'> & { readonly from: string; readonly to: string }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.overview.providers;
  const asked = useAsk<Page<Row>>(withQuery('/v1/statistics', { by: 'total', groupBy: 'provider', from, to }));
  useLiveAgain(asked.again);
  const grades = new Map(reputation?.overall.providers.map(one => [one.provider, one.grade]));
  const graded = (provider: string): JSX.Element | string => {
    const grade = grades.get(provider);
    return grade ? <Badge tone={GRADE_TONES[grade]}>{words.overview.grades[grade]}</Badge> : '–';
  };
  const nameOf = (provider: string): JSX.Element | string =>
    provider === '' ? w.none : provider === 'rest' || provider === 'other' ? w.other : <Outside text={provider} max={60} />;
  const share = (one: Share): string => format.percent(one.share);
  return (
    <Card title={w.title} actions={<Link to="/reputation">{words.overview.reputation}</Link>}>
      <Loaded asked={asked} lines={8}>
        {({ data }) => {
          const rows = topProviders(data);
          if (rows.length === 0) return <p class="soft">{words.overview.noMail}</p>;
          return (
            <DataTable
              caption={w.title}
              rows={rows}
              keyOf={row => row.provider}
              columns={[
                { id: 'provider', title: w.provider, narrow: 'wide', cell: row => nameOf(row.provider) },
                { id: 'delivered', title: words.overview.numbers.delivered, number: true, cell: row => share(deliveredShare(row.counts)) },
                { id: 'bounced', title: words.overview.numbers.bounced, number: true, cell: row => share(bouncedShare(row.counts)) },
                {
                  id: 'complaints',
                  title: words.overview.numbers.complaints,
                  number: true,
                  narrow: 'left-out',
                  cell: row => share(complainedShare(row.counts)),
                },
                { id: 'reputation', title: words.overview.reputation, cell: row => graded(row.provider) },
              ]}
            />
          );
        }}
      </Loaded>
    </Card>
  );
}

type Line = { readonly tone: Tone; readonly name: string; readonly count: number };

function Refused({ counts: { rejected, suppressed } }: { readonly counts: Counts }): JSX.Element {
  const { words } = useLanguage();
  const w = words.overview.refused;
  return (
    <Lines
      title={w.title}
      of={[
        { tone: 'bad', name: w.virus, count: rejected.virus },
        { tone: 'bad', name: w.spam, count: rejected.spam },
        { tone: 'idle', name: w.other, count: rejected.other },
        { tone: 'idle', name: w.library, count: suppressed },
      ]}
    />
  );
}

function Received({ counts: { received } }: { readonly counts: Counts }): JSX.Element {
  const { words } = useLanguage();
  const w = words.overview.received;
  return (
    <Lines
      title={w.title}
      of={[
        { tone: 'good', name: w.clean, count: received.spam.pass },
        { tone: 'warn', name: w.gray, count: received.spam.gray },
        { tone: 'bad', name: w.bad, count: received.spam.fail + received.virus.fail },
        { tone: 'idle', name: w.refused, count: received.rejected.total },
      ]}
    />
  );
}

function Lines({ title, of }: { readonly title: string; readonly of: readonly Line[] }): JSX.Element {
  const { format } = useLanguage();
  return (
    <Card title={title}>
      <dl class="lines">
        {of.map(({ tone, name, count }) => (
          <div key={name}>
            <dt>
              <Badge tone={count === 0 ? 'idle' : tone}>{name}</Badge>
            </dt>
            <dd class="number">{format.number(count)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
