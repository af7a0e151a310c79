// Events: what happens now, with a pause, and what happened, by cursor; both by type and by recipient or message.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLanguage } from '../../app/language.ts';
import { useQuery } from '../../app/place.ts';
import { acting } from '../../app/session.ts';
import { useValue } from '../../app/value.ts';
import { Button } from '../../parts/button.tsx';
import { Field, Select } from '../../parts/field.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { History } from './history.tsx';
import { Live, useTail } from './live.tsx';
import { EVENT_TYPES, type Filter } from './tail.ts';

/** A tail of another account is another one. */
export function Page(): JSX.Element {
  const account = useValue(acting);
  return <Events key={account?.id ?? ''} />;
}

function Events(): JSX.Element {
  const { words } = useLanguage();
  const w = words.events;
  const states: Readonly<Record<string, string>> = words.frame.states;
  const [tab, setTab] = useQuery('tab');
  const [type, setType] = useQuery('type');
  const [text, setText] = useQuery('of');
  const live = useTail();
  const filter: Filter = { type, text };
  const at = tab === 'past' ? 'past' : 'live';
  return (
    <>
      <Head title={w.title} note={<Link to="/webhooks">{words.webhooks.title}</Link>} />
      <p class="soft">{w.note}</p>
      <div class="row filters">
        <Select
          label={w.columns.type}
          value={type}
          onValue={next => setType(next === '' ? null : next)}
          options={[{ value: '', text: w.allTypes }, ...EVENT_TYPES.map(value => ({ value, text: states[value] ?? value }))]}
        />
        <Of key={text} text={text} onText={next => setText(next === '' ? null : next)} />
      </div>
      <Tabs
        label={w.title}
        at={at}
        onChange={next => setTab(next === 'live' ? null : next)}
        tabs={[
          { id: 'live', text: w.live },
          { id: 'past', text: w.past },
        ]}
      >
        {at === 'live' ? <Live live={live} filter={filter} /> : <History filter={filter} />}
      </Tabs>
    </>
  );
}

function Of({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.events;
  const [typed, setTyped] = useState(text);
  return (
    <form
      class="one-field"
      onSubmit={event => {
        event.preventDefault();
        onText(typed.trim());
      }}
    >
      <Field label={w.of} type="search" placeholder={w.ofExample} value={typed} onValue={setTyped} />
      <Button type="submit">{w.filter}</Button>
    </form>
  );
}
