// A feed: where it is pulled from, how it is read, and how often; for a new one and for one that changes.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useWork } from '../../app/work.ts';
import { Call, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Select, Switch } from '../../parts/field.tsx';
import { ACTIONS, bodyOf, DIRECTIONS, FORMATS, formOf, NEW, offered, type Feed, type Form } from './feed.ts';

type Props = { readonly feed: Feed | null; readonly onDone: (feed: Feed) => void; readonly onClose: () => void };

export function FeedForm({ feed, onDone, onClose }: Props): JSX.Element {
  const { words, format } = useLanguage();
  const [w, library] = [words.feeds, words.library];
  const [form, change] = useState<Form>(feed ? formOf(feed) : NEW);
  const set = (part: Partial<Form>): void => change(last => ({ ...last, ...part }));
  const body = bodyOf(form, feed === null);
  const save = useWork(
    () => (feed ? send<Feed>('PATCH', `/v1/feeds/${feed.id}`, body) : send<Feed>('POST', '/v1/feeds', body, once())),
    onDone,
  );
  const at = (field: string): string | undefined => (save.fault?.field === field ? save.fault.message : undefined);
  return (
    <Dialog title={feed ? w.change : w.add} onClose={onClose}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          save.run();
        }}
      >
        {feed ? (
          <p class="strong outside">{feed.name}</p>
        ) : (
          <Field
            label={w.name}
            hint={w.nameHint}
            value={form.name}
            onValue={name => set({ name })}
            required
            autoFocus
            mono
            error={at('name')}
          />
        )}
        <Field label={w.url} hint={w.urlHint} type="url" value={form.url} onValue={url => set({ url })} required mono error={at('url')} />
        <Select
          label={library.imports.format}
          value={form.format}
          onValue={value => set({ format: value as Form['format'] })}
          options={FORMATS.map(value => ({ value, text: library.imports.formats[value] }))}
        />
        <Select
          label={library.action}
          value={form.action}
          onValue={value => set({ action: value as Form['action'] })}
          options={ACTIONS.map(value => ({ value, text: library.actions[value] }))}
        />
        <Select
          label={library.direction}
          value={form.direction}
          onValue={value => set({ direction: value as Form['direction'] })}
          options={DIRECTIONS.map(value => ({ value, text: library.directions[value] }))}
        />
        <Select
          label={w.every}
          value={String(form.everySeconds)}
          onValue={value => set({ everySeconds: Number(value) })}
          options={offered(form.everySeconds).map(seconds => ({ value: String(seconds), text: format.duration(seconds * 1000) }))}
        />
        <Switch label={library.imports.subdomains} on={form.subdomains} onChange={subdomains => set({ subdomains })} />
        <Switch label={w.enabled} on={form.enabled} onChange={enabled => set({ enabled })} />
        {save.fault && <Failed fault={save.fault} />}
        <p class="row">
          <Button type="submit" kind="primary" busy={save.busy}>
            {feed ? words.frame.save : w.add}
          </Button>
          <Button onPress={onClose}>{words.frame.cancel}</Button>
        </p>
        {!feed && (
          <Call
            text={curl('POST', '/v1/feeds', {
              ...body,
              name: form.name || 'bad-senders',
              url: form.url || 'https://lists.example/bad.txt',
            })}
          />
        )}
      </form>
    </Dialog>
  );
}
