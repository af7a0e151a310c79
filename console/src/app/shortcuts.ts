// Keys: single letters and `g` with a letter, never while somebody types, and Ctrl+K anywhere. `?` shows what is there now.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isCovered } from './covered.ts';
import { newValue } from './value.ts';

/** `j`, `/`, `?`, `Enter`, `Escape`, `g o` (one after the other), `ctrl+k` (also ⌘K), `ctrl+Enter`. */
export type Shortcuts = Readonly<Record<string, { readonly says: string; readonly run: () => void }>>;

const SEQUENCE_MS = 1200;
/** What is bound now, the newest last: it wins. */
export const bound = newValue<readonly Shortcuts[]>([]);
let before: { readonly key: string; readonly at: number } | null = null;

/** The name of a key press; null when it is a modifier's, or belongs to the browser. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | null {
  if (['Control', 'Shift', 'Alt', 'Meta'].includes(event.key) || event.altKey) return null;
  return event.ctrlKey || event.metaKey ? `ctrl+${event.key.length === 1 ? event.key.toLowerCase() : event.key}` : event.key;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

function pressed(event: KeyboardEvent): void {
  const name = keyName(event);
  if (!name || event.defaultPrevented) return;
  const isText = !name.startsWith('ctrl+') && name !== 'Escape';
  // An open dialog closes itself.
  if (name === 'Escape' && isCovered()) return;
  if (isText && (isTyping(event.target) || isCovered())) return;
  // Enter on a link or a button is its own.
  if (name === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a, button, summary')) return;
  const pair = before && Date.now() - before.at < SEQUENCE_MS ? `${before.key} ${name}` : null;
  before = { key: name, at: Date.now() };
  const found = [...bound.get()].reverse().flatMap(shortcuts => (pair && shortcuts[pair] ? [shortcuts[pair]] : []))[0] ?? newest(name);
  if (!found) return;
  event.preventDefault();
  before = null;
  found.run();
}

const newest = (name: string): Shortcuts[string] | undefined =>
  [...bound.get()].reverse().flatMap(shortcuts => (shortcuts[name] ? [shortcuts[name]] : []))[0];

export const startShortcuts = (): void => document.addEventListener('keydown', pressed);

/** Binds keys while the component is shown. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const names = Object.keys(shortcuts).join();
  // With what is drawn: who sees the page may press its keys.
  useLayoutEffect(() => {
    const mine: Shortcuts = Object.fromEntries(
      Object.keys(latest.current).map(name => [
        name,
        {
          get says() {
            return latest.current[name]?.says ?? '';
          },
          run: () => latest.current[name]?.run(),
        },
      ]),
    );
    bound.set([...bound.get(), mine]);
    return () => bound.set(bound.get().filter(one => one !== mine));
  }, [names]);
}
