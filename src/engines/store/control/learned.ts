// What the filter was taught: one sealed layer of weights an account, '' = the installation, and the campaign mark that a lesson leaves.
// The weights are computed by who asks; here a lesson counts only when it was computed from what is kept at its commit.
import type { Db, Row, WriteContext } from '../types.ts';
import { putMark, type NewMark } from './marks.ts';

export type LearnedHead = {
  /** Never goes back; 0 = never taught. */
  readonly version: number;
  readonly lessons: number;
  /** Size of the layer before it was sealed; 0 = none. */
  readonly bytes: number;
  readonly updatedAt: number | null;
};
export type LearnedRow = LearnedHead & { readonly sealed: Uint8Array | null };

export type NewLesson = {
  readonly accountId: string;
  /** null: only the mark. `from`: the version that the layer was computed from. */
  readonly layer: { readonly from: number; readonly lessons: number; readonly bytes: number; readonly sealed: Uint8Array } | null;
  readonly mark: NewMark | null;
};
/** `stale`: another lesson was quicker, compute again. `gone`: there is no such account. Nothing was recorded then. */
export type LessonOutcome = 'learned' | 'stale' | 'gone' | 'full';

const headOf = (row: Row | undefined): LearnedHead => ({
  version: Number(row?.['version'] ?? 0),
  lessons: Number(row?.['lessons'] ?? 0),
  bytes: Number(row?.['bytes'] ?? 0),
  updatedAt: row ? Number(row['updated_at']) : null,
});

async function head(db: Db, accountId: string): Promise<LearnedHead> {
  return headOf(await db.get('SELECT version, lessons, bytes, updated_at FROM learned WHERE account_id = ?', [accountId]));
}

async function layer(db: Db, accountId: string): Promise<LearnedRow> {
  const row = await db.get('SELECT * FROM learned WHERE account_id = ?', [accountId]);
  return { ...headOf(row), sealed: (row?.['sealed'] as Uint8Array | null | undefined) ?? null };
}

async function teach(db: Db, lesson: NewLesson, ctx: WriteContext): Promise<LessonOutcome> {
  if (ctx.full()) return 'full';
  const { accountId, layer, mark } = lesson;
  if (accountId !== '' && !(await db.get('SELECT id FROM accounts WHERE id = ?', [accountId]))) return 'gone';
  if (layer) {
    const { version } = await head(db, accountId);
    if (version !== layer.from) return 'stale';
    await put(db, { accountId, version: version + 1, ...layer }, ctx.now());
  }
  if (mark) await putMark(db, accountId, mark, ctx.now());
  ctx.factsChanged();
  return 'learned';
}

/** Everything that was taught is forgotten: the layer and the marks of the last day. */
async function reset(db: Db, accountId: string, ctx: WriteContext): Promise<void> {
  const { version } = await head(db, accountId);
  if (version > 0) await put(db, { accountId, version: version + 1, lessons: 0, bytes: 0, sealed: null }, ctx.now());
  await db.run('DELETE FROM marks WHERE account_id = ?', [accountId]);
  ctx.factsChanged();
}

async function put(
  db: Db,
  row: { accountId: string; version: number; lessons: number; bytes: number; sealed: Uint8Array | null },
  now: number,
): Promise<void> {
  await db.run(
    `INSERT INTO learned (account_id, version, lessons, bytes, sealed, updated_at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (account_id) DO UPDATE SET version = excluded.version, lessons = excluded.lessons, bytes = excluded.bytes,
        sealed = excluded.sealed, updated_at = excluded.updated_at`,
    [row.accountId, row.version, row.lessons, row.bytes, row.sealed, now],
  );
}

export const learned = { reads: { head, layer }, writes: { teach, reset } };
