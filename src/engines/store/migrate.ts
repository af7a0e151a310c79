// Brings a database to the newest schema: each migration in one transaction with its own number, so that a crash leaves the old or
// the new form and never one between.
import { inDialect, migrations, type Migration } from './schema.ts';
import type { Db } from './types.ts';

/** Number of the advisory lock under which nodes of a cluster migrate one after the other. */
const MIGRATION_LOCK = 7_376_711;

/** Returns the schema number reached. Throws when the database is newer than this program. */
export async function migrate(db: Db, list: readonly Migration[] = migrations): Promise<number> {
  if (db.dialect === 'postgres') await db.get('SELECT pg_advisory_lock(?)', [MIGRATION_LOCK]);
  try {
    await db.run('CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL)');
    const reached = Number((await db.get('SELECT max(number) AS number FROM migrations'))?.['number'] ?? 0);
    const newest = Math.max(...list.map(one => one.number));
    if (reached > newest) throw new Error(`the database has schema ${reached}, this program knows ${newest}: start the newer version`);
    for (const migration of list.filter(one => one.number > reached)) await apply(db, migration);
    return newest;
  } finally {
    if (db.dialect === 'postgres') await db.get('SELECT pg_advisory_unlock(?)', [MIGRATION_LOCK]);
  }
}

async function apply(db: Db, migration: Migration): Promise<void> {
  await db.run('BEGIN');
  try {
    for (const statement of migration.statements) await db.run(inDialect(statement, db.dialect));
    await db.run('INSERT INTO migrations (number, name) VALUES (?, ?)', [migration.number, migration.name]);
    await db.run('COMMIT');
  } catch (error) {
    await db.run('ROLLBACK');
    throw error;
  }
}
