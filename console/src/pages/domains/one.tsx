// One sending domain: exactly what to paste where, what a receiver would see of it, its keys, its policies.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useAsk } from '../../app/ask.ts';
import { useLanguage } from '../../app/language.ts';
import { go } from '../../app/place.ts';
import { may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import type { PageProps } from '../../pages.ts';
import { State } from '../../parts/badge.tsx';
import { Call, Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Removal } from '../../parts/removal.tsx';
import { tell } from '../../parts/toast.tsx';
import { curl } from '../../app/curl.ts';
import { DnsCard } from './dns-card.tsx';
import { Guide } from './guide.tsx';
import { PolicyCard } from './policy.tsx';
import type { Domain } from './records.ts';
import { ReputationCard } from './reputation-card.tsx';
import { SeenCard, type Seen } from './seen.tsx';

export function Page({ params }: PageProps): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.domains;
  const name = params['name'] ?? '';
  const path = `/v1/domains/${encodeURIComponent(name)}`;
  const who = useSession();
  const mayManage = may(who, 'manage');
  const asked = useAsk<Domain>(path);
  const seen = useAsk<Seen>(asked.value ? `${path}/seen` : null);
  const check = useWork(
    (force?: boolean) => send<Domain>('POST', `${path}/verify`, force === undefined ? {} : { force }),
    found => {
      asked.put(found);
      seen.again();
      tell(w.checked);
    },
  );
  useShortcuts({ r: { says: w.keysHelp.check, run: () => mayManage && check.run() } });
  const domain = asked.value;
  return (
    <>
      <Head
        title={name}
        heading={<Outside text={name} max={120} />}
        above={<Link to="/domains">{w.title}</Link>}
        state={domain && <State of={domain.state} />}
        note={domain?.checkedAt ? w.checkedAt({ time: format.time(domain.checkedAt) }) : undefined}
        actions={
          mayManage && (
            <Button kind="primary" busy={check.busy} onPress={() => check.run()} keys="r">
              {w.check}
            </Button>
          )
        }
      />
      {check.fault && <Failed fault={check.fault} />}
      <Loaded asked={asked} lines={12}>
        {known => (
          <>
            <p class="soft">{known.state === 'verified' ? w.verified : w.notVerified}</p>
            <div class="columns">
              <div class="stack">
                <DnsCard domain={known} />
              </div>
              <div class="stack">
                <SeenCard asked={seen} />
                {may(who, 'read') && <ReputationCard name={known.name} />}
                <Guide />
                {mayManage && <KeysCard domain={known} onDone={asked.put} />}
                {mayManage && <PolicyCard domain={known} onDone={asked.put} />}
                {mayManage && <Last domain={known} force={who.operator ? check.run : null} />}
              </div>
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function KeysCard({ domain, onDone }: { readonly domain: Domain; readonly onDone: (changed: Domain) => void }): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains.keys;
  const waits = domain.records.some(one => one.purpose === 'dkim_next');
  const rotate = useWork(
    () => send<Domain>('POST', `/v1/domains/${domain.name}/rotate`),
    changed => {
      onDone(changed);
      tell(w.rotated);
    },
  );
  return (
    <Card title={w.title}>
      <p class="soft">{waits ? w.waiting : w.text}</p>
      {!waits && (
        <p>
          <Button busy={rotate.busy} onPress={rotate.run}>
            {w.rotate}
          </Button>
        </p>
      )}
      {rotate.fault && <Failed fault={rotate.fault} />}
      <Call text={curl('POST', `/v1/domains/${domain.name}/rotate`)} />
    </Card>
  );
}

/** What is done seldom: the operator's word in place of DNS, and removing. */
function Last({ domain, force }: { readonly domain: Domain; readonly force: ((force: boolean) => void) | null }): JSX.Element {
  const { words } = useLanguage();
  const w = words.domains;
  const [asking, ask] = useState(false);
  return (
    <div class="row">
      {force && <Button onPress={() => force(domain.state !== 'verified')}>{domain.state === 'verified' ? w.unforce : w.force}</Button>}
      <Button kind="danger" onPress={() => ask(true)}>
        {w.remove.button}
      </Button>
      {asking && (
        <Removal
          path={`/v1/domains/${domain.name}`}
          title={w.remove.title}
          text={w.remove.text}
          name={domain.name}
          action={w.remove.button}
          said={w.remove.done({ name: domain.name })}
          onDone={() => go('/domains')}
          onClose={() => ask(false)}
        />
      )}
    </div>
  );
}
