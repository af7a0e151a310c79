// Making or changing a route; the secret of a webhook is shown once.
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
import { Field, Select, Switch } from '../../parts/field.tsx';
import { actionOf, KINDS, kindOf, WISHES, type Deed, type Kind, type Route, type Wish } from './route.ts';

type Made = Route & { readonly secret?: string };
type Props = { readonly route: Route | null; readonly onDone: () => void; readonly onClose: () => void };

export function EditRoute({ route, onDone, onClose }: Props): JSX.Element {
  const { words } = useLanguage();
  const w = words.inbound;
  const first = kindOf(route?.action ?? { webhook: '' });
  const [form, change] = useState({
    match: route?.match ?? '',
    ...first,
    includeRaw: route?.includeRaw ?? false,
    onSpam: route?.onSpam ?? 'mark',
    onVirus: route?.onVirus ?? 'reject',
    onUnscannable: route?.onUnscannable ?? 'reject',
    onDmarcFail: route?.onDmarcFail ?? 'mark',
  });
  const [secret, setSecret] = useState<string | null>(null);
  const set = (part: Partial<typeof form>): void => change(last => ({ ...last, ...part }));
  const { match, kind, target, ...wishes } = form;
  const body = { action: actionOf(kind, target), ...wishes };
  const save = useWork(
    () =>
      route
        ? send<Made>('PATCH', `/v1/inbound/routes/${route.id}`, body)
        : send<Made>('POST', '/v1/inbound/routes', { match: match.trim(), ...body }, once()),
    made => {
      onDone();
      if (made.secret === undefined) onClose();
      else setSecret(made.secret);
    },
  );
  const { fault } = save;
  if (secret !== null)
    return (
      <Dialog title={w.secret} onClose={onClose}>
        <p>{w.secretText}</p>
        <p>
          <CopyValue value={secret} />
        </p>
        <p>
          <Button kind="primary" onPress={onClose}>
            {words.frame.close}
          </Button>
        </p>
      </Dialog>
    );
  return (
    <Dialog title={route ? w.editOf({ match: route.match }) : w.make} onClose={onClose}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          save.run();
        }}
      >
        {!route && (
          <Field
            label={w.match}
            hint={w.matchHint}
            value={match}
            onValue={next => set({ match: next })}
            required
            autoFocus
            mono
            error={fault?.field === 'match' ? fault.message : undefined}
          />
        )}
        <Select
          label={w.action}
          value={kind}
          onValue={next => set({ kind: next as Kind })}
          options={KINDS.map(value => ({ value, text: w.kinds[value] }))}
        />
        {kind !== 'reject' && kind !== 'drop' && (
          <Field
            label={w.targets[kind]}
            value={target}
            onValue={next => set({ target: next })}
            required
            mono
            error={fault?.field?.startsWith('action') ? fault.message : undefined}
          />
        )}
        <div class="columns even">
          {(Object.keys(WISHES) as readonly Wish[]).map(wish => (
            <Select
              key={wish}
              label={w.wishes[wish]}
              value={form[wish]}
              onValue={deed => set({ [wish]: deed as Deed })}
              options={WISHES[wish].map(value => ({ value, text: w.deeds[value] }))}
            />
          ))}
        </div>
        {kind === 'webhook' && <Switch label={w.raw} on={form.includeRaw} onChange={includeRaw => set({ includeRaw })} />}
        {fault && <Failed fault={fault} />}
        <p class="row">
          <Button type="submit" kind="primary" busy={save.busy}>
            {route ? words.frame.save : w.make}
          </Button>
          <Button onPress={onClose}>{words.frame.cancel}</Button>
        </p>
        <Call
          text={
            route
              ? curl('PATCH', `/v1/inbound/routes/${route.id}`, body)
              : curl('POST', '/v1/inbound/routes', { match: match || '@example.org', ...body })
          }
        />
      </form>
    </Dialog>
  );
}
