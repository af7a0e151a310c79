// One template: what it says, what its review found, and how it looks with values. `/templates/new` is the same, before the first save.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { go } from '../../app/place.ts';
import { may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import type { PageProps } from '../../pages.ts';
import { Badge } from '../../parts/badge.tsx';
import { Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { CopyValue } from '../../parts/copy.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Removal } from '../../parts/removal.tsx';
import { tell } from '../../parts/toast.tsx';
import { typedName } from '../keys/key.ts';
import { Editor } from './editor.tsx';
import { Look } from './look.tsx';
import { ReviewCard } from './review.tsx';
import { bodyOf, draftOf, EMPTY, STATE_TONES, type Draft, type Template } from './template.ts';

export function Page({ params }: PageProps): JSX.Element {
  const { words } = useLanguage();
  const id = params['id'] ?? '';
  const asked = useAsk<Template>(id === 'new' ? null : `/v1/templates/${encodeURIComponent(id)}`);
  if (id === 'new') return <One key="new" template={null} onSaved={made => go(`/templates/${made.id}`, { replace: true })} />;
  return (
    <>
      {!asked.value && <Head title={words.templates.one} />}
      <Loaded asked={asked} lines={12}>
        {template => <One key={template.id} template={template} onSaved={asked.put} />}
      </Loaded>
    </>
  );
}

type OneProps = { readonly template: Template | null; readonly onSaved: (saved: Template) => void };

function One({ template, onSaved }: OneProps): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.templates;
  const mayEdit = may(useSession(), 'manage');
  const [draft, change] = useState<Draft>(template ? draftOf(template) : EMPTY);
  const [leaving, setLeaving] = useState(false);
  const isChanged = JSON.stringify(bodyOf(draft)) !== JSON.stringify(template && bodyOf(draftOf(template)));
  const save = useWork(
    () =>
      template
        ? send<Template>('PATCH', `/v1/templates/${template.id}`, bodyOf(draft))
        : send<Template>('POST', '/v1/templates', bodyOf(draft), once()),
    saved => {
      tell(w.saved({ shown: format.number(saved.version) }));
      onSaved(saved);
    },
  );
  useShortcuts({ 'ctrl+Enter': { says: w.keys.save, run: () => mayEdit && !save.busy && save.run() } });
  return (
    <>
      <Head
        title={template?.name ?? w.make}
        heading={template ? <Outside text={template.name} max={100} /> : w.make}
        above={<Link to="/templates">{w.all}</Link>}
        state={template && <Badge tone={STATE_TONES[template.state]}>{w.states[template.state]}</Badge>}
        note={template && w.version({ shown: format.number(template.version) })}
        actions={
          template &&
          template.state !== 'refused' && (
            <Link to={`/batches/new?template=${template.id}`} class="button primary">
              {w.send}
            </Link>
          )
        }
      />
      <div class="columns even">
        <div class="stack">
          <Editor draft={draft} onChange={change} fault={save.fault} busy={save.busy} mayEdit={mayEdit} onSave={save.run} />
          {save.fault && <Failed fault={save.fault} />}
          {isChanged && template && (
            <p class="note" aria-live="polite">
              {w.unsaved}
            </p>
          )}
          {template && (
            <p class="row">
              <CopyValue value={template.id} />
              {mayEdit && (
                <Button kind="danger" onPress={() => setLeaving(true)}>
                  {w.remove}
                </Button>
              )}
            </p>
          )}
        </div>
        {template && (
          <div class="stack">
            <ReviewCard review={template.review} />
            <Look template={template} isOld={isChanged} />
          </div>
        )}
      </div>
      {leaving && template && <Remove template={template} onClose={() => setLeaving(false)} />}
    </>
  );
}

function Remove({ template, onClose }: { readonly template: Template; readonly onClose: () => void }): JSX.Element {
  const w = useLanguage().words.templates;
  const name = typedName(template);
  return (
    <Removal
      path={`/v1/templates/${template.id}`}
      title={w.removeTitle({ name })}
      text={w.removeText}
      name={name}
      action={w.remove}
      said={w.removed}
      onDone={() => go('/templates')}
      onClose={onClose}
    />
  );
}
