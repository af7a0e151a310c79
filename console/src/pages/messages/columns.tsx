// The columns of the list of messages.
import type { JSX } from 'preact';
import type { Formats } from '../../app/formats.ts';
import { State } from '../../parts/badge.tsx';
import { Link } from '../../parts/link.tsx';
import { Outside } from '../../parts/outside.tsx';
import type { Column } from '../../parts/table.tsx';
import type { Words } from '../../words/en.ts';
import { stateOf, worstOf, type Email, type Recipient } from './rows.ts';

/** What the peer said, behind who it is. */
function Reply({ of }: { readonly of: Recipient | undefined }): JSX.Element {
  return (
    <>
      {of?.provider && <span class="note">{of.provider}</span>} {of?.lastReply ? <Outside text={of.lastReply} max={200} /> : '–'}
    </>
  );
}

export function columnsOf(words: Words, format: Formats, operator: boolean): readonly Column<Email>[] {
  const w = words.messages.columns;
  const first = (email: Email): string => email.recipients[0]?.address ?? '';
  const next = (email: Email): string | null => email.recipients.find(one => one.nextAt !== null)?.nextAt ?? null;
  return [
    {
      id: 'recipient',
      title: w.recipient,
      width: '26%',
      narrow: 'wide',
      value: email => email.recipients.map(one => one.address).join(' '),
      cell: email => (
        <Link to={`/messages/${email.id}`}>
          <Outside text={first(email)} max={120} />
          {email.recipients.length > 1 && ` ${words.messages.others({ shown: format.number(email.recipients.length - 1) })}`}
        </Link>
      ),
    },
    { id: 'state', title: w.state, width: '130px', value: stateOf, cell: email => <State of={stateOf(email)} /> },
    { id: 'time', title: w.time, width: '166px', value: email => email.acceptedAt, cell: email => format.time(email.acceptedAt) },
    {
      id: 'reply',
      title: w.reply,
      narrow: 'left-out',
      value: email => worstOf(email)?.lastReply ?? null,
      cell: email => <Reply of={worstOf(email)} />,
    },
    {
      id: 'from',
      title: w.from,
      width: '18%',
      chosen: true,
      narrow: 'left-out',
      value: email => email.from,
      cell: email => (email.from === '' ? <span class="faint">{words.messages.nullSender}</span> : <Outside text={email.from} max={120} />),
    },
    {
      id: 'next',
      title: w.next,
      width: '166px',
      chosen: true,
      narrow: 'left-out',
      value: next,
      cell: email => format.time(next(email)),
    },
    {
      id: 'tags',
      title: w.tags,
      width: '12%',
      narrow: 'left-out',
      value: email => email.tags.join(' '),
      cell: email => email.tags.join(' · '),
    },
    ...(operator
      ? [
          {
            id: 'account',
            title: words.frame.account,
            width: '12%',
            narrow: 'left-out' as const,
            value: (email: Email) => email.accountId,
            cell: (email: Email) => <code>{email.accountId ?? words.frame.none}</code>,
          },
        ]
      : []),
    { id: 'id', title: w.id, value: email => email.id },
  ];
}
