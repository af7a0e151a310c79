// Why a finding is set aside: one reason, which stands beside it from then on.
import type { JSX } from 'preact';
import { send } from '../../app/api.ts';
import { once } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useWork } from '../../app/work.ts';
import { Failed } from '../../parts/blocks.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { plainText } from '../../parts/plain-text.ts';
import type { Finding, SetAside } from './findings.ts';

type Props = { readonly finding: Finding; readonly onDone: (made: SetAside) => void; readonly onClose: () => void };

export function SetAsideDialog({ finding: { group, name, found }, onDone, onClose }: Props): JSX.Element {
  const w = useLanguage().words.doctor;
  const work = useWork((reason: string) => send<SetAside>('POST', '/v1/doctor/set-aside', { group, name, reason }, once()), onDone);
  return (
    <Dialog title={w.setAsideOf({ name: plainText(name, 80) })} onClose={onClose}>
      <p>
        <Outside text={found} />
      </p>
      <p class="note">{w.setAsideText}</p>
      <OneField label={w.reason} submit={w.setAside} busy={work.busy} onSubmit={work.run} />
      {work.fault && <Failed fault={work.fault} />}
    </Dialog>
  );
}
