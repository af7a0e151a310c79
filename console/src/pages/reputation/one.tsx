// Reputation of one sending domain, whole and at each mailbox provider with its parts.
import type { JSX } from 'preact';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import type { PageProps } from '../../pages.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { GRADE_TONES } from '../overview/reputation.ts';
import { Parts, Score } from './parts.tsx';
import type { DomainAnswer } from './reputation.ts';

export function Page({ params }: PageProps): JSX.Element {
  const { words } = useLanguage();
  const w = words.reputation;
  const name = params['domain'] ?? '';
  const asked = useAsk<DomainAnswer>(`/v1/reputation/${encodeURIComponent(name)}`);
  const grade = asked.value?.grade;
  return (
    <>
      <Head
        title={`${w.title} · ${name}`}
        heading={<Outside text={name} max={100} />}
        above={<Link to="/reputation">{w.title}</Link>}
        state={grade && <Badge tone={GRADE_TONES[grade]}>{words.overview.grades[grade]}</Badge>}
        actions={
          <Link to={`/domains/${name}`} class="button">
            {words.domains.card}
          </Link>
        }
      />
      <Loaded asked={asked} lines={12}>
        {answer => (
          <div class="columns even">
            <Card title={w.title}>
              <Score of={answer} />
              <p class="note">{answer.note}</p>
              <Parts parts={answer.parts} />
            </Card>
            <Card title={w.providers}>
              {answer.providers.length === 0 && <p class="soft">{w.noProviders}</p>}
              {answer.providers.map(one => (
                <details key={one.provider}>
                  <summary>
                    <Outside text={one.provider} max={60} /> <Badge tone={GRADE_TONES[one.grade]}>{words.overview.grades[one.grade]}</Badge>
                  </summary>
                  <Score of={one} />
                  <Parts parts={one.parts} />
                </details>
              ))}
            </Card>
          </div>
        )}
      </Loaded>
    </>
  );
}
