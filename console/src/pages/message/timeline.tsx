// The timeline of one recipient: every attempt with peer, sending IP, TLS, the reply as it came, what it means and what follows.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import type { Tone } from '../../parts/badge.tsx';
import { KeyValue } from '../../parts/card.tsx';
import { Outside } from '../../parts/outside.tsx';
import { Timeline, TimelineItem } from '../../parts/timeline.tsx';
import { factsOf, type Attempt, type Fact, type Message, type Recipient, type Tls, type Told } from './facts.ts';
import type { Words } from '../../words/en.ts';
import { Inspection } from './inspection.tsx';

type WayProps = { readonly message: Message; readonly recipient: Recipient; readonly told: readonly Told[] };

export function Way({ message, recipient, told }: WayProps): JSX.Element {
  return (
    <Timeline>
      {factsOf(message, recipient, told).map((fact, n) => (
        <Line key={n} fact={fact} message={message} recipient={recipient} />
      ))}
    </Timeline>
  );
}

function nameOf(words: Words, state: string): string {
  const names: Readonly<Record<string, string>> = words.frame.states;
  return names[state] ?? state;
}

const TONES: Readonly<Record<Attempt['result'], Tone>> = { delivered: 'good', deferred: 'warn', bounced: 'bad', unknown: 'warn' };

function Line({
  fact,
  message,
  recipient,
}: {
  readonly fact: Fact;
  readonly message: Message;
  readonly recipient: Recipient;
}): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.message;
  const time = fact.at === null ? '' : format.clock(fact.at);
  const gap = fact.gapMs === null ? undefined : w.gap({ duration: format.duration(fact.gapMs) });
  switch (fact.kind) {
    case 'accepted': {
      const doors: Readonly<Record<string, string>> = w.acceptedBy;
      return (
        <TimelineItem
          tone="info"
          time={time}
          title={words.frame.states.accepted}
          note={`${doors[message.door] ?? message.door} · ${format.bytes(message.size)} · ${format.date(fact.at)}`}
        />
      );
    }
    case 'inspected':
      return (
        <TimelineItem
          tone={toneOf(message)}
          time={time}
          title={w.inspected}
          note={message.virus?.tookMs === undefined ? gap : w.took({ duration: format.duration(message.virus.tookMs) })}
        >
          <Inspection message={message} />
        </TimelineItem>
      );
    case 'attempt':
      return (
        <TimelineItem
          tone={TONES[fact.attempt.result]}
          time={time}
          title={`${w.attempt({ n: format.number(fact.n) })}: ${w.results[fact.attempt.result]}`}
          note={gap}
        >
          <Tried attempt={fact.attempt} />
        </TimelineItem>
      );
    case 'waiting':
      return (
        <TimelineItem tone="info" time="" title={w.waiting({ time: format.time(fact.at) })}>
          <Outside text={fact.why} block />
        </TimelineItem>
      );
    case 'next':
      return (
        <TimelineItem
          tone="info"
          time={time}
          title={w.nextAttempt({ time: format.time(fact.at) })}
          note={w.expires({ time: format.time(message.expiresAt) })}
        />
      );
    case 'scheduled':
      return <TimelineItem tone="info" time={time} title={w.scheduledFor({ time: format.time(fact.at) })} />;
    case 'held':
      return (
        <TimelineItem
          tone="held"
          time=""
          title={w.heldFor({ reason: recipient.heldFor ?? words.frame.states.unknown })}
          note={w.expires({ time: format.time(message.expiresAt) })}
        />
      );
    case 'outcome':
      return <TimelineItem tone="warn" time="" title={nameOf(words, recipient.outcome ?? '')} note={w.outcome} />;
    case 'told':
      return (
        <TimelineItem
          tone={fact.type === 'complained' || fact.type === 'bounced' ? 'bad' : 'info'}
          time={time}
          title={nameOf(words, fact.type)}
          note={[fact.type === 'opened' || fact.type === 'clicked' ? w.byPerson : w.outcome, gap].filter(Boolean).join(' · ')}
        />
      );
    case 'bots':
      return <TimelineItem tone="idle" time="" title={w.bots({ count: fact.count, shown: format.number(fact.count) })} note={w.botsNote} />;
    case 'destroyed':
      return <TimelineItem tone="idle" time={time} title={w.destroyed} note={w.destroyedMore} />;
  }
}

const toneOf = ({ spam, virus }: Message): Tone =>
  [spam?.verdict, virus?.verdict].includes('FAIL')
    ? 'bad'
    : [spam?.verdict, virus?.verdict].every(one => one === undefined || one === 'PASS')
      ? 'good'
      : 'warn';

function Tried({ attempt }: { readonly attempt: Attempt }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.message;
  const classes: Readonly<Record<string, string>> = w.classes;
  const next = attempt.result === 'deferred' ? w.next.deferred({ time: format.time(attempt.nextAt) }) : w.next[attempt.result];
  return (
    <>
      <KeyValue
        pairs={[
          attempt.peer === null ? null : [w.peer, <Outside text={attempt.peer} />],
          attempt.peer === null ? null : [w.fromIp, attempt.sendingIp ?? w.systemIp],
          attempt.tls === null ? null : [w.tls, <TlsUse tls={attempt.tls} />],
        ]}
      />
      {attempt.reply !== '' && <Outside text={attempt.reply} max={1000} block />}
      <p class="note">
        <span class="strong">{w.meaning}</span> (<code>{attempt.reason ?? attempt.class}</code>):{' '}
        {classes[attempt.class] ?? w.classes.unknown} {next}
      </p>
    </>
  );
}

function TlsUse({ tls }: { readonly tls: Tls }): JSX.Element {
  const { words } = useLanguage();
  const w = words.message;
  const levels: Readonly<Record<string, string>> = words.compose.tlsLevels;
  const facts = tls.used
    ? [tls.version?.replace('TLSv', '') ?? '?', tls.cipher ?? '?', tls.verified ? w.tlsVerified : w.tlsUnverified]
    : [w.clear];
  return (
    <>
      <Outside text={[...facts, levels[tls.policy] ?? tls.policy].join(' · ')} />{' '}
      <span class="note">
        (<Outside text={tls.reason} />)
      </span>
    </>
  );
}
