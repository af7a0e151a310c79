// Event webhooks: where to post, which types, how far they are (a position in the events), their last answer and their failures.
import type { Db, Row, Value, WriteContext } from '../types.ts';

export type Webhook = {
  readonly id: string;
  readonly accountId: string | null;
  readonly url: string;
  /** Empty = every type. */
  readonly events: readonly string[];
  readonly state: 'active' | 'disabled';
  readonly position: number;
  readonly failures: number;
  readonly failingSince: number | null;
  readonly nextAt: number | null;
  readonly createdAt: number;
  /** The last answer, or why there was none; null: nothing was posted yet. */
  readonly last: { readonly at: number; readonly status: number | null; readonly failure: string | null } | null;
  /** `gone`: it answered 410. `failing`: it took nothing for a day. null: it is on, or was switched off by hand. */
  readonly disabledReason: 'gone' | 'failing' | null;
};
export type WebhookSecrets = { readonly secret: Uint8Array; readonly old: Uint8Array | null };

const hookOf = (row: Row): Webhook => ({
  id: row['id'] as string,
  accountId: row['account_id'] as string | null,
  url: row['url'] as string,
  events: JSON.parse(row['events'] as string),
  state: row['state'] as Webhook['state'],
  position: Number(row['position']),
  failures: Number(row['failures']),
  failingSince: row['failing_since'] === null ? null : Number(row['failing_since']),
  nextAt: row['next_at'] === null ? null : Number(row['next_at']),
  createdAt: Number(row['created_at']),
  last:
    row['last_at'] === null
      ? null
      : {
          at: Number(row['last_at']),
          status: row['last_status'] === null ? null : Number(row['last_status']),
          failure: row['last_failure'] as string | null,
        },
  disabledReason: row['disabled_reason'] as Webhook['disabledReason'],
});

async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly after: string; readonly limit: number },
): Promise<readonly Webhook[]> {
  const rows = ask.accountId
    ? await db.all('SELECT * FROM webhooks WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?', [ask.accountId, ask.after, ask.limit])
    : await db.all('SELECT * FROM webhooks WHERE id > ? ORDER BY id LIMIT ?', [ask.after, ask.limit]);
  return rows.map(hookOf);
}

async function get(db: Db, id: string): Promise<Webhook | null> {
  const row = await db.get('SELECT * FROM webhooks WHERE id = ?', [id]);
  return row ? hookOf(row) : null;
}

/** Both sealed secrets; the old one only while it still signs. */
async function secrets(db: Db, ask: { readonly id: string; readonly now: number }): Promise<WebhookSecrets | null> {
  const row = await db.get('SELECT secret, old_secret, old_until FROM webhooks WHERE id = ?', [ask.id]);
  if (!row) return null;
  const old = row['old_until'] !== null && Number(row['old_until']) > ask.now ? (row['old_secret'] as Uint8Array | null) : null;
  return { secret: row['secret'] as Uint8Array, old };
}

/** Events that wait for a hook, counted up to `most`, and when the oldest of them happened (epoch ms). */
async function lag(
  db: Db,
  { hook, most }: { readonly hook: Pick<Webhook, 'accountId' | 'events' | 'position'>; readonly most: number },
): Promise<{ readonly events: number; readonly since: number | null }> {
  const where = ['seq > ?'];
  const values: Value[] = [hook.position];
  if (hook.accountId !== null) {
    where.push('account_id = ?');
    values.push(hook.accountId);
  }
  if (hook.events.length > 0) {
    where.push(`type IN (${hook.events.map(() => '?').join(', ')})`);
    values.push(...hook.events);
  }
  const row = await db.get(
    `SELECT count(*) AS count, min(at) AS since FROM (SELECT at FROM events WHERE ${where.join(' AND ')} ORDER BY seq LIMIT ?) AS waiting`,
    [...values, most],
  );
  return { events: Number(row?.['count'] ?? 0), since: row?.['since'] === null ? null : Number(row?.['since']) };
}

async function create(
  db: Db,
  w: {
    readonly id: string;
    readonly accountId: string | null;
    readonly url: string;
    readonly events: readonly string[];
    readonly secret: Uint8Array;
  },
  ctx: WriteContext,
): Promise<Webhook> {
  const last = Number((await db.get('SELECT max(seq) AS seq FROM events'))?.['seq'] ?? 0);
  await db.run(
    "INSERT INTO webhooks (id, account_id, url, events, secret, state, position, created_at) VALUES (?, ?, ?, ?, ?, 'active', ?, ?)",
    [w.id, w.accountId, w.url, JSON.stringify(w.events), w.secret, last, ctx.now()],
  );
  return (await get(db, w.id)) as Webhook;
}

async function patch(
  db: Db,
  w: { readonly id: string } & Partial<Pick<Webhook, 'url' | 'events' | 'state' | 'position'>>,
): Promise<Webhook | null> {
  const old = await get(db, w.id);
  if (!old) return null;
  const next = { ...old, ...w };
  await db.run(
    `UPDATE webhooks SET url = ?, events = ?, state = ?, position = ?, failures = 0, failing_since = NULL, next_at = NULL,
      disabled_reason = NULL WHERE id = ?`,
    [next.url, JSON.stringify(next.events), next.state, next.position, w.id],
  );
  return get(db, w.id);
}

async function rotate(db: Db, w: { readonly id: string; readonly secret: Uint8Array; readonly until: number }): Promise<void> {
  await db.run('UPDATE webhooks SET old_secret = secret, old_until = ?, secret = ? WHERE id = ?', [w.until, w.secret, w.id]);
}

/** `from`: where the hook was when the posts were made. */
export type Progress = Pick<Webhook, 'id' | 'position' | 'failures' | 'failingSince' | 'nextAt' | 'last' | 'disabledReason'> & {
  readonly from: number;
};

/**
 * After posts: how far it is, or when to try again. False: it was changed meanwhile (another position, switched off, gone), what was posted
 * moves nothing, and whoever posts must look again. A hook that is switched off tells so by an event.
 */
async function progress(db: Db, w: Progress, ctx: WriteContext): Promise<boolean> {
  const now = await get(db, w.id);
  if (now?.state !== 'active' || now.position !== w.from) return false;
  await db.run(
    `UPDATE webhooks SET position = ?, failures = ?, failing_since = ?, next_at = ?, last_at = ?, last_status = ?, last_failure = ?,
      state = ?, disabled_reason = ? WHERE id = ?`,
    [
      w.position,
      w.failures,
      w.failingSince,
      w.nextAt,
      w.last?.at ?? null,
      w.last?.status ?? null,
      w.last?.failure ?? null,
      w.disabledReason === null ? 'active' : 'disabled',
      w.disabledReason,
      w.id,
    ],
  );
  if (w.disabledReason !== null) {
    const data = {
      webhookId: w.id,
      reason: w.disabledReason,
      failingSince: w.failingSince === null ? null : new Date(w.failingSince).toISOString(),
      status: w.last?.status ?? null,
    };
    await ctx.event(db, { type: 'webhook_disabled', at: ctx.now(), accountId: now.accountId, emailId: null, recipient: null, data });
  }
  return true;
}

async function remove(db: Db, w: { readonly id: string; readonly accountId: string | null }): Promise<boolean> {
  const changed = w.accountId
    ? await db.run('DELETE FROM webhooks WHERE id = ? AND account_id = ?', [w.id, w.accountId])
    : await db.run('DELETE FROM webhooks WHERE id = ?', [w.id]);
  return changed > 0;
}

export const webhooks = { reads: { list, get, secrets, lag }, writes: { create, patch, rotate, progress, remove } };
