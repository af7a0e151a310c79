// One recipient list: who is in it, an import with its counts, taking somebody out, renaming and deleting.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { go } from '../../app/place.ts';
import { may, useSession } from '../../app/session.ts';
import { useWork } from '../../app/work.ts';
import type { PageProps } from '../../pages.ts';
import { Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { CopyValue } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Removal } from '../../parts/removal.tsx';
import { typedName } from '../keys/key.ts';
import { Import } from './import.tsx';
import type { List } from './list.ts';
import { Recipients } from './recipients.tsx';

export function Page({ params }: PageProps): JSX.Element {
  const { words } = useLanguage();
  const asked = useAsk<List>(`/v1/lists/${encodeURIComponent(params['id'] ?? '')}`);
  return (
    <>
      {!asked.value && <Head title={words.lists.one} />}
      <Loaded asked={asked} lines={12}>
        {list => <One key={list.id} list={list} onChange={asked.put} again={asked.again} />}
      </Loaded>
    </>
  );
}

type OneProps = { readonly list: List; readonly onChange: (list: List) => void; readonly again: () => void };

function One({ list, onChange, again }: OneProps): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.lists;
  const mayManage = may(useSession(), 'manage');
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null);
  const [round, setRound] = useState(0);
  const imported = (): void => {
    setRound(n => n + 1);
    again();
  };
  const close = (): void => setOpen(null);
  return (
    <>
      <Head
        title={list.name}
        heading={<Outside text={list.name} max={100} />}
        above={<Link to="/lists">{w.all}</Link>}
        note={w.recipients({ count: list.recipients, shown: format.number(list.recipients) })}
        actions={
          list.recipients > 0 && (
            <Link to={`/batches/new?list=${list.id}`} class="button primary">
              {w.send}
            </Link>
          )
        }
      />
      <div class="columns even">
        <Recipients list={list} round={round} mayManage={mayManage} onTakenOut={again} />
        <div class="stack">
          {mayManage && <Import list={list} onDone={imported} />}
          <p class="row">
            <CopyValue value={list.id} />
            {mayManage && (
              <>
                <Button onPress={() => setOpen('rename')}>{w.rename}</Button>
                <Button kind="danger" onPress={() => setOpen('remove')}>
                  {w.remove}
                </Button>
              </>
            )}
          </p>
        </div>
      </div>
      {open === 'rename' && <Rename list={list} onChange={onChange} onClose={close} />}
      {open === 'remove' && <Remove list={list} onClose={close} />}
    </>
  );
}

type RenameProps = { readonly list: List; readonly onChange: (list: List) => void; readonly onClose: () => void };

function Rename({ list, onChange, onClose }: RenameProps): JSX.Element {
  const w = useLanguage().words.lists;
  const work = useWork(
    (name: string) => send<List>('PATCH', `/v1/lists/${list.id}`, { name }),
    renamed => {
      onChange(renamed);
      onClose();
    },
  );
  return (
    <Dialog title={w.rename} onClose={onClose}>
      <OneField label={w.name} submit={w.rename} busy={work.busy} onSubmit={work.run} first={list.name} />
      {work.fault && <Failed fault={work.fault} />}
    </Dialog>
  );
}

function Remove({ list, onClose }: { readonly list: List; readonly onClose: () => void }): JSX.Element {
  const w = useLanguage().words.lists;
  const name = typedName(list);
  return (
    <Removal
      path={`/v1/lists/${list.id}`}
      title={w.removeTitle({ name })}
      text={w.removeText}
      name={name}
      action={w.remove}
      said={w.removed}
      onDone={() => go('/lists')}
      onClose={onClose}
    />
  );
}
