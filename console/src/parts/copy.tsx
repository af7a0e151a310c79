// A value to copy: shown as it is, with a button beside it.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLanguage } from '../app/language.ts';

type ButtonProps = {
  readonly text: string | (() => string);
  readonly label?: string;
  /** What is copied, for those who do not see what it stands beside. */
  readonly name?: string;
};

export function CopyButton({ text, label, name }: ButtonProps): JSX.Element {
  const { words } = useLanguage();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = (): void => void navigator.clipboard?.writeText(typeof text === 'string' ? text : text()).then(() => setDone(true));
  return (
    <button type="button" class="copy" onClick={copy} {...(name ? { 'aria-label': name } : {})}>
      {done ? words.frame.copied : (label ?? words.frame.copy)}
      <span class="hidden-visually" aria-live="polite">
        {done ? words.frame.copied : ''}
      </span>
    </button>
  );
}

export function CopyValue({ value, shown }: { readonly value: string; readonly shown?: string }): JSX.Element {
  return (
    <span class="copy-value">
      <code class="outside">{shown ?? value}</code> <CopyButton text={value} />
    </span>
  );
}
