// Making a key or an SMTP login, and showing its secret once.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, type Fault } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { may, useSession } from '../../app/session.ts';
import { useWork } from '../../app/work.ts';
import { Call, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { KeyValue } from '../../parts/card.tsx';
import { CopyValue } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Select, Switch } from '../../parts/field.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { AGES, bodyOf, SCOPES, SECRETS, type Age, type Form, type Kind, type Made } from './key.ts';

export function MakeKey({
  kinds,
  onMade,
  onClose,
}: {
  readonly kinds: readonly Kind[];
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { words } = useLanguage();
  const w = words.keys;
  const who = useSession();
  const own = SCOPES.filter(scope => may(who, scope));
  const [form, change] = useState<Form>({
    name: '',
    kind: kinds[0] ?? 'api',
    scopes: own.filter(scope => scope === 'send' || scope === 'score' || scope === 'read'),
    age: 'never',
    domains: '',
    ips: '',
  });
  const set = (part: Partial<Form>): void => change(last => ({ ...last, ...part }));
  const make = useWork(() => send<Made>('POST', '/v1/keys', bodyOf(form, Date.now()), once()), onMade);
  const at = (field: string): string | undefined => faultAt(make.fault, field);
  return (
    <Dialog title={w.make} onClose={onClose}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          make.run();
        }}
      >
        <Field label={w.name} hint={w.nameHint} value={form.name} onValue={name => set({ name })} required autoFocus error={at('name')} />
        {kinds.length > 1 && (
          <Select
            label={w.kind}
            hint={w.kindHints[form.kind]}
            value={form.kind}
            onValue={kind => set({ kind: kind as Kind })}
            options={kinds.map(value => ({ value, text: w.kinds[value] }))}
          />
        )}
        {form.kind === 'operator' ? (
          <p class="note">{w.kindHints.operator}</p>
        ) : (
          <fieldset class="stack tight">
            <legend class="strong">{w.mayDo}</legend>
            {own.map(scope => (
              <Switch
                key={scope}
                label={w.scopes[scope]}
                on={form.scopes.includes(scope)}
                onChange={on => set({ scopes: on ? [...form.scopes, scope] : form.scopes.filter(one => one !== scope) })}
              />
            ))}
          </fieldset>
        )}
        <Select
          label={w.ends}
          value={form.age}
          onValue={age => set({ age: age as Age })}
          error={at('expiresAt')}
          options={(Object.keys(AGES) as readonly Age[]).map(value => ({ value, text: w.ages[value] }))}
        />
        {form.kind !== 'operator' && (
          <Field
            label={w.domains}
            hint={w.listHint}
            value={form.domains}
            onValue={domains => set({ domains })}
            mono
            error={at('domains')}
          />
        )}
        <Field label={w.ips} hint={w.listHint} value={form.ips} onValue={ips => set({ ips })} mono error={at('ips')} />
        {make.fault && <Failed fault={make.fault} />}
        <p class="row">
          <Button type="submit" kind="primary" busy={make.busy} disabled={form.kind !== 'operator' && form.scopes.length === 0}>
            {w.make}
          </Button>
          <Button onPress={onClose}>{words.frame.cancel}</Button>
        </p>
        <Call text={curl('POST', '/v1/keys', bodyOf({ ...form, name: form.name || 'web' }, Date.now()))} />
      </form>
    </Dialog>
  );
}

const faultAt = (fault: Fault | undefined, field: string): string | undefined => (fault?.field === field ? fault.message : undefined);

export function MakeLogin({ onMade, onClose }: { readonly onMade: (made: Made) => void; readonly onClose: () => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.keys;
  const make = useWork((name: string) => send<Made>('POST', '/v1/smtp-credentials', { name }, once()), onMade);
  return (
    <Dialog title={w.makeLogin} onClose={onClose}>
      <OneField label={w.name} hint={w.nameHint} submit={w.makeLogin} busy={make.busy} onSubmit={make.run} />
      {make.fault && <Failed fault={make.fault} />}
      <Call text={curl('POST', '/v1/smtp-credentials', { name: 'printer' })} />
    </Dialog>
  );
}

/** The secret, once. It is in no list and in nothing that the browser keeps. */
export function ShownOnce({ made, onClose }: { readonly made: Made; readonly onClose: () => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.keys;
  return (
    <Dialog title={w.shownOnce} onClose={onClose}>
      <p>{w.shownOnceText}</p>
      <KeyValue
        pairs={SECRETS.map(name => {
          const secret = made[name];
          return secret === undefined ? null : [w.secrets[name], <CopyValue value={secret} />];
        })}
      />
      <p>
        <Button kind="primary" onPress={onClose}>
          {w.stored}
        </Button>
      </p>
    </Dialog>
  );
}
