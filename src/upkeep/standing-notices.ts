// One mail a change of an account's standing, to the account's contact and to the operator. The events say what changed; an idempotency key of
// the event makes a stop between a mail and the note of it send no second one.
import { newId } from '../engines/ids.ts';
import type { StoredEvent } from '../engines/store/control/events.ts';
import type { Engines } from '../engines/open.ts';
import { normalAddress } from '../message/addresses.ts';
import { compose } from '../message/build.ts';
import { ownMail } from '../report/own-mail.ts';
import { standingNotice, type Told } from '../standing/notice.ts';

const TYPES = ['warned', 'limited', 'suspended', 'reinstated'];
const A_ROUND = 50;
/** What happened before is no news: a server that was off for long. */
const NEWS_MS = 3 * 86_400_000;
/** How far it read is noted when there was something, or after so many events that say nothing. */
const NOTE_EVERY = 10_000;

type Deps = Pick<Engines, 'store' | 'vault' | 'secrets' | 'clock' | 'log' | 'config'>;

/** A job of the upkeep: writes what is new. */
export function newStandingNotices(deps: Deps): () => Promise<void> {
  const { store, clock } = deps;
  let position: number | null = null;
  let noted = 0;
  return async () => {
    position ??= noted = await store.settings.noticedThrough();
    for (;;) {
      const last = await store.events.last();
      if (last <= position) return;
      const events = await store.events.after({ accountId: null, seq: position, limit: A_ROUND, types: TYPES });
      for (const event of events) if (event.at > clock.now() - NEWS_MS) await write(deps, event);
      const isMore = events.length >= A_ROUND;
      position = isMore ? (events.at(-1)?.seq ?? last) : last;
      if (events.length > 0 || position - noted >= NOTE_EVERY) await store.settings.setNoticedThrough((noted = position));
      if (!isMore) return;
    }
  };
}

async function write(deps: Deps, event: StoredEvent): Promise<void> {
  const account = event.accountId === null ? null : await deps.store.accounts.get(event.accountId);
  if (!account) return;
  const { subject, text } = standingNotice(account, event.data as unknown as Told);
  const wanted = [account.contact, deps.config.postmaster].map(one => normalAddress(one ?? '')).filter(one => one !== null);
  for (const to of new Set(wanted)) await send(deps, `${event.id} ${to}`, { to, subject, text });
}

type Letter = { readonly to: string; readonly subject: string; readonly text: string };

/** Once for each key. Throws when there is no room now: the next round tries again. */
async function send({ vault, secrets, clock, config, store, log }: Deps, key: string, letter: Letter): Promise<void> {
  const at = clock.now();
  const id = newId('msg', at);
  const { hostname, contentLifetimeMs } = config;
  const messageId = `<${id.slice(4)}@${hostname}>`;
  const built = compose({
    from: `postmaster@${hostname}`,
    to: [letter.to],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: letter.subject,
    text: letter.text,
    html: null,
    attachments: [],
    headers: [['Auto-Submitted', 'auto-generated']],
    at,
    messageId,
  });
  if (!built.ok) return log.warn('a notice of standing could not be written', { reason: built.why });
  const mail = { id, to: letter.to, raw: built.raw, messageId, accountId: null, tls: 'opportunistic', requireTls: false, at } as const;
  const keyMac = secrets.mac('standing-notice', key);
  const outcome = await store.queue.accept({
    ...ownMail({ vault, hostname, contentLifetimeMs }, { ...mail, record: { notice: true } }),
    idempotency: { keyMac, bodyMac: keyMac, status: 202, answer: '' },
  });
  if (outcome.kind !== 'queued' && outcome.kind !== 'replayed') throw new Error(`a notice of standing was not queued: ${outcome.kind}`);
}
