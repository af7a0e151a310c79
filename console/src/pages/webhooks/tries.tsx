// A sample event posted now, with what was answered; and events posted again, from a time or a cursor.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useWork } from '../../app/work.ts';
import { Badge } from '../../parts/badge.tsx';
import { Call, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Field, Select } from '../../parts/field.tsx';
import { tell } from '../../parts/toast.tsx';
import { EVENT_TYPES } from '../events/tail.ts';
import { AnswerWord } from './state.tsx';
import { replayOf, type Tested, type Webhook } from './webhook.ts';

type Props = { readonly hook: Webhook; readonly onDone: () => void };

export function Test({ hook, onDone }: Props): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.webhooks;
  const states: Readonly<Record<string, string>> = words.frame.states;
  const [type, setType] = useState(hook.events[0] ?? 'delivered');
  const [answer, setAnswer] = useState<Tested | null>(null);
  const path = `/v1/webhooks/${hook.id}/test`;
  const test = useWork(
    () => send<Tested>('POST', path, { type }),
    tested => {
      setAnswer(tested);
      onDone();
    },
  );
  return (
    <Card title={w.test}>
      <p class="soft">{w.testText}</p>
      <form
        class="one-field"
        onSubmit={event => {
          event.preventDefault();
          test.run();
        }}
      >
        <Select
          label={words.events.columns.type}
          value={type}
          onValue={setType}
          options={EVENT_TYPES.map(value => ({ value, text: states[value] ?? value }))}
        />
        <Button type="submit" kind="primary" busy={test.busy}>
          {w.testNow}
        </Button>
      </form>
      <div aria-live="polite">
        {answer && (
          <p class="row">
            <Badge tone={answer.taken ? 'good' : 'bad'}>{answer.taken ? w.taken : w.notTaken}</Badge>
            <AnswerWord status={answer.status} failure={answer.failure} />
            <span class="note">{format.duration(answer.tookMs)}</span>
          </p>
        )}
      </div>
      {test.fault && <Failed fault={test.fault} />}
      <Call text={curl('POST', path, { type })} />
    </Card>
  );
}

export function Replay({ hook, onDone }: Props): JSX.Element {
  const { words } = useLanguage();
  const w = words.webhooks;
  const [from, setFrom] = useState<'time' | 'cursor'>('time');
  const [text, setText] = useState('');
  const body = replayOf(from, text);
  const path = `/v1/webhooks/${hook.id}/replay`;
  const replay = useWork(
    () => send<Webhook>('POST', path, body),
    () => {
      tell(w.replayed);
      onDone();
    },
  );
  return (
    <Card title={w.replay}>
      <p class="soft">{w.replayText}</p>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          if (body) replay.run();
        }}
      >
        <Select
          label={w.replayFrom}
          value={from}
          onValue={next => {
            setFrom(next === 'cursor' ? 'cursor' : 'time');
            setText('');
          }}
          options={[
            { value: 'time', text: w.aTime },
            { value: 'cursor', text: w.aCursor },
          ]}
        />
        {from === 'time' ? (
          <Field label={w.aTime} hint={w.timeHint} type="datetime-local" value={text} onValue={setText} required />
        ) : (
          <Field label={w.aCursor} hint={w.cursorHint} value={text} onValue={setText} required mono />
        )}
        <p>
          <Button type="submit" busy={replay.busy} disabled={body === null}>
            {w.replayNow}
          </Button>
        </p>
      </form>
      {replay.fault && <Failed fault={replay.fault} />}
      <Call text={curl('POST', path, body ?? { since: '2026-11-22T00:00:00Z' })} />
    </Card>
  );
}
