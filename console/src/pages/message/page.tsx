// One message: did it arrive, and if not, whose turn is it? Timeline left, summary right; with many recipients their list first, failed ones first.
import type { JSX } from 'preact';
import { useAsk } from '../../app/ask.ts';
import { send, type Page as Listed } from '../../app/api.ts';
import { faultText } from '../../app/fault.ts';
import { useLanguage } from '../../app/language.ts';
import { useLive, useMissed } from '../../app/live.ts';
import { goBack, useQuery } from '../../app/place.ts';
import { withQuery } from '../../app/route.ts';
import { may, useSession } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import type { PageProps } from '../../pages.ts';
import { State } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/blocks.tsx';
import { Button } from '../../parts/button.tsx';
import { Card, KeyValue } from '../../parts/card.tsx';
import { CopyButton, CopyValue } from '../../parts/copy.tsx';
import { Head } from '../../parts/head.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import { DataTable } from '../../parts/table.tsx';
import { tell, tellUndoable } from '../../parts/toast.tsx';
import { deliveryMs, worstFirst, type Message, type Recipient, type Told } from './facts.ts';
import { Way } from './timeline.tsx';

export function Page({ params }: PageProps): JSX.Element {
  const asked = useAsk<Message>(`/v1/emails/${encodeURIComponent(params['id'] ?? '')}`);
  const told = useAsk<Listed<Told>>(
    withQuery('/v1/events', { emailId: params['id'], type: 'complained,bounced,opened,clicked,unsubscribed', limit: 100 }),
  );
  const { words } = useLanguage();
  useLive(event => {
    if (event.emailId !== params['id']) return;
    asked.again();
    told.again();
  });
  useMissed(asked.again);
  return asked.value ? (
    <Shown message={asked.value} told={told.value?.data ?? []} again={asked.again} />
  ) : (
    <>
      <Head title={words.message.title} above={<Above id={params['id'] ?? ''} />} />
      <Loaded asked={asked} lines={10}>
        {() => null}
      </Loaded>
    </>
  );
}

function Above({ id }: { readonly id: string }): JSX.Element {
  const { words } = useLanguage();
  return (
    <>
      <Link to="/messages">{words.messages.title}</Link> / <CopyValue value={id} />
    </>
  );
}

type ShownProps = { readonly message: Message; readonly told: readonly Told[]; readonly again: () => void };

function Shown({ message, told, again }: ShownProps): JSX.Element {
  const { words, format } = useLanguage();
  const [address, setAddress] = useQuery('recipient');
  const recipients = worstFirst(message.recipients);
  const recipient = recipients.find(one => one.address === address) ?? recipients[0];
  const move = (step: number): void => {
    const at = recipient ? recipients.indexOf(recipient) : 0;
    setAddress(recipients[(at + step + recipients.length) % recipients.length]?.address ?? null);
  };
  useShortcuts({
    Escape: { says: words.frame.keys.back, run: () => goBack('/messages') },
    ...(recipients.length > 1
      ? { ']': { says: words.message.keys.next, run: () => move(1) }, '[': { says: words.message.keys.before, run: () => move(-1) } }
      : {}),
  });
  const title = words.message.to({ address: recipient?.address ?? '' });
  return (
    <>
      <Head
        title={title}
        heading={<Outside text={title} max={160} />}
        above={<Above id={message.id} />}
        state={recipient && <State of={recipient.state} />}
        note={words.frame.timesIn({ zone: format.zone })}
        actions={<CopyButton label={words.message.copyJson} text={() => JSON.stringify(message, null, 2)} />}
      />
      <Actions message={message} again={again} />
      {recipients.length > 1 && <Recipients of={recipients} chosen={recipient} onChoose={setAddress} />}
      <div class="columns">
        <Card title={words.message.timeline}>{recipient && <Way message={message} recipient={recipient} told={told} />}</Card>
        <Card title={words.message.summary}>{recipient && <Summary message={message} recipient={recipient} />}</Card>
      </div>
    </>
  );
}

