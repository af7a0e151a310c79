// One batch: how far it is, why it waits, what became of its mails; paused, resumed and ended here. `/batches/new` makes one.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { isCovered } from '../../app/covered.ts';
import { useLanguage } from '../../app/language.ts';
import { useLiveAgain } from '../../app/live.ts';
import { go } from '../../app/place.ts';
import { may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import type { PageProps } from '../../pages.ts';
import { Badge } from '../../parts/badge.tsx';
import { Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card, KeyValue, Tile, Tiles } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyValue } from '../../parts/copy.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Removal } from '../../parts/removal.tsx';
import { COUNTED, isOver, shareOf, TONES, type Batch } from './batch.ts';
import { cycleText } from './cycle-text.ts';
import { NewBatch } from './new.tsx';
import { whyOf } from './why.ts';

/** Events tell of mails, none of the batch itself. */
const LOOK_MS = 3000;

export function Page({ params }: PageProps): JSX.Element {
  const { words } = useLanguage();
  const id = params['id'] ?? '';
  const asked = useAsk<Batch>(id === 'new' ? null : `/v1/batches/${encodeURIComponent(id)}`);
  useLiveAgain(asked.again, LOOK_MS);
  const moves = asked.value !== undefined && (asked.value.state === 'running' || asked.value.state === 'scheduled');
  useEffect(() => {
    if (!moves) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && !isCovered() && asked.again(), LOOK_MS);
    return () => clearInterval(timer);
  }, [moves, asked.again]);
  if (id === 'new') return <NewBatch />;
  return (
    <>
      {!asked.value && <Head title={words.batches.one} />}
      <Loaded asked={asked} lines={12}>
        {batch => <One batch={batch} onChange={asked.put} />}
      </Loaded>
    </>
  );
}

type OneProps = { readonly batch: Batch; readonly onChange: (batch: Batch) => void };

function One({ batch, onChange }: OneProps): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.batches;
  const who = useSession();
  const [open, setOpen] = useState<'cancel' | 'remove' | null>(null);
  const work = useWork((verb: 'pause' | 'resume') => send<Batch>('POST', `/v1/batches/${batch.id}/${verb}`), onChange);
  const verb = isOver(batch) ? null : batch.state === 'paused' ? 'resume' : 'pause';
  const maySend = may(who, 'send');
  useShortcuts({ p: { says: w.keys.pause, run: () => verb && maySend && !work.busy && work.run(verb) } });
  return (
    <>
      <Head
        title={`${w.one} ${batch.id}`}
        heading={w.one}
        above={<Link to="/batches">{w.all}</Link>}
        state={<Badge tone={batch.waiting ? 'warn' : TONES[batch.state]}>{w.states[batch.state]}</Badge>}
        note={format.time(batch.createdAt)}
        actions={
          verb &&
          maySend && (
            <Button kind="primary" busy={work.busy} onPress={() => work.run(verb)} keys="p">
              {w[verb]}
            </Button>
          )
        }
      />
      {work.fault && <Failed fault={work.fault} />}
      <Progress batch={batch} />
      <Card title={w.counts} note={w.countsNote}>
        <Tiles>
          {COUNTED.filter((name, n) => n < 3 || batch.counts[name] > 0).map(name => (
            <Tile key={name} name={w.counted[name]} value={format.number(batch.counts[name])} />
          ))}
        </Tiles>
      </Card>
      <Facts batch={batch} />
      <p class="row">
        <CopyValue value={batch.id} />
        {verb && maySend && (
          <Button kind="danger" onPress={() => setOpen('cancel')}>
            {w.cancel}
          </Button>
        )}
        {!verb && may(who, 'manage') && (
          <Button kind="danger" onPress={() => setOpen('remove')}>
            {w.remove}
          </Button>
        )}
      </p>
      {open && <End batch={batch} how={open} onChange={onChange} onClose={() => setOpen(null)} />}
    </>
  );
}

function Progress({ batch }: { readonly batch: Batch }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.batches;
  const share = shareOf(batch);
  const why = batch.waiting?.why ?? batch.why;
  const text = batch.state === 'scheduled' ? w.stateTexts.scheduled({ time: format.time(batch.nextAt) }) : w.stateTexts[batch.state];
  return (
    <Card title={w.progress} note={batch.run > 0 ? w.run({ shown: format.number(batch.run) }) : undefined}>
      <div class="stack" aria-live="polite">
        <p>{batch.waiting ? w.waiting({ time: format.time(batch.waiting.until) }) : text}</p>
        {why !== null && (
          <p>
            <span class="strong">{w.why}:</span> <Outside text={whyOf(words, why)} />
          </p>
        )}
        {share !== null && (
          <>
            <progress class="progress" max={1} value={share} aria-label={w.progress} />
            <p class="note">{w.done({ done: format.number(batch.done), all: format.number(batch.recipients) })}</p>
          </>
        )}
      </div>
    </Card>
  );
}

function Facts({ batch }: { readonly batch: Batch }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.batches;
  return (
    <Card title={w.facts}>
      <KeyValue
        pairs={[
          [w.from, <Outside text={batch.from} max={200} />],
          [w.list, batch.list ? <Named kind="lists" id={batch.list} /> : w.ownRecipients],
          batch.template === null ? null : [w.template, <Named kind="templates" id={batch.template} />],
          batch.cycle ? [w.repeat, cycleText(words, format, batch.cycle)] : null,
          batch.tags.length > 0 ? [w.tags, batch.tags.join(' · ')] : null,
          [w.onQuota, w.onQuotas[batch.onQuota]],
        ]}
      />
    </Card>
  );
}

/** By its name; one that is gone, or cannot be read, by its id. */
function Named({ kind, id }: { readonly kind: 'lists' | 'templates'; readonly id: string }): JSX.Element {
  const asked = useAsk<{ readonly name: string }>(`/v1/${kind}/${id}`);
  return <Link to={`/${kind}/${id}`}>{asked.value ? <Outside text={asked.value.name} max={100} /> : <code>{id}</code>}</Link>;
}

type EndProps = OneProps & { readonly how: 'cancel' | 'remove'; readonly onClose: () => void };

function End({ batch, how, onChange, onClose }: EndProps): JSX.Element {
  const w = useLanguage().words.batches;
  const cancel = useWork(
    () => send<Batch>('POST', `/v1/batches/${batch.id}/cancel`),
    now => {
      onChange(now);
      onClose();
    },
  );
  if (how === 'cancel')
    return (
      <Confirm
        title={w.cancelTitle({ id: batch.id })}
        name={batch.id}
        action={w.cancel}
        busy={cancel.busy}
        fault={cancel.fault}
        onConfirm={cancel.run}
        onClose={onClose}
      >
        <p>{w.cancelText}</p>
      </Confirm>
    );
  return (
    <Removal
      path={`/v1/batches/${batch.id}`}
      title={w.removeTitle({ id: batch.id })}
      text={w.removeText}
      name={batch.id}
      action={w.remove}
      said={w.removed}
      onDone={() => go('/batches')}
      onClose={onClose}
    />
  );
}
