// Reputation: one explained score of what is seen here, by mailbox provider, and of each domain; for the operator of accounts and sending IPs too.
import type { JSX } from 'preact';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { useList } from '../../app/list.ts';
import { useQuery } from '../../app/place.ts';
import { accountNow, acting } from '../../app/session.ts';
import { useValue } from '../../app/value.ts';
import { Badge } from '../../parts/badge.tsx';
import { Call, Loaded } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/field.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { ListOf } from '../../parts/listed.tsx';
import { Outside } from '../../parts/outside.tsx';
import { curl } from '../../app/curl.ts';
import { GRADE_TONES, REPUTATION } from '../overview/reputation.ts';
import { Parts, Score } from './parts.tsx';
import { KINDS, nameOf, titlesOf, type Answer, type Kind, type Row } from './reputation.ts';
import { Briefs } from './table.tsx';

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.reputation;
  useValue(acting);
  const asked = useAsk<Answer>(REPUTATION);
  const overall = asked.value?.overall;
  return (
    <>
      <Head title={w.title} state={overall && <Badge tone={GRADE_TONES[overall.grade]}>{words.overview.grades[overall.grade]}</Badge>} />
      <Loaded asked={asked} lines={16}>
        {answer => (
          <div class="columns even">
            <Card title={w.all}>
              <Score of={answer.overall} />
              <p class="note">{answer.note}</p>
              <Parts parts={answer.overall.parts} />
              <Call text={curl('GET', '/v1/reputation')} />
            </Card>
            <Card title={w.providers}>
              {answer.overall.providers.length === 0 ? (
                <p class="soft">{w.noProviders}</p>
              ) : (
                <Briefs
                  caption={w.providers}
                  first={w.columns.provider}
                  rows={answer.overall.providers}
                  nameOf={one => one.provider}
                  cell={one => <Outside text={one.provider} max={60} />}
                  titles={titlesOf(answer.overall.parts)}
                  csv="reputation-providers"
                />
              )}
            </Card>
          </div>
        )}
      </Loaded>
      <Each titles={titlesOf(overall?.parts ?? [])} />
    </>
  );
}

function Each({ titles }: { readonly titles: ReadonlyMap<string, string> }): JSX.Element {
  const { words } = useLanguage();
  const w = words.reputation;
  const all = accountNow() === null;
  const [chosen, choose] = useQuery('kind');
  const kind: Kind = all ? (KINDS.find(one => one === chosen) ?? 'account') : 'domain';
  const list = useList<Row>('/v1/reputation', { kind });
  return (
    <Card
      title={all ? w.list : w.kinds.domain}
      actions={
        all && (
          <Select compact label={w.kind} value={kind} onValue={choose} options={KINDS.map(value => ({ value, text: w.kinds[value] }))} />
        )
      }
    >
      <ListOf list={list} lines={4} empty={<p class="soft">{w.none}</p>}>
        <Briefs
          caption={w.kinds[kind]}
          first={w.columns.name}
          rows={list.rows}
          nameOf={nameOf}
          cell={row =>
            row.domain === undefined ? (
              <Outside text={nameOf(row)} max={100} />
            ) : (
              <Link to={`/reputation/${row.domain}`}>
                <Outside text={row.domain} max={100} />
              </Link>
            )
          }
          titles={titles}
          csv={`reputation-${kind}`}
        />
      </ListOf>
    </Card>
  );
}
