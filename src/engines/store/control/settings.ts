// Small facts of the installation that are not settings of the environment: whether sending is paused after a restore,
// whether the scanner was there, how far notices were written.
import { asBuffer } from '../queue.ts';
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

/** The last event of a standing that its mails were written for. */
async function noticedThrough(db: Db): Promise<number> {
  const row = await db.get("SELECT value FROM installation WHERE name = 'noticed-through'");
  return row ? Number(asBuffer(row['value']).toString()) : 0;
}

async function setNoticedThrough(db: Db, seq: number): Promise<void> {
  await db.run("DELETE FROM installation WHERE name = 'noticed-through'");
  await db.run("INSERT INTO installation (name, value) VALUES ('noticed-through', ?)", [Buffer.from(String(seq))]);
}

export const settings = { reads: { paused, scannerSeen, noticedThrough }, writes: { setPaused, setScannerSeen, setNoticedThrough } };
