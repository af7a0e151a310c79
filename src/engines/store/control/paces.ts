// What was learned of each pair of sending IP and mailbox provider, and how much of the day was used. One row a pair; ip '' = the system's address.
import type { Db, Row } from '../types.ts';

export type PaceRow = {
  readonly ip: string | null;
  readonly provider: string;
  /** The provider's day (days since 1970) and the mails that entered in it. */
  readonly day: number;
  readonly used: number;
  /** The learner's state as JSON. */
  readonly state: string;
  readonly updatedAt: number;
};

const rowOf = (row: Row): PaceRow => ({
  ip: row['ip'] === '' ? null : (row['ip'] as string),
  provider: row['provider'] as string,
  day: Number(row['day']),
  used: Number(row['used']),
  state: row['state'] as string,
  updatedAt: Number(row['updated_at']),
});

async function all(db: Db): Promise<readonly PaceRow[]> {
  return (await db.all('SELECT * FROM paces ORDER BY updated_at')).map(rowOf);
}

type Ask = {
  readonly ip: string | undefined;
  readonly provider: string | undefined;
  readonly after: { readonly ip: string; readonly provider: string };
  readonly limit: number;
};
/** By sending IP and provider; `ip` '' asks for the system's address. */
async function list(db: Db, { ip, provider, after, limit }: Ask): Promise<readonly PaceRow[]> {
  const wanted = [...(ip === undefined ? [] : ['ip = ?']), ...(provider === undefined ? [] : ['provider = ?'])];
  const where = ['(ip > ? OR (ip = ? AND provider > ?))', ...wanted].join(' AND ');
  const values = [after.ip, after.ip, after.provider, ...[ip, provider].filter(one => one !== undefined)];
  return (await db.all(`SELECT * FROM paces WHERE ${where} ORDER BY ip, provider LIMIT ?`, [...values, limit])).map(rowOf);
}

async function keep(db: Db, rows: readonly PaceRow[]): Promise<void> {
  for (const { ip, provider, day, used, state, updatedAt } of rows)
    await db.run(
      `INSERT INTO paces (ip, provider, day, used, state, updated_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (ip, provider) DO UPDATE SET day = excluded.day, used = excluded.used, state = excluded.state, updated_at = excluded.updated_at`,
      [ip ?? '', provider, day, used, state, updatedAt],
    );
}

/** Those that nobody used since then go. */
async function forget(db: Db, before: number): Promise<number> {
  return db.run('DELETE FROM paces WHERE updated_at < ?', [before]);
}

export const paces = { reads: { all, list }, writes: { keep, forget } };
