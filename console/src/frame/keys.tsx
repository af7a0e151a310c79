// `?`: which keys there are, those of the page first.
import type { JSX } from 'preact';
import { useLanguage } from '../app/language.ts';
import { bound, type Shortcuts } from '../app/shortcuts.ts';
import { useValue } from '../app/value.ts';
import { Dialog } from '../parts/dialog.tsx';

export function KeysDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { words } = useLanguage();
  const all = useValue(bound);
  const everywhere = all.filter(one => Object.hasOwn(one, '?'));
  const here = all.filter(one => !Object.hasOwn(one, '?'));
  return (
    <Dialog title={words.frame.keys.title} onClose={onClose}>
      {here.length > 0 && <KeyList title={words.frame.keys.here} of={here} />}
      <KeyList title={words.frame.keys.everywhere} of={everywhere} />
    </Dialog>
  );
}

function KeyList({ title, of }: { readonly title: string; readonly of: readonly Shortcuts[] }): JSX.Element {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="pairs">
        {of.flatMap(shortcuts =>
          Object.entries(shortcuts).map(([name, { says }]) => (
            <div key={name}>
              <dt>
                <kbd>{name.replace('ctrl+', 'Ctrl ')}</kbd>
              </dt>
              <dd>{says}</dd>
            </div>
          )),
        )}
      </dl>
    </section>
  );
}
