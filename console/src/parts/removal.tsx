// Removing a thing for good: its name is typed, the call made, and the page told.
import type { JSX } from 'preact';
import { send } from '../app/api.ts';
import { useWork } from '../app/work.ts';
import { Confirm } from './confirm.tsx';
import { tell } from './toast.tsx';

type Props = {
  /** Of the API. */
  readonly path: string;
  readonly title: string;
  readonly text: string;
  /** What must be typed. */
  readonly name: string;
  readonly action: string;
  /** Said when it is gone; left out: nothing. */
  readonly said?: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

export function Removal({ path, title, text, name, action, said, onDone, onClose }: Props): JSX.Element {
  const work = useWork(
    () => send('DELETE', path),
    () => {
      if (said !== undefined) tell(said);
      onDone();
    },
  );
  return (
    <Confirm title={title} name={name} action={action} busy={work.busy} fault={work.fault} onConfirm={work.run} onClose={onClose}>
      <p>{text}</p>
    </Confirm>
  );
}
