// Blocks of a page: card, tile with one number, pairs of name and value.
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

type CardProps = {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
};

export function Card({ title, note, actions, children }: CardProps): JSX.Element {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        {note && <span class="note">{note}</span>}
        {actions && <span class="actions">{actions}</span>}
      </header>
      {children}
    </section>
  );
}

/** One number with what it is of, or against what. */
export function Tile({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="tile-value">{value}</dd>
      <dd class="note">{note ?? '\u00a0'}</dd>
    </div>
  );
}

export const Tiles = ({ children }: { readonly children: ComponentChildren }): JSX.Element => <dl class="tiles">{children}</dl>;

export type Pair = readonly [name: string, value: ComponentChildren];

/** Pairs whose value is null are left out: "not asked" is not "nothing". */
export function KeyValue({ pairs }: { readonly pairs: readonly (Pair | null)[] }): JSX.Element {
  return (
    <dl class="pairs">
      {pairs.map(pair =>
        pair ? (
          <div key={pair[0]}>
            <dt>{pair[0]}</dt>
            <dd>{pair[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