function Recipients({
  of,
  chosen,
  onChoose,
}: {
  readonly of: readonly Recipient[];
  readonly chosen: Recipient | undefined;
  readonly onChoose: (address: string) => void;
}): JSX.Element {
  const { words, format } = useLanguage();
  return (
    <Card title={words.message.recipientsTitle} note={words.message.recipients({ count: of.length, shown: format.number(of.length) })}>
      <DataTable
        caption={words.message.recipientsTitle}
        keyOf={one => one.address}
        at={chosen ? of.indexOf(chosen) : -1}
        rows={of}
        columns={[
          {
            id: 'address',
            title: words.messages.columns.recipient,
            cell: one => (
              <Button kind="quiet" pressed={one === chosen} onPress={() => onChoose(one.address)}>
                <Outside text={one.address} max={160} />
              </Button>
            ),
          },
          { id: 'state', title: words.messages.columns.state, cell: one => <State of={one.state} /> },
          {
            id: 'reply',
            title: words.message.reply,
            narrow: 'wide',
            cell: one => <Outside text={one.attempts?.at(-1)?.reply ?? ''} max={120} />,
          },
        ]}
      />
    </Card>
  );
}

function Summary({ message, recipient }: { readonly message: Message; readonly recipient: Recipient }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.message;
  const levels: Readonly<Record<string, string>> = words.compose.tlsLevels;
  const tookMs = deliveryMs(message, recipient);
  return (
    <KeyValue
      pairs={[
        [w.pairs.from, message.from === '' ? <span class="faint">{words.messages.nullSender}</span> : <Outside text={message.from} />],
        [w.pairs.direction, w.directions[message.direction]],
        message.peer ? [w.pairs.peer, <Outside text={`${message.peer.helo} [${message.peer.ip}]`} />] : null,
        [w.pairs.size, format.bytes(message.size)],
        tookMs === null ? null : [w.pairs.timeToDeliver, format.duration(tookMs)],
        [w.pairs.tlsPolicy, levels[message.tls] ?? message.tls],
        message.tags.length > 0 ? [w.pairs.tags, <Outside text={message.tags.join(' · ')} />] : null,
        [w.pairs.messageId, <CopyValue value={message.messageId} />],
        message.accountId ? [w.pairs.account, <CopyValue value={message.accountId} />] : null,
        [w.pairs.content, message.contentHeld ? `${w.neverKept} ${w.contentHeld}` : w.neverKept],
      ]}
    />
  );
}

/** What can still be decided of a mail that waits. */
function Actions({ message, again }: { readonly message: Message; readonly again: () => void }): JSX.Element | null {
  const { words } = useLanguage();
  const who = useSession();
  const states = message.recipients.map(one => one.state);
  const held = states.includes('held');
  const waits = states.some(state => ['queued', 'scheduled', 'deferred'].includes(state));
  if (!may(who, 'manage') || (!held && !waits)) return null;
  const decide = async (verb: 'cancel' | 'release' | 'discard'): Promise<void> => {
    const outcome = await send('POST', `/v1/emails/${message.id}/${verb}`);
    if (!outcome.ok) tell(faultText(words, outcome.fault));
    else if (verb === 'release') tell(words.message.released);
    again();
  };
  const later = (verb: 'cancel' | 'discard', text: string): void =>
    tellUndoable(text, { undo: () => undefined, done: () => void decide(verb) });
  return (
    <div class="row">
      {held && (
        <Button kind="primary" onPress={() => void decide('release')}>
          {words.message.release}
        </Button>
      )}
      {held && <Button onPress={() => later('discard', words.message.discarding)}>{words.message.discard}</Button>}
      {waits && <Button onPress={() => later('cancel', words.message.cancelling)}>{words.message.cancelMail}</Button>}
    </div>
  );
}
