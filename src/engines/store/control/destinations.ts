// The operator's rules of TLS by destination: a pattern of domains, a level, and names that are proof there.
import type { Destination } from '../../../tlspolicy/decide.ts';
import type { TlsPolicy } from '../../../tlspolicy/level.ts';
import type { Db, Row, WriteContext } from '../types.ts';

const destinationOf = (row: Row): Destination => ({
  pattern: row['pattern'] as string,
  level: row['level'] as TlsPolicy,
  names: JSON.parse(row['names'] as string) as readonly string[],
});

async function get(db: Db, pattern: string): Promise<Destination | null> {
  const row = await db.get('SELECT pattern, level, names FROM destinations WHERE pattern = ?', [pattern]);
  return row ? destinationOf(row) : null;
}

async function list(db: Db, ask: { readonly after: string; readonly limit: number }): Promise<readonly Destination[]> {
  const rows = await db.all('SELECT pattern, level, names FROM destinations WHERE pattern > ? ORDER BY pattern LIMIT ?', [
    ask.after,
    ask.limit,
  ]);
  return rows.map(destinationOf);
}

/** `full`: there are as many rules as each delivery can look through. */
async function put(db: Db, d: Destination & { readonly most: number }, ctx: WriteContext): Promise<'put' | 'full'> {
  const there = await get(db, d.pattern);
  const count = Number((await db.get('SELECT count(*) AS count FROM destinations'))?.['count'] ?? 0);
  if (!there && count >= d.most) return 'full';
  await db.run(
    `INSERT INTO destinations (pattern, level, names) VALUES (?, ?, ?)
      ON CONFLICT (pattern) DO UPDATE SET level = excluded.level, names = excluded.names`,
    [d.pattern, d.level, JSON.stringify(d.names)],
  );
  ctx.factsChanged();
  return 'put';
}

async function remove(db: Db, pattern: string, ctx: WriteContext): Promise<boolean> {
  const gone = await db.run('DELETE FROM destinations WHERE pattern = ?', [pattern]);
  ctx.factsChanged();
  return gone > 0;
}

export const destinations = { reads: { get, list }, writes: { put, remove } };
