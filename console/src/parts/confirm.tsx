// Before what cannot be undone: the name of the thing is typed. What can be undone has an undo instead (toast.tsx).
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Fault } from '../app/api.ts';
import { useLanguage } from '../app/language.ts';
import { Failed } from './blocks.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

type Props = {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What must be typed. */
  readonly name: string;
  readonly action: string;
  readonly busy: boolean;
  readonly fault?: Fault | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
};

export function Confirm({ title, children, name, action, busy, fault, onConfirm, onClose }: Props): JSX.Element {
  const { words } = useLanguage();
  const [typed, setTyped] = useState('');
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          if (typed === name) onConfirm();
        }}
      >
        {children}
        <Field label={words.frame.typeName({ name })} value={typed} onValue={setTyped} mono />
        {fault && <Failed fault={fault} />}
        <div class="row">
          <Button type="submit" kind="danger" busy={busy} disabled={typed !== name}>
            {action}
          </Button>
          <Button onPress={onClose}>{words.frame.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
