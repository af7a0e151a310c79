// A new batch: from, list, template or words, when, how often; then what it comes to, and only then it starts.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, type Fault } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { browserZone, useLanguage } from '../../app/language.ts';
import { useAll } from '../../app/list.ts';
import { go, place } from '../../app/place.ts';
import { accountNow, acting } from '../../app/session.ts';
import { useValue } from '../../app/value.ts';
import { useWork } from '../../app/work.ts';
import { Call, Empty, Failed, Skeleton } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Select, TextArea } from '../../parts/field.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { plainText } from '../../parts/plain-text.ts';
import type { List } from '../lists/list.ts';
import type { Brief as Template } from '../templates/template.ts';
import { bodyOf, EMPTY, type Batch, type Cycle, type Form } from './batch.ts';
import { cycleText } from './cycle-text.ts';
import { When } from './when.tsx';

export function NewBatch(): JSX.Element {
  const w = useLanguage().words.batches;
  useValue(acting);
  const lists = useAll<List>('/v1/lists?limit=100');
  const templates = useAll<Template>('/v1/templates?limit=100');
  const fault = lists.fault ?? templates.fault;
  const again = (): void => {
    lists.again();
    templates.again();
  };
  return (
    <>
      <Head title={w.make} above={<Link to="/batches">{w.all}</Link>} />
      {accountNow() === null ? (
        <p class="soft">{w.chooseAccount}</p>
      ) : fault ? (
        <Failed fault={fault} again={again} />
      ) : !lists.rows || !templates.rows ? (
        <Skeleton lines={12} />
      ) : lists.rows.length === 0 ? (
        <Empty
          text={w.noLists}
          action={
            <Link to="/lists" class="button primary">
              {w.makeList}
            </Link>
          }
          call={curl('POST', '/v1/lists', { name: 'newsletter' })}
        />
      ) : (
        <Ask lists={lists.rows} templates={templates.rows.filter(one => one.state !== 'refused')} />
      )}
    </>
  );
}

type AskProps = { readonly lists: readonly List[]; readonly templates: readonly Template[] };

function Ask({ lists, templates }: AskProps): JSX.Element {
  const { words } = useLanguage();
  const w = words.batches;
  const { query } = place.get();
  const [form, change] = useState<Form>(() => ({
    ...EMPTY,
    list: lists.find(one => one.id === query.get('list'))?.id ?? lists[0]?.id ?? '',
    template: templates.find(one => one.id === query.get('template'))?.id ?? templates[0]?.id ?? '',
  }));
  const [looking, look] = useState(false);
  const set = (part: Partial<Form>): void => change(last => ({ ...last, ...part }));
  const start = useWork(
    () => send<Batch>('POST', '/v1/batches', bodyOf(form, browserZone()), once()),
    made => go(`/batches/${made.id}`, { replace: true }),
  );
  const at = (field: string): string | undefined => (start.fault?.field === field ? start.fault.message : undefined);
  return (
    <>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          look(true);
        }}
      >
        <div class="columns even">
          <Card title={w.what}>
            <Field label={w.from} hint={w.fromHint} value={form.from} onValue={from => set({ from })} required error={at('from')} />
            <Select
              label={w.list}
              value={form.list}
              onValue={list => set({ list })}
              options={lists.map(one => ({ value: one.id, text: `${plainText(one.name, 60)} (${one.recipients})` }))}
              error={at('list')}
            />
            <Select
              label={w.template}
              value={form.template}
              onValue={template => set({ template })}
              options={[...templates.map(one => ({ value: one.id, text: plainText(one.name, 60) })), { value: '', text: w.ownWords }]}
              error={at('template')}
            />
            <p class="note">{w.values}</p>
            {form.template === '' && <Words form={form} set={set} at={at} />}
            <Field label={w.tags} hint={w.tagsHint} value={form.tags} onValue={tags => set({ tags })} error={at('tags')} />
          </Card>
          <When form={form} set={set} at={at} />
        </div>
        <p>
          <Button type="submit" kind="primary">
            {w.review}
          </Button>
        </p>
        <Call text={curl('POST', '/v1/batches', bodyOf(form, browserZone()))} />
      </form>
      {looking && (
        <LookOver
          form={form}
          list={lists.find(one => one.id === form.list)}
          busy={start.busy}
          fault={start.fault}
          onStart={start.run}
          onClose={() => look(false)}
        />
      )}
    </>
  );
}

type Part = { readonly form: Form; readonly set: (part: Partial<Form>) => void; readonly at: (field: string) => string | undefined };

function Words({ form, set, at }: Part): JSX.Element {
  const w = useLanguage().words.batches;
  return (
    <>
      <Field label={w.subject} value={form.subject} onValue={subject => set({ subject })} required error={at('subject')} />
      <TextArea label={w.html} value={form.html} onValue={html => set({ html })} rows={6} mono error={at('html')} />
      <TextArea label={w.text} value={form.text} onValue={text => set({ text })} rows={6} mono error={at('text')} />
    </>
  );
}

type LookOverProps = {
  readonly form: Form;
  readonly list: List | undefined;
  readonly busy: boolean;
  readonly fault: Fault | undefined;
  readonly onStart: () => void;
  readonly onClose: () => void;
};

function LookOver({ form, list, busy, fault, onStart, onClose }: LookOverProps): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.batches;
  const { cycle } = bodyOf(form, browserZone()) as { readonly cycle?: Cycle };
  const count = list?.recipients ?? 0;
  return (
    <Dialog title={w.reviewTitle} onClose={onClose}>
      <p>
        <Outside text={w.summary({ count, shown: format.number(count), list: list?.name ?? '' })} max={300} />
      </p>
      <p>{form.sendAt === '' ? w.whenNow : w.when({ time: format.time(form.sendAt) })}</p>
      {cycle && <p>{w.again({ how: cycleText(words, format, cycle) })}</p>}
      <p class="note">{w.reviewed}</p>
      {fault && <Failed fault={fault} />}
      <p class="row">
        <Button kind="primary" busy={busy} onPress={onStart}>
          {w.start}
        </Button>
        <Button onPress={onClose}>{words.frame.cancel}</Button>
      </p>
    </Dialog>
  );
}
