// The head of a page: title, state, note, one primary action. It names the document and takes the focus after a change of page.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLanguage } from '../app/language.ts';

type Props = {
  readonly title: string;
  /** Shown in the place of the plain title, for titles with a stranger's address. */
  readonly heading?: ComponentChildren;
  readonly above?: ComponentChildren;
  readonly state?: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
};

export function Head({ title, heading, above, state, note, actions }: Props): JSX.Element {
  const { words } = useLanguage();
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${words.frame.product}`;
  }, [title]);
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest('nav')) element.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header class="head">
      <div>
        {above && <p class="note">{above}</p>}
        <div class="row">
          <h1 ref={element} tabIndex={-1}>
            {heading ?? title}
          </h1>
          {state}
        </div>
      </div>
      <div class="row head-actions">
        {note && <span class="note">{note}</span>}
        {actions}
      </div>
    </header>
  );
}
