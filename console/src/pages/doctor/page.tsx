// Doctor: is the installation set up well? A verdict, then what is wrong and what to do; what is known can be set aside with a reason.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, type Page as Paged } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Call, Failed, Loaded, Skeleton } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { Head } from '../../parts/head.tsx';
import { Outside } from '../../parts/outside.tsx';
import { tell } from '../../parts/toast.tsx';
import { curl } from '../../app/curl.ts';
import { countsOf, groupsOf, STATES, textOf, type Counts, type Finding, type SetAside } from './findings.ts';
import { FindingGroup } from './group.tsx';
import { useRun, type Run } from './run.ts';
import { SetAsideDialog } from './set-aside.tsx';

export function Page(): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.doctor;
  const run = useRun();
  const asides = useAsk<Paged<SetAside>>('/v1/doctor/set-aside');
  const [chosen, choose] = useState<Finding | null>(null);
  useShortcuts({ r: { says: w.keys.run, run: () => !run.busy && run.again() } });
  const groups = groupsOf(run.findings);
  return (
    <>
      <Head
        title={w.title}
        note={run.at !== null && format.time(run.at)}
        actions={
          <>
            {run.findings.length > 0 && <CopyButton label={w.copy} text={() => textOf(run.findings)} />}
            <Button kind="primary" busy={run.busy} onPress={run.again} keys="r">
              {w.run}
            </Button>
          </>
        }
      />
      <Verdict run={run} />
      {run.fault && <Failed fault={run.fault} again={run.again} />}
      {run.fault && groups.length > 0 && <p class="note">{w.broken}</p>}
      {groups.length === 0 && run.busy && <Skeleton lines={8} />}
      {groups.map(group => (
        <FindingGroup key={group.name} group={group} onSetAside={choose} />
      ))}
      {/* Below what still grows nothing is drawn that would have to move. */}
      {!run.busy && (
        <>
          <Card title={w.asides}>
            <Loaded asked={asides} lines={2}>
              {({ data }) =>
                data.length === 0 ? (
                  <p class="soft">{w.noAsides}</p>
                ) : (
                  <ul class="lines-of">
                    {data.map(one => (
                      <AsideLine
                        key={`${one.group}/${one.name}`}
                        one={one}
                        onBack={() => {
                          run.mark(one, null);
                          asides.again();
                        }}
                      />
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </Card>
          <Call text={curl('GET', '/v1/doctor')} />
        </>
      )}
      {chosen && (
        <SetAsideDialog
          finding={chosen}
          onDone={made => {
            run.mark(made, made);
            asides.again();
            choose(null);
          }}
          onClose={() => choose(null)}
        />
      )}
    </>
  );
}

const toneOf = ({ fail, warn }: Counts): Extract<Tone, 'good' | 'warn' | 'bad'> => (fail > 0 ? 'bad' : warn > 0 ? 'warn' : 'good');

/** While it runs nothing is called good. */
function Verdict({ run }: { readonly run: Run }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.doctor;
  const counts = countsOf(run.findings);
  const tone = toneOf(counts);
  const parts = [...STATES, 'aside' as const].filter(name => counts[name] > 0);
  return (
    <section class="card verdict" aria-live="polite" aria-busy={run.busy}>
      <p class="row">
        {run.busy ? w.running : run.fault === null && <Badge tone={tone}>{w.verdicts[tone]}</Badge>}
        {!run.busy && parts.length > 0 && (
          <span>{parts.map(name => w.counts[name]({ count: counts[name], shown: format.number(counts[name]) })).join(' · ')}</span>
        )}
      </p>
    </section>
  );
}

function AsideLine({ one, onBack }: { readonly one: SetAside; readonly onBack: () => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.doctor;
  const back = useWork(
    () => send('DELETE', `/v1/doctor/set-aside/${encodeURIComponent(one.group)}/${encodeURIComponent(one.name)}`),
    () => {
      tell(w.takenBack);
      onBack();
    },
  );
  return (
    <li>
      <p class="row">
        <span class="strong">
          <Outside text={`${one.group}: ${one.name}`} max={160} />
        </span>
        <Button busy={back.busy} onPress={back.run}>
          {w.takeBack} <span class="hidden-visually">{one.name}</span>
        </Button>
      </p>
      <p>
        <Outside text={one.reason} />
      </p>
      <p class="note">
        <Outside text={w.asideBy({ by: one.by, time: format.time(one.at) })} />
      </p>
      {back.fault && <Failed fault={back.fault} />}
    </li>
  );
}
