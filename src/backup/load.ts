// Puts a backup back in one transaction, or changes nothing: the installation key must open its roots, the file must be whole. What is newer
// here stays: suppressions are added to, never dropped, and a suspended account stays suspended.
import { createHash } from 'node:crypto';
import { openRoots, unwrap } from '../engines/keys/secrets.ts';
import { migrate } from '../engines/store/migrate.ts';
import { migrations } from '../engines/store/schema.ts';
import type { Db, Value } from '../engines/store/types.ts';
import { FORMAT, ROOTS, TABLES, VERSION } from './tables.ts';

export type Outcome = { readonly ok: true; readonly rows: number } | { readonly ok: false; readonly why: string };
type Line = {
  readonly format?: string;
  readonly version?: number;
  readonly migration?: number;
  readonly root?: string;
  readonly value?: unknown;
  readonly table?: string;
  readonly row?: Readonly<Record<string, unknown>>;
};

/** `lines`: gives the lines of the backup from the first on, each time it is called: they are looked at once before anything changes. */
export async function loadLines(db: Db, key: Buffer, lines: () => AsyncIterable<string> | Iterable<string>): Promise<Outcome> {
  const roots = await examined(lines());
  if (typeof roots === 'string') return { ok: false, why: roots };
  for (const name of ROOTS) {
    const wrapped = roots.get(name);
    if (!wrapped) return { ok: false, why: 'the backup holds no roots' };
    if (!opens(key, name, wrapped)) return { ok: false, why: 'secret.key is not the one that this backup was made under' };
  }
  await migrate(db);
  const own = await db.get('SELECT value FROM installation WHERE name = ?', ['mac-root']);
  const backed = unwrap(key, 'mac-root', roots.get('mac-root') as Uint8Array);
  if (own && !(await openRoots(db, key)).mac.equals(backed))
    return { ok: false, why: 'this data directory belongs to another installation' };
  await db.run('BEGIN');
  try {
    for (const [name, value] of roots) if (!own) await db.run('INSERT INTO installation (name, value) VALUES (?, ?)', [name, value]);
    await db.run("DELETE FROM installation WHERE name = 'paused'");
    await db.run("INSERT INTO installation (name, value) VALUES ('paused', ?)", [Buffer.from('1')]);
    let rows = 0;
    // What was counted here goes on; added to that of the backup, days that were folded meanwhile would count twice.
    const counted = await db.get('SELECT 1 AS one FROM statistics LIMIT 1');
    for await (const line of lines()) {
      const { table, row } = JSON.parse(line) as Line;
      if (table === undefined || !row || (table === 'statistics' && counted)) continue;
      await put(db, table, table === 'standing' ? fresh(row) : row);
      rows++;
    }
    await db.run('UPDATE lists SET count = (SELECT count(*) FROM list_recipients WHERE list_id = lists.id)');
    await db.run('COMMIT');
    return { ok: true, rows };
  } catch (error) {
    await db.run('ROLLBACK');
    throw error;
  }
}

/** A whole backup from one text. */
export const load = (db: Db, key: Buffer, text: string): Promise<Outcome> => loadLines(db, key, () => text.trimEnd().split('\n'));

/** The roots of a backup that is whole and that this version reads, or what is wrong with it. */
async function examined(lines: AsyncIterable<string> | Iterable<string>): Promise<ReadonlyMap<string, Uint8Array> | string> {
  const hash = createHash('sha256');
  const roots = new Map<string, Uint8Array>();
  let [head, last]: [Line | null, string | null] = [null, null];
  try {
    for await (const line of lines) {
      if (last !== null) {
        hash.update(`${last}\n`);
        const read = JSON.parse(last) as Line;
        head ??= read;
        if (read.root !== undefined) roots.set(read.root, decoded(read.value) as Uint8Array);
      }
      last = line;
    }
    const { sha256 } = JSON.parse(last ?? '') as { sha256?: string };
    if (sha256 !== hash.digest('hex')) return 'the file is damaged or cut';
  } catch (error) {
    if (error instanceof SyntaxError) return 'the file is no backup';
    throw error;
  }
  if (head?.format !== FORMAT || head.version !== VERSION) return 'it is no backup that this version reads';
  return (head.migration ?? 0) > (migrations.at(-1)?.number ?? 0) ? 'it was made by a newer version' : roots;
}

function opens(key: Buffer, name: string, wrapped: Uint8Array): boolean {
  try {
    return unwrap(key, name, wrapped).length > 0;
  } catch {
    return false;
  }
}

async function put(db: Db, name: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  const table = TABLES.find(one => one.name === name);
  if (!table) throw new Error(`the backup holds a table ${name}, which none of ours is`);
  const columns = Object.keys(row);
  if (columns.some(column => !/^[a-z_]+$/.test(column))) throw new Error('the backup holds a column that none of ours is');
  const others = columns.filter(column => !table.key.includes(column));
  const kept = name === 'accounts' ? others.filter(column => !column.startsWith('state')) : others;
  const update = kept.map(column => `${column} = excluded.${column}`).join(', ');
  // The library only grows, counters never go back, and what was seen of an IP or an account here is newer than what a backup
  // says. A list that is here has
  // given places since, which must not be given again.
  const conflict = ['blocked', 'sending_ips', 'standing', 'lists', 'list_recipients'].includes(name)
    ? 'ON CONFLICT DO NOTHING'
    : name === 'usage'
      ? 'ON CONFLICT (account_id, day) DO NOTHING'
      : `ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${update}`;
  await db.run(
    `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ${conflict}`,
    columns.map(column => decoded(row[column])),
  );
}

/** Standing goes on from where it was: the events behind it are not here, and those to come are numbered anew. */
function fresh(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { account } = JSON.parse(row['live'] as string) as { readonly account: unknown };
  return { ...row, base: JSON.stringify(account), base_through: 0, through: 0 };
}

function decoded(value: unknown): Value {
  const { base64 } = (typeof value === 'object' && value !== null ? value : {}) as { base64?: string };
  return base64 === undefined ? (value as Value) : Buffer.from(base64, 'base64');
}
