// One sending IP: is it in service, what is wrong and what to do, how much it may send today, and what providers said.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../app/api.ts';
import { useAsk, type Asked } from '../../app/ask.ts';
import { curl } from '../../app/curl.ts';
import { useLanguage } from '../../app/language.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useWork } from '../../app/work.ts';
import type { PageProps } from '../../pages.ts';
import { Badge } from '../../parts/badge.tsx';
import { Call, Failed, Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card, KeyValue } from '../../parts/card.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { OneField } from '../../parts/one-field.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Timeline, TimelineItem } from '../../parts/timeline.tsx';
import { tell } from '../../parts/toast.tsx';
import { CHECK_TONES, IP_TONES, kindOf, urgentFirst, type Check, type Ip } from './ip.ts';
import { ProviderCard } from './providers.tsx';
import { WarmUpCard } from './warm-up.tsx';

export function Page({ params }: PageProps): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.sendingIps;
  const ip = params['ip'] ?? '';
  const path = `/v1/sending-ips/${encodeURIComponent(ip)}`;
  const asked = useAsk<Ip>(path);
  const check = useWork(
    () => send<Ip>('POST', `${path}/check`),
    seen => {
      asked.put(seen);
      tell(w.checkedNow);
    },
  );
  useShortcuts({ r: { says: w.check, run: () => check.run() } });
  const known = asked.value;
  return (
    <>
      <Head
        title={ip}
        heading={<Outside text={ip} max={64} />}
        above={<Link to="/sending-ips">{w.title}</Link>}
        state={known && <Badge tone={IP_TONES[known.state]}>{w.states[known.state]}</Badge>}
        note={known?.checkedAt ? w.checkedAt({ time: format.time(known.checkedAt) }) : undefined}
        actions={
          <Button kind="primary" busy={check.busy} onPress={check.run} keys="r">
            {w.check}
          </Button>
        }
      />
      {check.fault && <Failed fault={check.fault} />}
      <Loaded asked={asked} lines={12}>
        {one => (
          <>
            <p>
              {w.statesText[one.state]} {one.reason !== null && <Outside text={one.reason} max={400} />}
            </p>
            <div class="columns">
              <div class="stack">
                <Card title={w.checks}>
                  {one.checks.length === 0 && <p class="soft">{w.notChecked}</p>}
                  {urgentFirst(one.checks).map(each => (
                    <CheckBlock key={each.name} check={each} />
                  ))}
                </Card>
                <WarmUpCard ip={one} />
                <ProviderCard ip={one.ip} />
              </div>
              <div class="stack">
                <Facts ip={one} />
                <Service ip={one} asked={asked} path={path} />
                <History ip={one} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function CheckBlock({ check }: { readonly check: Check }): JSX.Element {
  const { words } = useLanguage();
  const w = words.sendingIps;
  const names: Readonly<Record<string, string>> = w.checkNames;
  const kind = kindOf(check.name);
  return (
    <div class="record">
      <p class="row">
        <Badge tone={CHECK_TONES[check.state]}>{w.checkStates[check.state]}</Badge>
        <span class="strong">{Object.hasOwn(names, kind) ? names[kind] : check.name}</span>
        {kind === 'dnsbl' && <code>{check.name.slice('dnsbl/'.length)}</code>}
      </p>
      <KeyValue
        pairs={[
          check.expected === null ? null : [w.expected, <Outside text={check.expected} />],
          [w.found, <Outside text={check.found} />],
          check.fix === null ? null : [w.fix, <Outside text={check.fix} />],
        ]}
      />
    </div>
  );
}

function Facts({ ip }: { readonly ip: Ip }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.sendingIps;
  return (
    <Card title={w.facts}>
      <KeyValue
        pairs={[
          [w.since, format.time(ip.since)],
          [w.pool, <code>{ip.pool}</code>],
          [w.helo, <Outside text={ip.helo ?? 'SESAME_HOSTNAME'} max={253} />],
          [w.usedDays, format.number(ip.usedDays)],
        ]}
      />
    </Card>
  );
}

type ServiceProps = { readonly ip: Ip; readonly asked: Asked<Ip>; readonly path: string };

function Service({ ip, asked, path }: ServiceProps): JSX.Element {
  const { words } = useLanguage();
  const w = words.sendingIps;
  const [resting, setResting] = useState(false);
  const patch = useWork(
    (body: object) => send<Ip>('PATCH', path, body),
    next => {
      asked.put(next);
      setResting(false);
      tell(w.saved);
    },
  );
  return (
    <Card title={w.service}>
      {ip.rest === null ? (
        <p>
          <Button expanded={resting} onPress={() => setResting(!resting)}>
            {w.rest}
          </Button>
        </p>
      ) : (
        <>
          <p>
            {w.restedBecause} <Outside text={ip.rest} max={400} />
          </p>
          <p>
            <Button kind="primary" busy={patch.busy} onPress={() => patch.run({ resume: true })}>
              {w.resume}
            </Button>
          </p>
        </>
      )}
      {resting && ip.rest === null && (
        <OneField label={w.restWhy} submit={w.restNow} busy={patch.busy} onSubmit={rest => patch.run({ rest })} hint={w.restHint} />
      )}
      {ip.state === 'warming' && (
        <>
          <p class="soft">{w.warmText}</p>
          <p>
            <Button busy={patch.busy} onPress={() => patch.run({ warm: true })}>
              {w.warm}
            </Button>
          </p>
        </>
      )}
      <OneField key={ip.pool} label={w.moveTo} submit={w.move} busy={patch.busy} first={ip.pool} onSubmit={pool => patch.run({ pool })} />
      {patch.fault && <Failed fault={patch.fault} />}
      <Call text={curl('PATCH', path, ip.rest === null ? { rest: w.restExample } : { resume: true })} />
    </Card>
  );
}

function History({ ip }: { readonly ip: Ip }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.sendingIps;
  return (
    <Card title={w.history}>
      <Timeline>
        {ip.history.toReversed().map(change => (
          <TimelineItem
            key={change.at}
            tone={IP_TONES[change.state]}
            time={format.day(change.at)}
            title={w.states[change.state]}
            note={format.time(change.at)}
          >
            {change.reason !== null && (
              <p>
                <Outside text={change.reason} max={400} />
              </p>
            )}
          </TimelineItem>
        ))}
      </Timeline>
    </Card>
  );
}
