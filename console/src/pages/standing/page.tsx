// The standing of an account: in danger or not, how far from it, what then, and how to answer.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useLiveAgain } from '../../app/live.ts';
import { accountNow, acting } from '../../app/session.ts';
import { useValue } from '../../app/value.ts';
import { useWork } from '../../app/work.ts';
import { State } from '../../parts/badge.tsx';
import { Call, Empty, Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { TextArea } from '../../parts/field.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { ExportButton } from '../../parts/table.tsx';
import { tell } from '../../parts/toast.tsx';
import { DryRunCard, PastCard } from './changes.tsx';
import { RulesCard } from './rules.tsx';
import type { Evidence, Standing } from './rule.ts';

export function Page(): JSX.Element {
  const { words } = useLanguage();
  const w = words.standing;
  useValue(acting);
  const id = accountNow();
  const asked = useAsk<Standing>(id === null ? null : `/v1/accounts/${id}/standing`);
  useLiveAgain(asked.again);
  return (
    <>
      <Head title={w.title} state={asked.value && <State of={asked.value.state} />} />
      {id === null ? (
        <Empty text={w.chooseAccount} call={curl('GET', '/v1/accounts/ACCOUNT/standing')} />
      ) : (
        <Loaded asked={asked} lines={12}>
          {standing => <Whole key={id} id={id} standing={standing} onChange={asked.again} />}
        </Loaded>
      )}
    </>
  );
}

type Props = { readonly id: string; readonly standing: Standing; readonly onChange: () => void };

function Whole({ id, standing, onChange }: Props): JSX.Element {
  return (
    <>
      <Sentence standing={standing} />
      <div class="columns">
        <div class="stack">
          <RulesCard rules={standing.rules} />
        </div>
        <div class="stack">
          {standing.state !== 'active' && <Appeal id={id} onDone={onChange} />}
          {standing.evidence.length > 0 && <EvidenceCard evidence={standing.evidence} />}
          <PastCard />
          <DryRunCard id={id} />
        </div>
      </div>
    </>
  );
}

function Sentence({ standing }: { readonly standing: Standing }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.standing;
  const names: Readonly<Record<string, string>> = w.rules;
  const broken = standing.rules.filter(rule => rule.breached).map(rule => names[rule.id] ?? rule.id);
  const time = format.time(standing.since);
  return (
    <div class="stack tight">
      <p class="strong">
        {standing.by === 'operator' && standing.state !== 'active'
          ? w.byOperator[standing.state]({ time })
          : broken.length > 0 && standing.state !== 'active'
            ? w.because[standing.state]({ time, rules: format.list(broken) })
            : w.since[standing.state]({ time })}
      </p>
      {standing.by === 'operator' && standing.reason !== null && (
        <p>
          <Outside text={standing.reason} />
        </p>
      )}
      <p>{w.follows[standing.state]}</p>
      {standing.next && <p>{w.next[standing.next.state]({ time: format.time(standing.next.at) })}</p>}
      {standing.probationUntil !== null && <p class="soft">{w.probation({ time: format.time(standing.probationUntil) })}</p>}
    </div>
  );
}

function EvidenceCard({ evidence }: { readonly evidence: readonly Evidence[] }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.standing;
  const names: Readonly<Record<string, string>> = w.rules;
  return (
    <Card
      title={w.evidence}
      note={w.evidenceNote}
      actions={
        <ExportButton<Evidence>
          name="evidence"
          rows={evidence}
          columns={(['at', 'rule', 'emailId', 'detail'] as const).map(id => ({ id, title: w.evidenceColumns[id], value: one => one[id] }))}
        />
      }
    >
      <ul class="stack">
        {evidence.map((one, n) => (
          <li key={`${one.at} ${n}`}>
            <p class="row">
              <span class="note">{format.time(one.at)}</span> <span class="strong">{names[one.rule] ?? one.rule}</span>
              {one.emailId !== null && <Link to={`/messages/${one.emailId}`}>{one.emailId}</Link>}
            </p>
            <Outside text={one.detail} block />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Appeal({ id, onDone }: { readonly id: string; readonly onDone: () => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.standing;
  const [text, setText] = useState('');
  const path = `/v1/accounts/${id}/appeal`;
  const appeal = useWork(
    () => send('POST', path, { words: text }),
    () => {
      setText('');
      tell(w.appealed);
      onDone();
    },
  );
  return (
    <Card title={w.appeal}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          appeal.run();
        }}
      >
        <TextArea label={w.appealWords} hint={w.appealHint} value={text} onValue={setText} rows={5} />
        {appeal.fault && <Failed fault={appeal.fault} />}
        <p>
          <Button type="submit" kind="primary" busy={appeal.busy} disabled={text.trim() === ''}>
            {w.sendAppeal}
          </Button>
        </p>
      </form>
      <Call text={curl('POST', path, { words: w.appealExample })} />
    </Card>
  );
}
