// The mail of a place in a batch's list is queued together with a mark of that place, in one commit that asks whether the batch still runs:
// nothing is sent twice or forgotten when the server stops, and nothing more is queued once it is paused.
import type { BatchPlace } from '../../../mail.ts';
import type { Db } from '../types.ts';

/** May the mail of this place be queued? Asked in its commit. */
export async function mayTake(db: Db, { id, run, n }: BatchPlace): Promise<boolean> {
  const open = await db.get("SELECT id FROM batches WHERE id = ? AND run = ? AND state = 'running' AND position < ?", [id, run, n]);
  if (!open) return false;
  return (await db.get('SELECT n FROM batch_marks WHERE batch_id = ? AND run = ? AND n = ?', [id, run, n])) === undefined;
}

export async function take(db: Db, { id, run, n }: BatchPlace): Promise<void> {
  await db.run('INSERT INTO batch_marks (batch_id, run, n) VALUES (?, ?, ?)', [id, run, n]);
}
