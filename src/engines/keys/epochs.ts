// The life of epoch keys: one opens every 5 minutes, its key fsynced before a row is sealed under it; it is
// destroyed at most 10 minutes after its FIRST final message, when what still waits under it has been re-wrapped: mail due soon to the
// open epoch, deferred mail to a parking epoch of the hour it is due, so that a still backlog is not wrapped again and again.
import { randomBytes } from 'node:crypto';
import type { Db } from '../store/types.ts';
import { SLOTS, type KeyFile } from './keyfile.ts';
import type { Ring } from './ring.ts';

export type EpochTimes = {
  /** How long an epoch takes new mail. */
  readonly openMs: number;
  /** From the first final message to the start of its destruction; the rest of the 10 minutes is for the re-wrapping. */
  readonly lingerMs: number;
};
export const EPOCH_TIMES: EpochTimes = { openMs: 5 * 60_000, lingerMs: 8 * 60_000 };

/** Rows re-wrapped in one commit: a few milliseconds, so that accepts wait no longer than that. */
const BATCH = 100;
const HOUR = 3_600_000;

export type Epochs = {
  /** First thing in each transaction: opens a new epoch when one is due. */
  readonly prepare: (db: Db, now: number) => Promise<void>;
  /** The transaction was rolled back: what `prepare` wrote is gone. */
  readonly forget: () => void;
  readonly wrap: (emailId: string, key: Uint8Array) => { readonly epoch: number; readonly wrapped: Buffer };
  /** A message under this epoch became final. */
  readonly final: (db: Db, epoch: number, now: number) => Promise<void>;
  /**
   * One bounded step of destruction: wraps some keys anew, inside a transaction whose commit need not be on disk yet. `clear`: no mail is
   * under the epoch any more, `retire` may follow; null: no epoch is due.
   */
  readonly step: (
    db: Db,
    now: number,
  ) => Promise<{ readonly epoch: number; readonly clear: boolean; readonly firstFinalAt: number } | null>;
  /** Says that the key goes; its commit must be on disk, and all steps before it, when the function that erases the key is called. */
  readonly retire: (db: Db, epoch: number) => Promise<() => void>;
};

type Alive = { readonly id: number; readonly slot: number; readonly closesAt: number };

