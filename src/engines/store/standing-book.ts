// The standing of accounts as the one writer keeps it. What happens is a row in the commit in which it happened, folded at once (standing/),
// and what follows for the account is in the same commit. Accounts in use are in memory; a snapshot is written at each change, else at most
// once a minute, and a start folds the rows behind it. What was taken and delivered is the measure of rates and gathered for a second: a crash
// may cost that second, and none of what is counted against anybody.
import type { SketchBox } from '../../learn/sketches.ts';
import { accountFrom, advanced, happened, newAccount, nextLook, type Account, type Change, type Step } from '../../standing/account.ts';
import { suspendedBy } from '../../standing/decide.ts';
import type { StandingEvent } from '../../standing/events.ts';
import { seenLogin } from '../../standing/logins.ts';
import { RULES } from '../../standing/rules.ts';
import { holdOrRelease } from './holds.ts';
import { campaignOf, type Campaign } from './standing-campaigns.ts';
import { newSentCampaigns, type SentCampaign } from './standing-sent.ts';
import type { Db, StandingBook, Told, WriteContext } from './types.ts';

/** Accounts in memory: a few KB each in plain use, 46 KB as JSON at most. */
const ACCOUNTS_KEPT = 1_000;
const GATHERED_MS = 1_000;
const SNAPSHOT_MS = 60_000;

export type Kept = {
  readonly account: Account;
  /** Why it is suspended; null = it is not. */
  readonly suspension: Change | null;
  /** Of refused mail. */
  readonly campaigns: readonly Campaign[];
  readonly sent: readonly SentCampaign[];
};
type Campaigns = Pick<Kept, 'campaigns' | 'sent'>;
/** `through`: number of the last row that is in it. `writtenAt`: clock of the snapshot on disk. */
type Live = Kept & { readonly through: number; readonly writtenAt: number };
/** Sketches of the mails that were taken, the last first. */
type Sketches = { readonly sketch: readonly number[]; readonly mails: number; readonly before: Sketches } | null;
type Gathered = {
  readonly since: number;
  readonly mails: number;
  readonly recipients: number;
  readonly delivered: number;
  readonly sketches: Sketches;
};
type Accepted = Pick<Gathered, 'mails' | 'recipients' | 'sketches'> & { readonly kind: 'accepted' };
/** As it is recorded: what was taken, in sums. */
type Recorded = Exclude<Told, { readonly kind: 'accepted' }> | Accepted;

