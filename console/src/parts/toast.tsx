// Short notices at the edge, read out politely; what can be undone can be for 8 s, and the time stands still while one points at it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLanguage } from '../app/language.ts';
import { newValue, useValue } from '../app/value.ts';
import { Button } from './button.tsx';

type Toast = { readonly id: number; readonly text: string; readonly undo: (() => void) | null; readonly done: (() => void) | null };
const STAYS_MS = 8000;
const toasts = newValue<readonly Toast[]>([]);
let last = 0;

export const tell = (text: string): void => add({ text, undo: null, done: null });

/** Tells that something is done, and does it when nobody undid it in time (or the page is left). */
export const tellUndoable = (text: string, work: { readonly undo: () => void; readonly done: () => void }): void => add({ text, ...work });

const add = (toast: Omit<Toast, 'id'>): void => toasts.set([...toasts.get(), { ...toast, id: ++last }]);

function end(toast: Toast, undone: boolean): void {
  if (!toasts.get().includes(toast)) return;
  toasts.set(toasts.get().filter(one => one !== toast));
  (undone ? toast.undo : toast.done)?.();
}
// Leaving is not undoing.
addEventListener('pagehide', () => {
  for (const toast of toasts.get()) end(toast, false);
});

export function Toasts(): JSX.Element {
  const shown = useValue(toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map(toast => (
        <Shown key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Shown({ toast }: { readonly toast: Toast }): JSX.Element {
  const { words } = useLanguage();
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => end(toast, false), STAYS_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return (
    <div
      class="toast"
      onMouseEnter={() => hold(true)}
      onMouseLeave={() => hold(false)}
      onFocusCapture={() => hold(true)}
      onBlurCapture={() => hold(false)}
    >
      <span>{toast.text}</span>
      {toast.undo && <Button onPress={() => end(toast, true)}>{words.frame.undo}</Button>}
      <Button kind="quiet" onPress={() => end(toast, false)}>
        {words.frame.dismiss}
      </Button>
    </div>
  );
}
