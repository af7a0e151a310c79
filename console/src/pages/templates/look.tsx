// How a template looks with values: rendered by the server 300 ms after the last key, shown in the sandboxed frame.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { send, type Fault } from '../../app/api.ts';
import { useLanguage } from '../../app/language.ts';
import { Failed, Skeleton } from '../../parts/blocks.tsx';
import { Card } from '../../parts/card.tsx';
import { Field } from '../../parts/field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Preview } from '../../parts/preview.tsx';
import { dataOf, fallbacksIn, sampleOf, type Rendered, type Template, type Typed } from './template.ts';

const IDLE_MS = 300;

export function Look({ template, isOld }: { readonly template: Template; readonly isOld: boolean }): JSX.Element {
  const { words } = useLanguage();
  const w = words.templates;
  const [typed, type] = useState<Typed>({});
  const [state, show] = useState<{ readonly made?: Rendered; readonly fault?: Fault }>({});
  const round = useRef(0);
  useEffect(() => {
    const mine = ++round.current;
    const timer = setTimeout(() => {
      const data = dataOf(template, typed);
      void send<Rendered>('POST', `/v1/templates/${template.id}/render`, { data }).then(outcome => {
        if (mine === round.current) show(outcome.ok ? { made: outcome.value } : { fault: outcome.fault });
      });
    }, IDLE_MS);
    return () => clearTimeout(timer);
  }, [template.id, template.version, JSON.stringify(typed)]);
  const { made, fault } = state;
  const fallbacks = fallbacksIn(template);
  return (
    <Card title={w.preview} note={isOld ? w.previewOld : w.previewNote}>
      {template.variables.map(name => (
        <Field
          key={name}
          label={name}
          value={typed[name] ?? ''}
          placeholder={String(template.defaults[name] ?? fallbacks.get(name) ?? sampleOf(name))}
          onValue={value => type({ ...typed, [name]: value })}
          error={fault?.field === `data.${name}` ? fault.message : undefined}
        />
      ))}
      {fault && <Failed fault={fault} />}
      {!made && !fault && <Skeleton lines={8} />}
      {made && (
        <>
          <p>
            <span class="note">{w.subject}</span> <Outside text={made.subject} max={300} />
          </p>
          <Preview html={made.html ?? ''} text={made.text ?? ''} />
        </>
      )}
    </Card>
  );
}
