// Small facts of the installation that are not settings of the environment: whether sending is paused after a restore.
import type { Db } from '../types.ts';

async function paused(db: Db): Promise<boolean> {
  return (await db.get("SELECT 1 AS one FROM installation WHERE name = 'paused'")) !== undefined;
}

async function setPaused(db: Db, on: boolean): Promise<void> {
  await db.run("DELETE FROM installation WHERE name = 'paused'");
  if (on) await db.run("INSERT INTO installation (name, value) VALUES ('paused', ?)", [Buffer.from('1')]);
}

export const settings = { reads: { paused }, writes: { setPaused } };
