// Small facts of the installation that are not settings of the environment: whether sending is paused after a restore.
import type { Db } from '../types.ts';

async function paused(db: Db): Promise<boolean> {
  return (await db.get("SELECT 1 AS one FROM installation WHERE name = 'paused'")) !== undefined;
}

async function setPaused(db: Db, on: boolean): Promise<void> {
  await db.run("DELETE FROM installation WHERE name = 'paused'");
  if (on) await db.run("INSERT INTO installation (name, value) VALUES ('paused', ?)", [Buffer.from('1')]);
}

/** clamd has answered once: it is required until the operator switches it off. */
async function scannerSeen(db: Db): Promise<boolean> {
  return (await db.get("SELECT 1 AS one FROM installation WHERE name = 'clamd-seen'")) !== undefined;
}

async function setScannerSeen(db: Db, seen: boolean): Promise<void> {
  await db.run("DELETE FROM installation WHERE name = 'clamd-seen'");
  if (seen) await db.run("INSERT INTO installation (name, value) VALUES ('clamd-seen', ?)", [Buffer.from('1')]);
}

export const settings = { reads: { paused, scannerSeen }, writes: { setPaused, setScannerSeen } };
