// The live tail: what happens from now on, newest first. It is kept while one reads the past, and stands still when one asks it to.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useLive, useMissed } from '../../app/live.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Empty } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Link } from '../../parts/link.tsx';
import { EventTable } from './columns.tsx';
import { EMPTY_TAIL, fits, happened, resumed, type Filter, type Tail } from './tail.ts';

export type LiveTail = {
  readonly tail: Tail;
  readonly paused: boolean;
  readonly gap: boolean;
  readonly toggle: () => void;
  readonly clear: () => void;
};

/** Collects while the page is shown, whatever its tab. */
export function useTail(): LiveTail {
  const [tail, setTail] = useState<Tail>(EMPTY_TAIL);
  const [paused, setPaused] = useState(false);
  const [gap, setGap] = useState(false);
  useLive(event => setTail(last => happened(last, event, paused)));
  useMissed(() => setGap(true));
  const toggle = (): void => {
    if (paused) setTail(resumed);
    setPaused(!paused);
  };
  const clear = (): void => {
    setTail(EMPTY_TAIL);
    setGap(false);
  };
  return { tail, paused, gap, toggle, clear };
}

export function Live({ live, filter }: { readonly live: LiveTail; readonly filter: Filter }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.events;
  const { tail, paused, gap, toggle, clear } = live;
  useShortcuts({ p: { says: paused ? w.goOn : w.pause, run: toggle } });
  const rows = tail.shown.filter(event => fits(event, filter));
  const waiting = tail.waitingCount;
  return (
    <>
      <div class="row">
        <Button onPress={toggle} pressed={paused} keys="p">
          {w.pause}
        </Button>
        <Button onPress={clear}>{w.clear}</Button>
        <span class="note" role="status">
          {paused ? w.paused({ count: waiting, shown: format.number(waiting) }) : w.running}
        </span>
      </div>
      {gap && <p class="note warn">{w.gap}</p>}
      {rows.length === 0 ? (
        <Empty
          text={w.nothingYet}
          action={<Link to="/compose">{w.sendOne}</Link>}
          call={curl('POST', '/v1/emails', {
            from: 'you@your-domain.example',
            to: ['success@simulator.sesame.test'],
            subject: 'Hello',
            text: 'Hello',
          })}
        />
      ) : (
        <EventTable caption={w.live} rows={rows} csv="events" />
      )}
    </>
  );
}
