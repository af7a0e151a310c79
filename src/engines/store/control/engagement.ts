// What recipients do with a mail: opened, clicked, left. Each is told once a recipient (a person's apart from a program's, a click once a
// link), by the events that are there already, so that no picture loaded a thousand times is more than one line.
import type { Personal } from '../../../mail.ts';
import type { Db, WriteContext } from '../types.ts';
import { put } from './blocked.ts';

/** Names one recipient of one email. */
export type RecipientKey = { readonly emailId: string; readonly n: number };
/** `link`: its place in the mail, null for an open. */
export type Deed = { readonly type: 'opened' | 'clicked'; readonly link: number | null; readonly bot: boolean };
export type Engagement = {
  readonly accountId: string | null;
  readonly address: string;
  readonly fromDomain: string;
  readonly personal: Personal | null;
  /** Epoch ms; null: not delivered, as far as is known. */
  readonly deliveredAt: number | null;
  readonly deeds: readonly Deed[];
};

/** null when nothing is kept of the email or the recipient any more. */
async function of(db: Db, { emailId, n }: RecipientKey): Promise<Engagement | null> {
  const row = await db.get(
    'SELECT r.address, e.account_id, e.from_domain, e.flags FROM recipients r JOIN emails e ON e.id = r.email_id WHERE r.email_id = ? AND r.n = ?',
    [emailId, n],
  );
  const address = row?.['address'] as string | undefined;
  if (!row || !address) return null;
  const events = await db.all(
    "SELECT type, at, data FROM events WHERE email_id = ? AND recipient = ? AND type IN ('delivered', 'opened', 'clicked') ORDER BY seq",
    [emailId, address],
  );
  const delivered = events.find(event => event['type'] === 'delivered');
  return {
    accountId: row['account_id'] as string | null,
    address,
    fromDomain: row['from_domain'] as string,
    personal: (JSON.parse(row['flags'] as string) as { readonly personal?: Personal }).personal ?? null,
    deliveredAt: delivered ? Number(delivered['at']) : null,
    deeds: events
      .filter(event => event['type'] !== 'delivered')
      .map(event => {
        const { link = null, bot } = JSON.parse(event['data'] as string) as { readonly link?: number; readonly bot: boolean };
        return { type: event['type'] as Deed['type'], link, bot };
      }),
  };
}

export const isTold = (deeds: readonly Deed[], one: Deed): boolean =>
  deeds.some(deed => deed.type === one.type && deed.link === one.link && deed.bot === one.bot);

/** Tells a deed that was not told yet. */
async function tell(db: Db, deed: RecipientKey & Deed & { readonly reason: string | null }, ctx: WriteContext): Promise<boolean> {
  const { emailId, type, link, bot, reason } = deed;
  const known = await of(db, deed);
  if (!known || isTold(known.deeds, { type, link, bot })) return false;
  const data = { ...(link === null ? {} : { link }), bot, ...(reason === null ? {} : { reason }) };
  await ctx.event(db, { type, at: ctx.now(), accountId: known.accountId, emailId, recipient: known.address, data });
  return true;
}

/** What an entry of the library keeps of who leaves by this mail: its group, or all mail of the account. */
export const leftBy = (personal: Personal | null): string => personal?.unsubscribe?.group ?? '*';

/** `group`: what is left, `*` = all mail of the account; left out = what this mail says. */
export type Leaving = RecipientKey & {
  readonly entryId: string;
  readonly pattern: string;
  readonly oneClick: boolean;
  readonly group?: string;
};

/** The recipient leaves a group, or all mail of the account: an entry of the library and the event. False: had left before. */
async function leave(db: Db, { emailId, n, entryId, pattern, oneClick, group }: Leaving, ctx: WriteContext): Promise<boolean> {
  const known = await of(db, { emailId, n });
  if (!known?.accountId) return false;
  const { accountId, address } = known;
  const kept = group ?? leftBy(known.personal);
  const there = await db.get(
    `SELECT id FROM blocked WHERE account_id = ? AND action = 'block' AND pattern = ? AND direction = 'recipient' AND mail_group = ?
      AND (expires_at IS NULL OR expires_at > ?)`,
    [accountId, pattern, kept, ctx.now()],
  );
  if (there) return false;
  const entry = { action: 'block', pattern, kind: 'address', direction: 'recipient', expiresAt: null } as const;
  await put(db, { ...entry, id: entryId, accountId, reason: null, source: 'unsubscribe', class: 'unsubscribed', group: kept }, ctx);
  const data = { group: kept === '*' ? null : kept, oneClick };
  await ctx.event(db, { type: 'unsubscribed', at: ctx.now(), accountId, emailId, recipient: address, data });
  return true;
}

/** The recipient takes back what he left himself; what account or operator entered stays. False: there was nothing of that kind. */
async function rejoin(
  db: Db,
  { emailId, n, pattern, group }: RecipientKey & { readonly pattern: string; readonly group: string },
  ctx: WriteContext,
): Promise<boolean> {
  const known = await of(db, { emailId, n });
  if (!known?.accountId) return false;
  const { accountId, address } = known;
  const changed = await db.run(
    `DELETE FROM blocked WHERE account_id = ? AND action = 'block' AND pattern = ? AND direction = 'recipient' AND mail_group = ?
      AND class = 'unsubscribed' AND source = 'unsubscribe'`,
    [accountId, pattern, group],
  );
  if (changed === 0) return false;
  ctx.factsChanged();
  const data = { group: group === '*' ? null : group };
  await ctx.event(db, { type: 'resubscribed', at: ctx.now(), accountId, emailId, recipient: address, data });
  return true;
}

/** Mails of one recipient that are looked through for their groups. */
const LATEST = 500;

/** The groups that the account's mail to the address named, as far as it is kept, without order. */
async function groups(db: Db, ask: { readonly accountId: string; readonly address: string }): Promise<readonly string[]> {
  const rows = await db.all(
    `SELECT e.flags FROM recipients r JOIN emails e ON e.id = r.email_id WHERE lower(r.address) = lower(?) AND e.account_id = ? AND e.direction = 'out'
      AND e.flags LIKE '%"group":"%' ORDER BY r.email_id DESC LIMIT ${LATEST}`,
    [ask.address, ask.accountId],
  );
  const named = rows.map(row => (JSON.parse(row['flags'] as string) as { readonly personal?: Personal }).personal?.unsubscribe?.group);
  return [...new Set(named.filter(group => group !== undefined && group !== null))];
}

export const engagement = { reads: { of, groups }, writes: { tell, leave, rejoin } };
