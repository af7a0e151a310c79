// One field and one button: the whole form for what begins with a name.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { Field } from './field.tsx';

type Props = {
  readonly label: string;
  readonly submit: string;
  readonly busy: boolean;
  readonly onSubmit: (value: string) => void;
  readonly type?: 'text' | 'url';
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly first?: string;
  /** May be sent empty. */
  readonly optional?: boolean;
};

export function OneField({ label, submit, busy, onSubmit, type = 'text', hint, error, first = '', optional = false }: Props): JSX.Element {
  const [value, setValue] = useState(first);
  return (
    <form
      class="one-field"
      onSubmit={event => {
        event.preventDefault();
        onSubmit(value.trim());
      }}
    >
      <Field label={label} value={value} onValue={setValue} type={type} required={!optional} hint={hint} error={error} />
      <Button type="submit" kind="primary" busy={busy}>
        {submit}
      </Button>
    </form>
  );
}