/** `onUndo` is given what takes a change back when its transaction is undone. */
export function newStandingBook(onUndo: (back: () => void) => void, box: SketchBox): StandingBook {
  const accounts = new Map<string, Live>();
  const gathered = new Map<string, Gathered>();
  const sentCampaign = newSentCampaigns(box);

  const put = <V>(map: Map<string, V>, key: string, value: V | undefined): void => {
    const before = map.get(key);
    map.delete(key);
    if (value !== undefined) map.set(key, value);
    onUndo(() => (before === undefined ? map.delete(key) : map.set(key, before)));
  };
  const load = async (db: Db, accountId: string, ctx: WriteContext): Promise<Live | null> => {
    const there = accounts.get(accountId);
    const live = there ?? (await readStanding(db, accountId)) ?? (await begin(db, accountId, ctx.now()));
    if (!live) return null;
    put(accounts, accountId, live);
    const oldest = accounts.size > ACCOUNTS_KEPT ? accounts.keys().next().value : undefined;
    // Its rows are on disk: it is read again.
    if (oldest !== undefined) put(accounts, oldest, undefined);
    return live;
  };
  const keep = async (
    db: Db,
    accountId: string,
    before: Live,
    step: Step,
    now: Partial<Live>,
    ctx: WriteContext,
    by: string,
  ): Promise<void> => {
    const next = { ...before, ...now, account: step.account, suspension: whySuspended(before.suspension, step.changes) };
    const isNews =
      step.changes.length > 0 ||
      step.account.due !== before.account.due ||
      next.campaigns !== before.campaigns ||
      next.sent !== before.sent;
    const isDue = step.account.clock - before.writtenAt >= SNAPSHOT_MS;
    if (isNews || isDue) await write(db, accountId, next);
    put(accounts, accountId, isNews || isDue ? { ...next, writtenAt: step.account.clock } : next);
    for (const change of step.changes) await follow(db, accountId, change, by, ctx);
  };
  const record = async (db: Db, accountId: string, told: Recorded, ctx: WriteContext, by: string): Promise<void> => {
    const before = await load(db, accountId, ctx);
    if (!before) return;
    const at = Math.max(before.account.clock, ctx.now());
    const { event, known } = named(told, before, at);
    const row = await db.get('INSERT INTO standing_events (account_id, at, event) VALUES (?, ?, ?) RETURNING n', [
      accountId,
      at,
      JSON.stringify(event),
    ]);
    const step = happened(RULES, before.account, event);
    await keep(db, accountId, before, step, { ...known, through: Number(row?.['n']) }, ctx, by);
  };
  /** The event as it is kept, and the campaigns that are known from now on. */
  const named = (told: Recorded, { account, campaigns, sent }: Live, at: number): { event: StandingEvent; known: Campaigns } => {
    if (told.kind === 'accepted') return taken(told, { campaigns, sent }, at);
    if (told.kind === 'login') return { event: { ...seenLogin(account.counters, told, at), at }, known: { campaigns, sent } };
    if (told.kind !== 'spam') return { event: { ...told, at }, known: { campaigns, sent } };
    const { sketch, ...spam } = told;
    const found = sketch && !spam.pattern ? campaignOf(box, campaigns, sketch, at) : { id: null, known: campaigns };
    return { event: { ...spam, fingerprint: found.id, at }, known: { campaigns: found.known, sent } };
  };
  const taken = (
    { sketches, ...told }: Accepted,
    { campaigns, sent }: Campaigns,
    at: number,
  ): { event: StandingEvent; known: Campaigns } => {
    let [known, newTemplates] = [sent, 0];
    for (let one = sketches; one !== null; one = one.before) {
      const found = sentCampaign(known, one.sketch, at);
      known = found.known;
      if (found.isNew) newTemplates += one.mails;
    }
    return { event: { ...told, newTemplates, at }, known: { campaigns, sent: known } };
  };
  const settle = async (db: Db, accountId: string, ctx: WriteContext): Promise<void> => {
    const one = gathered.get(accountId);
    if (!one) return;
    put(gathered, accountId, undefined);
    const { mails, recipients, delivered, sketches } = one;
    if (recipients > 0) await record(db, accountId, { kind: 'accepted', mails, recipients, sketches }, ctx, 'rules');
    if (delivered > 0) await record(db, accountId, { kind: 'delivered', recipients: delivered }, ctx, 'rules');
  };

  return {
    tell: async (db, accountId, told, ctx, by = 'rules') => {
      if (told.kind !== 'accepted' && told.kind !== 'delivered') {
        await settle(db, accountId, ctx);
        return record(db, accountId, told, ctx, by);
      }
      const one = gathered.get(accountId) ?? nothingSince(ctx.now());
      put(gathered, accountId, more(one, told));
    },
    advance: async (db, accountId, ctx) => {
      await settle(db, accountId, ctx);
      const before = await load(db, accountId, ctx);
      if (!before) return;
      const step = advanced(RULES, before.account, Math.max(before.account.clock, ctx.now()));
      await db.run('UPDATE standing SET look_at = ? WHERE account_id = ?', [nextLook(step.account), accountId]);
      await keep(db, accountId, before, step, {}, ctx, 'rules');
    },
    isWaiting: now => [...gathered.values()].some(one => one.since <= now - GATHERED_MS),
    settle: async (db, now, ctx) => {
      const due = [...gathered].filter(([, { since }]) => since <= now - GATHERED_MS);
      for (const [accountId] of due) await settle(db, accountId, ctx);
    },
    save: async (db, accountId, ctx) => {
      const live = await load(db, accountId, ctx);
      if (live) await write(db, accountId, live);
    },
    forget: accountId => {
      put(gathered, accountId, undefined);
      put(accounts, accountId, undefined);
    },
  };
}

