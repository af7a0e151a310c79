// What a template says, and the values that stand in when none is given: a field for each variable that is written.
import type { JSX } from 'preact';
import type { Fault } from '../../app/api.ts';
import { useLanguage } from '../../app/language.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Field, TextArea } from '../../parts/field.tsx';
import { fallbacksIn, namesIn, type Draft } from './template.ts';

type Props = {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly fault: Fault | undefined;
  readonly busy: boolean;
  readonly mayEdit: boolean;
  readonly onSave: () => void;
};

export function Editor({ draft, onChange, fault, busy, mayEdit, onSave }: Props): JSX.Element {
  const { words } = useLanguage();
  const w = words.templates;
  const set = (part: Partial<Draft>): void => onChange({ ...draft, ...part });
  const at = (field: string): string | undefined => (fault?.field === field ? fault.message : undefined);
  const names = namesIn(draft);
  const fallbacks = fallbacksIn(draft);
  return (
    <Card title={w.content}>
      <form
        class="stack"
        onSubmit={event => {
          event.preventDefault();
          onSave();
        }}
      >
        <Field label={w.name} hint={w.nameHint} value={draft.name} onValue={name => set({ name })} required error={at('name')} />
        <Field label={w.subject} value={draft.subject} onValue={subject => set({ subject })} required error={at('subject')} />
        <TextArea label={w.html} value={draft.html} onValue={html => set({ html })} rows={12} mono error={at('html')} />
        <TextArea label={w.text} hint={w.textHint} value={draft.text} onValue={text => set({ text })} rows={8} mono error={at('text')} />
        {names.length > 0 && (
          <fieldset class="stack">
            <legend class="strong">{w.defaults}</legend>
            <p class="note">{w.defaultsNote}</p>
            {names.map(name => (
              <Field
                key={name}
                label={name}
                value={draft.defaults[name] ?? ''}
                placeholder={fallbacks.get(name) ?? ''}
                onValue={value => set({ defaults: { ...draft.defaults, [name]: value } })}
                error={at(`defaults.${name}`)}
              />
            ))}
          </fieldset>
        )}
        {mayEdit && (
          <p>
            <Button type="submit" kind="primary" busy={busy} keys="Control+Enter">
              {w.save}
            </Button>
          </p>
        )}
      </form>
    </Card>
  );
}
