// Event webhooks: where to post, which types, how far they are (a position in the events), and their failures.
import type { Db, Row, WriteContext } from '../types.ts';

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
    'UPDATE webhooks SET url = ?, events = ?, state = ?, position = ?, failures = 0, failing_since = NULL, next_at = NULL WHERE id = ?',
    [next.url, JSON.stringify(next.events), next.state, next.position, w.id],
  );
  return get(db, w.id);
}

async function rotate(db: Db, w: { readonly id: string; readonly secret: Uint8Array; readonly until: number }): Promise<void> {
  await db.run('UPDATE webhooks SET old_secret = secret, old_until = ?, secret = ? WHERE id = ?', [w.until, w.secret, w.id]);
}

/** After a post: how far it is, or when to try again. */
async function progress(
  db: Db,
  w: {
    readonly id: string;
    readonly position: number;
    readonly failures: number;
    readonly failingSince: number | null;
    readonly nextAt: number | null;
    readonly state: Webhook['state'];
  },
): Promise<void> {
  await db.run('UPDATE webhooks SET position = ?, failures = ?, failing_since = ?, next_at = ?, state = ? WHERE id = ?', [
    w.position,
    w.failures,
    w.failingSince,
    w.nextAt,
    w.state,
    w.id,
  ]);
}

async function remove(db: Db, w: { readonly id: string; readonly accountId: string | null }): Promise<boolean> {
  const changed = w.accountId
    ? await db.run('DELETE FROM webhooks WHERE id = ? AND account_id = ?', [w.id, w.accountId])
    : await db.run('DELETE FROM webhooks WHERE id = ?', [w.id]);
  return changed > 0;
}

export const webhooks = { reads: { list, get, secrets }, writes: { create, patch, rotate, progress, remove } };
