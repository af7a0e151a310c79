// Ctrl+K: go anywhere. Pages and accounts by name, a message by its id, the messages of an address. A combobox: arrows choose, Enter goes.
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { get, type Page } from '../app/api.ts';
import { useAsk } from '../app/ask.ts';
import { faultText } from '../app/fault.ts';
import { useLanguage } from '../app/language.ts';
import { go } from '../app/place.ts';
import { withQuery } from '../app/route.ts';
import { actFor, useSession } from '../app/session.ts';
import type { PageEntry } from '../pages.ts';
import { Dialog } from '../parts/dialog.tsx';
import { tell } from '../parts/toast.tsx';
import type { Words } from '../words/en.ts';

type Account = { readonly id: string; readonly name: string };
type Choice = { readonly text: string; readonly run: () => void };
const MOST = 8;

export function Palette({ pages, onClose }: { readonly pages: readonly PageEntry[]; readonly onClose: () => void }): JSX.Element {
  const { words } = useLanguage();
  const who = useSession();
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const accounts = useAsk<Page<Account>>(who.operator ? '/v1/accounts?limit=100' : null);
  const wanted = text.trim().toLowerCase();
  const fits = (name: string): boolean => name.toLowerCase().includes(wanted);
  const choices: readonly Choice[] = [
    ...(/^msg_[0-9a-z]+$/.test(wanted)
      ? [{ text: words.frame.palette.message({ id: wanted }), run: () => go(`/messages/${wanted}`) }]
      : []),
    ...(/^[^\s@]+@[^\s@]+$/.test(wanted)
      ? [{ text: words.frame.palette.recipient({ address: wanted }), run: () => go(withQuery('/messages', { q: wanted })) }]
      : []),
    ...(who.operator && /^acc_[0-9a-z]+$/.test(wanted)
      ? [{ text: words.frame.palette.account({ id: wanted }), run: () => void actForId(wanted, words) }]
      : []),
    ...pages
      .filter(page => page.group !== null && fits(words[page.words].title))
      .map(page => ({ text: words[page.words].title, run: () => go(page.path) })),
    ...(accounts.value?.data ?? [])
      .filter(one => wanted !== '' && fits(one.name))
      .map(one => ({ text: one.name, run: () => actFor({ id: one.id, name: one.name }) })),
  ].slice(0, MOST);
  const chosen = Math.min(at, choices.length - 1);
  const take = (choice: Choice | undefined): void => {
    if (!choice) return;
    onClose();
    choice.run();
  };
  const pressed = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setAt((chosen + step + choices.length) % Math.max(1, choices.length));
    else if (event.key === 'Enter') take(choices[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={words.frame.palette.title} onClose={onClose}>
      <input
        class="input"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={choices.length > 0 ? `${id}-${chosen}` : undefined}
        aria-label={words.frame.palette.hint}
        placeholder={words.frame.palette.hint}
        value={text}
        autofocus
        spellcheck={false}
        onInput={event => (setText(event.currentTarget.value), setAt(0))}
        onKeyDown={pressed}
      />
      <div id={id} role="listbox" aria-label={words.frame.palette.title} class="choices">
        {choices.map((choice, n) => (
          <button
            key={n}
            id={`${id}-${n}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={n === chosen}
            class="outside"
            onClick={() => take(choice)}
          >
            {choice.text}
          </button>
        ))}
      </div>
      <p class="note" aria-live="polite">
        {choices.length === 0 ? words.frame.palette.nothing : ''}
      </p>
    </Dialog>
  );
}

async function actForId(id: string, words: Words): Promise<void> {
  const outcome = await get<Account>(`/v1/accounts/${id}`);
  if (outcome.ok) actFor({ id: outcome.value.id, name: outcome.value.name });
  else tell(faultText(words, outcome.fault));
}
