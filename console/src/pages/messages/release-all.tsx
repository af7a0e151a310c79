// Held mail is decided by findings and standing, never by reading: all that is shown goes on at once, after 8 s in which it can be undone.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useLanguage } from '../../app/language.ts';
import { Button } from '../../parts/button.tsx';
import { tell, tellUndoable } from '../../parts/toast.tsx';
import type { Email } from './rows.ts';

export function ReleaseAll({ rows, onDone }: { readonly rows: readonly Email[]; readonly onDone: () => void }): JSX.Element {
  const { words, format } = useLanguage();
  const [busy, setBusy] = useState(false);
  const shown = format.number(rows.length);
  const release = async (): Promise<void> => {
    let released = 0;
    for (const { id } of rows) if ((await send('POST', `/v1/emails/${id}/release`)).ok) released++;
    setBusy(false);
    tell(words.messages.released({ done: format.number(released), all: shown }));
    onDone();
  };
  const ask = (): void => {
    setBusy(true);
    tellUndoable(words.messages.releasing({ shown }), { undo: () => setBusy(false), done: () => void release() });
  };
  return (
    <Button onPress={ask} busy={busy}>
      {words.messages.releaseAll({ shown })}
    </Button>
  );
}
