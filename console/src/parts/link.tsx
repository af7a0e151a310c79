// A link to a page of the console: a real <a>, followed without loading the page again.
import type { ComponentChildren, JSX } from 'preact';
import { go } from '../app/place.ts';

type Props = {
  readonly to: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly current?: boolean;
  readonly onFollow?: () => void;
};

export function Link({ to, children, current, onFollow, ...rest }: Props): JSX.Element {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onFollow?.();
    go(to);
  };
  return (
    <a href={to} onClick={follow} {...(current ? { 'aria-current': 'page' as const } : {})} {...rest}>
      {children}
    </a>
  );
}
