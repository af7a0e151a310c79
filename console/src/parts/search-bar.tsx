// One line to search: words as they are, and tokens such as `state:deferred`. What is understood stands below as tokens that can be taken away.
import type { JSX } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from './button.tsx';

type Props = {
  readonly label: string;
  readonly hint: string;
  readonly submit: string;
  readonly value: string;
  readonly onSearch: (next: string) => void;
  readonly recent?: readonly string[];
  /** Counts up to take the focus (the key `/`). */
  readonly focus?: number;
};

export function SearchBar({ label, hint, submit, value, onSearch, recent = [], focus = 0 }: Props): JSX.Element {
  const id = useId();
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  // Both before the next key press, which would be lost otherwise.
  useLayoutEffect(() => setText(value), [value]);
  useLayoutEffect(() => {
    if (focus > 0) input.current?.select();
    if (focus > 0) input.current?.focus();
  }, [focus]);
  return (
    <form
      class="search"
      role="search"
      onSubmit={event => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <input
        ref={input}
        type="search"
        class="input"
        aria-label={label}
        placeholder={hint}
        value={text}
        list={id}
        spellcheck={false}
        autocomplete="off"
        onInput={event => {
          setText(event.currentTarget.value);
          if (event.currentTarget.value === '') onSearch('');
        }}
        onKeyDown={event => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <datalist id={id}>
        {recent.map(one => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Button type="submit">{submit}</Button>
    </form>
  );
}