/** Replays what a crash left: orphan slots are erased, half-destroyed epochs finished; `alarm` names rows whose key is missing. */
export async function startEpochs(
  db: Db,
  file: KeyFile,
  ring: Ring,
  now: number,
  times: EpochTimes,
  alarm: (epoch: number, rows: number) => void,
): Promise<Epochs> {
  const used = new Set<number>();
  const inFile = new Map(file.read().map(one => [one.epoch, one]));
  const rows = await db.all("SELECT id, slot, state FROM epochs WHERE state <> 'destroyed'");
  const known = new Set(rows.map(row => Number(row['id'])));
  for (const one of inFile.values()) {
    if (known.has(one.epoch)) {
      ring.set(one.slot, one.epoch, one.key);
      used.add(one.slot);
    } else file.erase(one.slot);
    one.key.fill(0);
  }
  for (const row of rows) {
    const id = Number(row['id']);
    if (inFile.has(id)) continue;
    const left = Number((await db.get('SELECT count(*) AS n FROM emails WHERE epoch = ?', [id]))?.['n'] ?? 0);
    if (left > 0) alarm(id, left);
    else await db.run("UPDATE epochs SET state = 'destroyed', destroyed_at = ? WHERE id = ?", [now, id]);
  }
  // Mail sealed before a stop keeps its epoch; new mail gets a new one, so that a restart never prolongs an old epoch's life.
  await db.run("UPDATE epochs SET state = 'closed' WHERE state = 'open'");
  let highest = Math.max(0, ...inFile.keys(), Number((await db.get('SELECT max(id) AS id FROM epochs'))?.['id'] ?? 0));
  let current: Alive | null = null;
  let parking = new Map<number, Alive>();
  const finals = new Set<number>();

  const open = async (db: Db, kind: string, now: number, closesAt: number): Promise<Alive> => {
    let slot = 0;
    while (used.has(slot)) slot++;
    if (slot >= SLOTS) throw new Error('no free slot for an epoch key');
    const id = ++highest;
    const key = randomBytes(32);
    file.write(slot, id, key);
    ring.set(slot, id, key);
    key.fill(0);
    used.add(slot);
    await db.run("INSERT INTO epochs (id, slot, kind, state, opened_at, closes_at) VALUES (?, ?, ?, 'open', ?, ?)", [
      id,
      slot,
      kind,
      now,
      closesAt,
    ]);
    return { id, slot, closesAt };
  };
  const parkFor = async (db: Db, dueAt: number, now: number): Promise<Alive> => {
    const hour = Math.floor(dueAt / HOUR);
    const kept = parking.get(hour);
    if (kept && kept.closesAt > now) return kept;
    const made = await open(db, `park:${hour}`, now, (hour + 1) * HOUR);
    parking.set(hour, made);
    return made;
  };
  const rewrap = async (db: Db, from: number, now: number): Promise<number> => {
    const batch = await db.all(
      `SELECT id, wrapped, (SELECT min(due_at) FROM recipients WHERE email_id = emails.id) AS due_at FROM emails WHERE epoch = ? LIMIT ${BATCH}`,
      [from],
    );
    for (const row of batch) {
      const id = row['id'] as string;
      const key = ring.unwrap(from, id, row['wrapped'] as Uint8Array);
      if (!key) throw new Error(`message key of ${id} does not open under epoch ${from}`);
      const dueAt = Number(row['due_at'] ?? 0);
      const to = dueAt > now + HOUR ? await parkFor(db, dueAt, now) : current;
      if (!to) throw new Error('no open epoch to re-wrap to');
      await db.run('UPDATE emails SET epoch = ?, wrapped = ? WHERE id = ?', [to.id, ring.wrap(to.slot, to.id, id, key), id]);
      key.fill(0);
    }
    return batch.length;
  };

  return {
    prepare: async (db, now) => {
      if (current && current.closesAt > now) return;
      if (current) await db.run("UPDATE epochs SET state = 'closed' WHERE id = ?", [current.id]);
      current = await open(db, 'new', now, now + times.openMs);
    },
    forget: () => {
      // Slots written for epochs whose rows were rolled back stay used until the next start erases them.
      current = null;
      parking = new Map();
      finals.clear();
    },
    wrap: (emailId, key) => {
      if (!current) throw new Error('wrap before prepare');
      return { epoch: current.id, wrapped: ring.wrap(current.slot, current.id, emailId, key) };
    },
    final: async (db, epoch, now) => {
      if (finals.has(epoch)) return;
      finals.add(epoch);
      await db.run('UPDATE epochs SET first_final_at = ? WHERE id = ? AND first_final_at IS NULL', [now, epoch]);
    },
    step: async (db, now) => {
      const due = await db.get(
        "SELECT id, first_final_at FROM epochs WHERE state <> 'destroyed' AND first_final_at <= ? ORDER BY first_final_at LIMIT 1",
        [now - times.lingerMs],
      );
      if (!due) return null;
      const id = Number(due['id']);
      if (current?.id === id) current = null;
      for (const [hour, one] of parking) if (one.id === id) parking.delete(hour);
      if (!current) current = await open(db, 'new', now, now + times.openMs);
      return { epoch: id, clear: (await rewrap(db, id, now)) === 0, firstFinalAt: Number(due['first_final_at']) };
    },
    retire: async (db, id) => {
      if (await db.get('SELECT 1 AS one FROM emails WHERE epoch = ? LIMIT 1', [id])) throw new Error(`epoch ${id} is in use`);
      const slot = Number((await db.get('SELECT slot FROM epochs WHERE id = ?', [id]))?.['slot']);
      await db.run("UPDATE epochs SET state = 'erasing' WHERE id = ?", [id]);
      return () => {
        ring.clear(slot);
        file.erase(slot);
        used.delete(slot);
        finals.delete(id);
      };
    },
  };
}

/** After `erase`: the commit that says so. */
export async function destroyed(db: Db, now: number): Promise<void> {
  await db.run("UPDATE epochs SET state = 'destroyed', destroyed_at = ? WHERE state = 'erasing'", [now]);
}
