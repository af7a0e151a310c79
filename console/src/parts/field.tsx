// Form fields: a label, a hint and an error that belong to the field for every reader.
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

type Shared = {
  readonly label: string;
  readonly value: string;
  readonly onValue: (next: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly required?: boolean;
};

const described = (
  id: string,
  { hint, error }: Pick<Shared, 'hint' | 'error'>,
): { 'aria-describedby'?: string; 'aria-invalid'?: boolean } => ({
  ...(hint || error ? { 'aria-describedby': `${hint ? `${id}-hint` : ''} ${error ? `${id}-error` : ''}`.trim() } : {}),
  ...(error ? { 'aria-invalid': true } : {}),
});

function Around({
  id,
  label,
  hint,
  error,
  children,
}: Pick<Shared, 'label' | 'hint' | 'error'> & { readonly id: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint && (
        <p id={`${id}-hint`} class="note">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} class="error">
          <span aria-hidden="true">✕</span> {error}
        </p>
      )}
    </div>
  );
}

type FieldProps = Shared & {
  readonly type?: 'text' | 'password' | 'email' | 'url' | 'search' | 'datetime-local' | 'number';
  readonly placeholder?: string;
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly mono?: boolean;
};

export function Field({
  type = 'text',
  placeholder,
  autoComplete = 'off',
  autoFocus = false,
  mono = false,
  required = false,
  ...field
}: FieldProps): JSX.Element {
  const id = useId();
  return (
    <Around id={id} {...field}>
      <input
        id={id}
        type={type as 'text'}
        class={mono ? 'input mono' : 'input'}
        value={field.value}
        onInput={event => field.onValue(event.currentTarget.value)}
        required={required}
        autocomplete={autoComplete as 'off'}
        spellcheck={false}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(autoFocus ? { autofocus: true } : {})}
        {...described(id, field)}
      />
    </Around>
  );
}

export function TextArea({ rows = 8, mono = false, ...field }: Shared & { readonly rows?: number; readonly mono?: boolean }): JSX.Element {
  const id = useId();
  return (
    <Around id={id} {...field}>
      <textarea
        id={id}
        rows={rows}
        class={mono ? 'input mono' : 'input'}
        value={field.value}
        onInput={event => field.onValue(event.currentTarget.value)}
        spellcheck={false}
        {...described(id, field)}
      />
    </Around>
  );
}

export type Option = { readonly value: string; readonly text: string };

export function Select({
  options,
  compact = false,
  ...field
}: Shared & { readonly options: readonly Option[]; readonly compact?: boolean }): JSX.Element {
  const id = useId();
  const select = (
    <select
      id={id}
      class="input"
      value={field.value}
      onChange={event => field.onValue(event.currentTarget.value)}
      {...(compact ? { 'aria-label': field.label } : described(id, field))}
    >
      {options.map(({ value, text }) => (
        <option key={value} value={value} selected={value === field.value}>
          {text}
        </option>
      ))}
    </select>
  );
  return compact ? (
    select
  ) : (
    <Around id={id} {...field}>
      {select}
    </Around>
  );
}

/** On or off, at once: a checkbox that says so. */
export function Switch({
  label,
  on,
  onChange,
}: {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}): JSX.Element {
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={on} onChange={event => onChange(event.currentTarget.checked)} /> {label}
    </label>
  );
}
