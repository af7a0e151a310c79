// Where events are posted to and which; for a new endpoint and for one that changes. And the secret, once.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useWork } from '../../app/work.ts';
import { Call, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { CopyValue } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Switch } from '../../parts/field.tsx';
import { EVENT_TYPES } from '../events/tail.ts';
import type { Webhook } from './webhook.ts';

type Props<T> = { readonly hook?: Webhook; readonly onDone: (hook: T) => void; readonly onClose: () => void };

/** Without `hook` it makes one; the answer has the secret then. */
export function WebhookForm<T extends Webhook>({ hook, onDone, onClose }: Props<T>): JSX.Element {
  const { words } = useLanguage();
  const w = words.webhooks;
  const states: Readonly<Record<string, string>> = words.frame.states;
  const [url, setUrl] = useState(hook?.url ?? '');
  const [types, setTypes] = useState<readonly string[]>(hook?.events ?? []);
  const [all, setAll] = useState(types.length === 0);
  const body = { url: url.trim(), events: all ? [] : types };
  const save = useWork(
    () => (hook ? send<T>('PATCH', `/v1/webhooks/${hook.id}`, body) : send<T>('POST', '/v1/webhooks', body, once())),
    onDone,
  );
  const title = hook ? w.change : w.make;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          save.run();
        }}
      >
        <Field label={w.url} hint={w.urlHint} type="url" value={url} onValue={setUrl} required autoFocus mono />
        <fieldset class="stack tight">
          <legend class="strong">{w.types}</legend>
          <Switch label={w.allTypes} on={all} onChange={setAll} />
          {!all &&
            EVENT_TYPES.map(type => (
              <Switch
                key={type}
                label={states[type] ?? type}
                on={types.includes(type)}
                onChange={on => setTypes(on ? [...types, type] : types.filter(one => one !== type))}
              />
            ))}
        </fieldset>
        {save.fault && <Failed fault={save.fault} />}
        <p class="row">
          <Button type="submit" kind="primary" busy={save.busy} disabled={!all && types.length === 0}>
            {hook ? words.frame.save : w.make}
          </Button>
          <Button onPress={onClose}>{words.frame.cancel}</Button>
        </p>
        {!hook && <Call text={curl('POST', '/v1/webhooks', { ...body, url: body.url || 'https://shop.example/hooks/mail' })} />}
      </form>
    </Dialog>
  );
}

/** In no list, and in nothing that the browser keeps. */
export function SecretOnce({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.webhooks;
  return (
    <Dialog title={w.secretOnce} onClose={onClose}>
      <p>{w.secretText}</p>
      <p>
        <CopyValue value={secret} />
      </p>
      <p>
        <Button kind="primary" onPress={onClose}>
          {w.stored}
        </Button>
      </p>
    </Dialog>
  );
}
