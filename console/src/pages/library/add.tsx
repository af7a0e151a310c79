// Adding one entry.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { curl, once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { accountNow } from '../../app/session.ts';
import { useWork } from '../../app/work.ts';
import { Call, Failed } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Select } from '../../parts/field.tsx';
import type { Entry } from './entry.tsx';

const AGES = { never: null, week: 7, month: 30, year: 365 } as const;
type Age = keyof typeof AGES;
const DAY_MS = 86_400_000;

type Props = { readonly first: string; readonly onAdded: (entry: Entry) => void; readonly onClose: () => void };

export function AddEntry({ first, onAdded, onClose }: Props): JSX.Element {
  const { words } = useLanguage();
  const w = words.library;
  const [form, change] = useState({ pattern: first, action: 'block', direction: 'both', reason: '', age: 'never' as Age });
  const set = (part: Partial<typeof form>): void => change(last => ({ ...last, ...part }));
  const days = AGES[form.age];
  const body = {
    pattern: form.pattern.trim(),
    action: form.action,
    direction: form.direction,
    ...(form.reason === '' ? {} : { reason: form.reason }),
    ...(days === null ? {} : { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
  };
  const add = useWork(() => send<Entry>('POST', '/v1/blocked', body, once()), onAdded);
  const { fault } = add;
  return (
    <Dialog title={w.add} onClose={onClose}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          add.run();
        }}
      >
        {accountNow() === null && <p class="soft">{w.global}</p>}
        <Field
          label={w.pattern}
          value={form.pattern}
          onValue={pattern => set({ pattern })}
          required
          autoFocus
          mono
          error={fault?.field === 'pattern' ? fault.message : undefined}
        />
        <Select
          label={w.action}
          value={form.action}
          onValue={action => set({ action })}
          options={(['block', 'allow'] as const).map(value => ({ value, text: w.actions[value] }))}
        />
        <Select
          label={w.direction}
          hint={w.directionHint}
          value={form.direction}
          onValue={direction => set({ direction })}
          options={(['both', 'recipient', 'sender'] as const).map(value => ({ value, text: w.directions[value] }))}
        />
        <Field label={w.reason} hint={w.reasonHint} value={form.reason} onValue={reason => set({ reason })} />
        <Select
          label={w.ends}
          value={form.age}
          onValue={age => set({ age: age as Age })}
          options={(Object.keys(AGES) as readonly Age[]).map(value => ({ value, text: w.ages[value] }))}
        />
        {fault && <Failed fault={fault} />}
        <p class="row">
          <Button type="submit" kind="primary" busy={add.busy}>
            {w.add}
          </Button>
          <Button onPress={onClose}>{words.frame.cancel}</Button>
        </p>
        <Call text={curl('POST', '/v1/blocked', { ...body, pattern: body.pattern || '@example.com' })} />
      </form>
    </Dialog>
  );
}
