// Buttons: one primary a page, the others quiet; an icon button always has its name.
import type { ComponentChildren, JSX } from 'preact';

type Props = {
  readonly children: ComponentChildren;
  readonly onPress?: () => void;
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean;
  readonly busy?: boolean;
  /** For a button that opens something. */
  readonly expanded?: boolean;
  readonly pressed?: boolean;
  readonly keys?: string;
};

export function Button({
  children,
  onPress,
  kind = 'plain',
  type = 'button',
  disabled = false,
  busy = false,
  expanded,
  pressed,
  keys,
}: Props): JSX.Element {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      disabled={disabled && !busy}
      // A button that is busy keeps the focus, which a disabled one loses.
      onClick={busy ? event => event.preventDefault() : onPress}
      {...(busy ? { 'aria-busy': true, 'aria-disabled': true } : {})}
      {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      {...(keys ? { 'aria-keyshortcuts': keys } : {})}
    >
      {children}
    </button>
  );
}

export function IconButton({
  label,
  sign,
  onPress,
}: {
  readonly label: string;
  readonly sign: string;
  readonly onPress: () => void;
}): JSX.Element {
  return (
    <button type="button" class="button quiet icon" aria-label={label} title={label} onClick={onPress}>
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}
