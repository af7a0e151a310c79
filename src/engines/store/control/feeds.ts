// Feeds: lists that are pulled on a schedule, each with what came of it last.
import type { Direction, Format } from '../../../library/formats.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type FeedSettings = {
  readonly url: string;
  readonly format: Format;
  readonly action: 'block' | 'allow';
  readonly direction: Direction;
  readonly subdomains: boolean;
  readonly everySeconds: number;
  readonly enabled: boolean;
};
export type FeedState = {
  /** Of the last answer that was taken. */
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly pulledAt: number | null;
  /** When its entries last changed. */
  readonly changedAt: number | null;
  /** What was wrong the last time; null: nothing. */
  readonly fault: string | null;
  readonly failures: number;
  /** The operator takes the next answer as it is, however much it has shrunk. */
  readonly force: boolean;
};
export type Feed = FeedSettings &
  FeedState & { readonly id: string; readonly name: string; readonly dueAt: number; readonly createdAt: number };

const feedOf = (row: Row): Feed => ({
  ...(JSON.parse(row['record'] as string) as Omit<Feed, 'id' | 'name' | 'dueAt'>),
  id: row['id'] as string,
  name: row['name'] as string,
  dueAt: Number(row['due_at']),
});

const NEW: FeedState = { etag: null, lastModified: null, pulledAt: null, changedAt: null, fault: null, failures: 0, force: false };

async function list(db: Db): Promise<readonly Feed[]> {
  return (await db.all('SELECT * FROM feeds ORDER BY id')).map(feedOf);
}

async function get(db: Db, id: string): Promise<Feed | null> {
  const row = await db.get('SELECT * FROM feeds WHERE id = ?', [id]);
  return row ? feedOf(row) : null;
}

/** null: there is one of that name. It is due at once. */
async function create(db: Db, f: FeedSettings & { readonly id: string; readonly name: string }, ctx: WriteContext): Promise<Feed | null> {
  const { id, name, ...settings } = f;
  const record = { ...settings, ...NEW, createdAt: ctx.now() };
  const row = await db.get('INSERT INTO feeds (id, name, due_at, record) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING *', [
    id,
    name,
    ctx.now(),
    JSON.stringify(record),
  ]);
  return row ? feedOf(row) : null;
}

/** Another address or format asks for all of it anew. null: there is none. */
async function change(
  db: Db,
  c: { readonly id: string; readonly settings: Partial<FeedSettings> },
  ctx: WriteContext,
): Promise<Feed | null> {
  const old = await get(db, c.id);
  if (!old) return null;
  const isOther = (['url', 'format', 'action', 'direction', 'subdomains'] as const).some(
    name => c.settings[name] !== undefined && c.settings[name] !== old[name],
  );
  const next = { ...old, ...c.settings, ...(isOther ? { etag: null, lastModified: null } : {}) };
  await put(db, { ...next, dueAt: ctx.now() });
  return get(db, c.id);
}

/** What came of a pull. The operator's wish of meanwhile for another one stands. */
async function told(
  db: Db,
  t: { readonly id: string; readonly wasDueAt: number; readonly dueAt: number; readonly state: Partial<FeedState> },
): Promise<void> {
  const old = await get(db, t.id);
  if (!old) return;
  const isSame = old.dueAt === t.wasDueAt;
  await put(db, { ...old, ...t.state, force: isSame ? (t.state.force ?? old.force) : old.force, dueAt: isSame ? t.dueAt : old.dueAt });
}

async function remove(db: Db, id: string): Promise<boolean> {
  return (await db.run('DELETE FROM feeds WHERE id = ?', [id])) > 0;
}

async function put(db: Db, { id, name: _name, dueAt, ...record }: Feed): Promise<void> {
  await db.run('UPDATE feeds SET due_at = ?, record = ? WHERE id = ?', [dueAt, JSON.stringify(record), id]);
}

/** It is pulled now, whole. null: there is none. */
async function due(db: Db, d: { readonly id: string; readonly force: boolean }, ctx: WriteContext): Promise<Feed | null> {
  const old = await get(db, d.id);
  if (!old) return null;
  await put(db, { ...old, etag: null, lastModified: null, force: d.force, dueAt: ctx.now() });
  return get(db, d.id);
}

export const feeds = { reads: { list, get }, writes: { create, change, told, due, remove } };
