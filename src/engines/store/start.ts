// What a start finds of the run before: mail that was born leased, content whose row never came, pauses. Each is read by an index of its
// own, so that a start takes no longer with a million mails waiting. What had been claimed is due on disk still.
import { readAccounts, wakeRows } from './turns.ts';
import type { Db, WriteContext } from './types.ts';

/** Number of recipients that were born leased when this node stopped and are free again. Nobody else may run on the data directory. */
export async function takeBack(db: Db, node: string, ctx: WriteContext): Promise<number> {
  await db.run('DELETE FROM pauses WHERE until_at <= ?', [ctx.now()]);
  for (const row of await db.all('SELECT lane, until_at FROM pauses')) {
    const [lane = '', account] = (row['lane'] as string).split(' ');
    if (account === undefined) ctx.lanes.pause(lane, Number(row['until_at']), ctx.now());
    else ctx.lanes.pauseAccount(lane, account, Number(row['until_at']), ctx.now());
  }
  const freed = await db.all(
    'UPDATE recipients SET owner = NULL WHERE owner >= ? AND owner < ? RETURNING lane, priority, account_id, due_at',
    [`${node}/`, `${node}0`],
  );
  await wakeRows(db, freed, ctx);
  await readAccounts(db, ctx.lanes.wake);
  await sweepAhead(db, ctx.now());
  return freed.length;
}

/** Content that was put ahead of a row before `before` (epoch ms) and got none: a refusal at the commit, or a stop. */
export async function sweepAhead(db: Db, before: number): Promise<void> {
  for (const row of await db.all('SELECT email_id FROM ahead WHERE put_at <= ?', [before])) {
    await db.run('DELETE FROM content WHERE email_id = ?', [row['email_id'] as string]);
    await db.run('DELETE FROM ahead WHERE email_id = ?', [row['email_id'] as string]);
  }
}

/** Recipients that wait, by state: kept by what each commit changed, since counting a million takes too long to do it every few seconds. */
export async function addCounts(db: Db, counts: ReadonlyMap<string, number>): Promise<void> {
  for (const [state, change] of counts) {
    if (change === 0) continue;
    await db.run(
      'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value',
      [`waiting/${state}`, change],
    );
  }
}
