// Small facts of the installation that are not settings of the environment: whether sending is paused after a restore,
// whether the scanner was there, how far notices were written, which findings of the doctor the operator has set aside.
import { asBuffer } from '../queue.ts';
import type { Db, WriteContext } from '../types.ts';

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

/** A finding of the doctor that the operator knows of and does not want to be told again. */
export type SetAside = { readonly group: string; readonly name: string; readonly reason: string; readonly by: string; readonly at: number };

const SET_ASIDE = 'doctor-set-aside';

async function setAside(db: Db): Promise<readonly SetAside[]> {
  const row = await db.get('SELECT value FROM installation WHERE name = ?', [SET_ASIDE]);
  return row ? (JSON.parse(asBuffer(row['value']).toString('utf8')) as readonly SetAside[]) : [];
}

/** `reason` null takes it back. False: there was none to take back, or there are too many. */
async function setSetAside(
  db: Db,
  s: Omit<SetAside, 'at' | 'reason'> & { readonly reason: string | null; readonly most: number },
  ctx: WriteContext,
): Promise<boolean> {
  const before = await setAside(db);
  const others = before.filter(one => one.group !== s.group || one.name !== s.name);
  if (s.reason === null ? others.length === before.length : others.length >= s.most) return false;
  const { group, name, reason, by } = s;
  const kept = reason === null ? others : [...others, { group, name, reason, by, at: ctx.now() }];
  await db.run('DELETE FROM installation WHERE name = ?', [SET_ASIDE]);
  await db.run('INSERT INTO installation (name, value) VALUES (?, ?)', [SET_ASIDE, Buffer.from(JSON.stringify(kept))]);
  return true;
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

export const settings = {
  reads: { paused, scannerSeen, noticedThrough, setAside },
  writes: { setPaused, setScannerSeen, setNoticedThrough, setSetAside },
};
