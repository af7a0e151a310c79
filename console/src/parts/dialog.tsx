// Overlays: a dialog in the middle or a drawer at the side. The native <dialog> keeps focus inside, gives it back and closes on Escape.
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { useLanguage } from '../app/language.ts';
import { IconButton } from './button.tsx';

type Props = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly side?: boolean;
};

export function Dialog({ title, onClose, children, side = false }: Props): JSX.Element {
  const { words } = useLanguage();
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  // Before the next key press: what is typed right after Ctrl+K is the dialog's.
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => queueMicrotask(() => giveBack(before));
  }, []);
  return (
    <dialog ref={element} class={side ? 'dialog side' : 'dialog'} aria-labelledby={id} onClose={onClose} {...{ closedby: 'any' }}>
      <div class="dialog-body">
        <header class="card-head">
          <h2 id={id}>{title}</h2>
          <span class="actions">
            <IconButton label={words.frame.close} sign="✕" onPress={() => element.current?.close()} />
          </span>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** A dialog that is taken off the page gives no focus back as one that is closed does; what opened it may be gone as well, then the page has it. */
function giveBack(before: Element | null): void {
  if (document.activeElement !== document.body) return;
  const to = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.getElementById('page');
  to?.focus({ preventScroll: true });
}
