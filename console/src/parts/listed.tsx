// A cursor list in its states: waiting, failed, empty, there, and more of it at its end. A page that fails keeps what is known.
import type { ComponentChildren, JSX } from 'preact';
import { useLanguage } from '../app/language.ts';
import type { Listed } from '../app/list.ts';
import { Failed, Skeleton } from './blocks.tsx';
import { Button } from './button.tsx';

type Props<T> = {
  readonly list: Listed<T>;
  readonly empty: ComponentChildren;
  readonly children: ComponentChildren;
  /** How tall what will be here is. */
  readonly lines?: number;
};

export function ListOf<T>({ list, empty, children, lines = 4 }: Props<T>): JSX.Element {
  const { words } = useLanguage();
  if (list.rows.length === 0 && list.fault) return <Failed fault={list.fault} again={list.again} />;
  if (list.rows.length === 0 && list.waiting) return <Skeleton lines={lines} />;
  return (
    <div class="stack" aria-busy={list.waiting}>
      {list.rows.length === 0 ? empty : children}
      {list.fault && <Failed fault={list.fault} again={list.again} />}
      {list.more && !list.fault && (
        <p>
          <Button onPress={list.readMore} busy={list.waiting}>
            {words.frame.more}
          </Button>
        </p>
      )}
    </div>
  );
}
