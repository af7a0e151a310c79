// Tabs: arrows move, the panel belongs to its tab.
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

type Props<T extends string> = {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly text: string }[];
  readonly at: T;
  readonly onChange: (next: T) => void;
  readonly children: ComponentChildren;
};

export function Tabs<T extends string>({ label, tabs, at, onChange, children }: Props<T>): JSX.Element {
  const id = useId();
  const pressed = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const next = tabs[(tabs.findIndex(tab => tab.id === at) + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" tabIndex={-1} aria-label={label} onKeyDown={pressed}>
        {tabs.map(tab => (
          <button
            key={tab.id}
            id={`${id}-${tab.id}`}
            type="button"
            role="tab"
            class="button tab"
            aria-selected={tab.id === at}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === at ? 0 : -1}
            onClick={() => onChange(tab.id)}
          >
            {tab.text}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} class="stack" role="tabpanel" aria-labelledby={`${id}-${at}`}>
        {children}
      </div>
    </>
  );
}
