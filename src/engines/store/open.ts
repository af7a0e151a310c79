// Opens the database that the settings name: the SQLite file of the data directory, or PostgreSQL.
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Db } from './types.ts';

export type DatabaseAt = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

/** The writer's connection, or with `readOnly` a reader's. */
export async function openDatabase(
  at: DatabaseAt,
  readOnly = false,
): Promise<{ readonly db: Db; readonly close: () => void | Promise<void> }> {
  if (at.kind === 'postgres') return openPostgres(at.url, readOnly ? 'reader' : 'writer');
  const db = openSqlite(at.file, { readOnly });
  return { db, close: db.close };
}