const nothingSince = (since: number): Gathered => ({ since, mails: 0, recipients: 0, delivered: 0, sketches: null });

function more(one: Gathered, told: Extract<Told, { readonly kind: 'accepted' | 'delivered' }>): Gathered {
  if (told.kind === 'delivered') return { ...one, delivered: one.delivered + told.recipients };
  const { mails, recipients, sketch } = told;
  const sketches = sketch ? { sketch, mails, before: one.sketches } : one.sketches;
  return { ...one, mails: one.mails + mails, recipients: one.recipients + recipients, sketches };
}

/** As it is on disk: the snapshot, and the rows behind it. null = none was begun. */
export async function readStanding(db: Db, accountId: string): Promise<Live | null> {
  const row = await db.get('SELECT live, through FROM standing WHERE account_id = ?', [accountId]);
  if (!row) return null;
  // An older version kept no sent campaigns.
  const { campaigns, sent = [], ...kept } = JSON.parse(row['live'] as string) as Omit<Kept, 'sent'> & Partial<Pick<Kept, 'sent'>>;
  let { suspension } = kept;
  let account = accountFrom(kept.account);
  const writtenAt = account.clock;
  let through = Number(row['through']);
  const rows = await db.all('SELECT n, event FROM standing_events WHERE account_id = ? AND n > ? ORDER BY n', [accountId, through]);
  for (const { n, event } of rows) {
    const step = happened(RULES, account, JSON.parse(event as string) as StandingEvent);
    account = step.account;
    suspension = whySuspended(suspension, step.changes);
    through = Number(n);
  }
  return { account, suspension, campaigns, sent, through, writtenAt };
}

const whySuspended = (before: Change | null, changes: readonly Change[]): Change | null => {
  const last = changes.at(-1);
  return last ? (last.to === 'suspended' ? last : null) : before;
};

/** An account's first: it stands as its row says. null = there is no such account. */
async function begin(db: Db, accountId: string, now: number): Promise<Live | null> {
  const row = await db.get('SELECT state, state_reason, state_since, malware FROM accounts WHERE id = ?', [accountId]);
  if (!row) return null;
  const fresh = newAccount({ malware: JSON.parse(row['malware'] as string) }, now);
  const standing = suspendedBy(fresh.standing, (row['state_reason'] as string | null) ?? '', Number(row['state_since']));
  const account = row['state'] === 'suspended' ? { ...fresh, standing } : fresh;
  const live: Live = { account, suspension: null, campaigns: [], sent: [], through: 0, writtenAt: now };
  await db.run('INSERT INTO standing (account_id, base, base_through, live, through, look_at) VALUES (?, ?, 0, ?, 0, ?)', [
    accountId,
    JSON.stringify(account),
    snapshotOf(live),
    nextLook(account),
  ]);
  return live;
}

const snapshotOf = ({ account, suspension, campaigns, sent }: Kept): string =>
  JSON.stringify({ account, suspension, campaigns, sent } satisfies Kept);

async function write(db: Db, accountId: string, live: Live): Promise<void> {
  await db.run('UPDATE standing SET live = ?, through = ?, look_at = ? WHERE account_id = ?', [
    snapshotOf(live),
    live.through,
    nextLook(live.account),
    accountId,
  ]);
}

/** What a change of state means for the account: its row, its waiting mail, an event, and every door looks anew. */
async function follow(db: Db, accountId: string, change: Change, by: string, ctx: WriteContext): Promise<void> {
  const { from, to, reason, at } = change;
  await db.run('UPDATE accounts SET state = ?, state_reason = ?, state_since = ? WHERE id = ?', [to, reason, at, accountId]);
  if (from === 'suspended' || to === 'suspended') await holdOrRelease(db, accountId, ctx);
  const rules = change.rules.filter(one => one.breached !== null);
  const type = to === 'active' ? 'reinstated' : to;
  const data = { from, to, by: change.by === 'operator' ? by : 'rules', reason, rules, evidence: change.evidence, next: change.next };
  await ctx.event(db, { type, at, accountId, emailId: null, recipient: null, data });
  ctx.factsChanged();
}
