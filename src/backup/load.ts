// Puts a backup back in one transaction, or changes nothing: the installation key must open its roots, the file must be whole. What is newer
// here stays: suppressions are added to, never dropped, and a suspended account stays suspended.
import { createHash } from 'node:crypto';
import { openRoots, unwrap } from '../engines/keys/secrets.ts';
import { migrate } from '../engines/store/migrate.ts';
import { migrations } from '../engines/store/schema.ts';
import type { Db, Value } from '../engines/store/types.ts';
import { newId } from '../engines/ids.ts';
import type { ImportHow } from '../engines/store/control/library.ts';
import { FORMAT, ROOTS, TABLES, VERSION, type ListFiles } from './tables.ts';

export type Outcome = { readonly ok: true; readonly rows: number } | { readonly ok: false; readonly why: string };
/** Tables whose rows here stand over those of the backup. */
const GROWING = new Set(['blocked', 'sending_ips', 'standing', 'library_removed', 'feeds', 'lists', 'list_recipients']);
type Line = {
  readonly format?: string;
  readonly version?: number;
  readonly migration?: number;
  readonly root?: string;
  readonly value?: unknown;
  readonly table?: string;
  readonly row?: Readonly<Record<string, unknown>>;
  readonly list?: Readonly<Record<string, string | null>>;
  readonly lines?: string;
};
/** The backup from its beginning, each time that it is asked for. */
export type Source = () => AsyncIterable<string>;

export async function load(db: Db, key: Buffer, source: Source, files: Pick<ListFiles, 'write'>): Promise<Outcome> {
  const checked = await check(source);
  if (typeof checked === 'string') return { ok: false, why: checked };
  const { roots } = checked;
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
  const lists = newLists(db, files);
  await db.run('BEGIN');
  try {
    for (const [name, value] of roots) if (!own) await db.run('INSERT INTO installation (name, value) VALUES (?, ?)', [name, value]);
    await db.run("DELETE FROM installation WHERE name = 'paused'");
    await db.run("INSERT INTO installation (name, value) VALUES ('paused', ?)", [Buffer.from('1')]);
    let rows = 0;
    // What was counted here goes on; added to that of the backup, days that were folded meanwhile would count twice.
    const counted = await db.get('SELECT 1 AS one FROM statistics LIMIT 1');
    for await (const text of source()) {
      const { table, row, list, lines } = JSON.parse(text) as Line;
      if (list) await lists.begin(list);
      if (lines !== undefined) lists.add(lines);
      if (table === undefined || !row || (table === 'statistics' && counted)) continue;
      await put(db, table, table === 'standing' ? fresh(row) : row);
      rows++;
    }
    await db.run('UPDATE lists SET count = (SELECT count(*) FROM list_recipients WHERE list_id = lists.id)');
    lists.end();
    await db.run('COMMIT');
    return { ok: true, rows };
  } catch (error) {
    await db.run('ROLLBACK');
    lists.abandon();
    throw error;
  }
}

/** A list is restored as an import that the next start does: what is there by then keeps its place. */
function newLists(
  db: Db,
  files: Pick<ListFiles, 'write'>,
): {
  readonly begin: (list: Readonly<Record<string, string | null>>) => Promise<void>;
  readonly add: (text: string) => void;
  readonly end: () => void;
  readonly abandon: () => void;
} {
  let open: ReturnType<ListFiles['write']> | null = null;
  const made: ReturnType<ListFiles['write']>[] = [];
  const end = (): void => {
    open?.finish();
    open = null;
  };
  return {
    begin: async list => {
      end();
      const id = newId('imp');
      const defaults = { action: 'block', direction: null, subdomains: false, operator: true } as const;
      const how: ImportHow = { format: 'kept', mode: 'fill', defaults, force: true, listId: list['id'] as string };
      const values = [id, list['account_id'] ?? '', list['name'] as string, list['feed'] ?? null, JSON.stringify(how), Date.now()];
      await db.run(
        "INSERT INTO library_imports (id, account_id, list, feed, how, state, created_at) VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
        values,
      );
      open = files.write(id);
      made.push(open);
    },
    add: text => open?.add(text),
    end,
    abandon: () => {
      for (const one of made) one.abandon();
    },
  };
}

/** Nothing is believed before the whole of it was seen. */
async function check(source: Source): Promise<{ readonly roots: ReadonlyMap<string, Uint8Array> } | string> {
  const roots = new Map<string, Uint8Array>();
  const digest = createHash('sha256');
  let last: string | null = null;
  let isFirst = true;
  try {
    for await (const text of source()) {
      if (last !== null) digest.update(`${last}\n`);
      last = text;
      if (isFirst || text.startsWith('{"root"')) {
        const line = JSON.parse(text) as Line;
        if (isFirst && (line.format !== FORMAT || line.version !== VERSION)) return 'it is no backup that this version reads';
        if (isFirst && (line.migration ?? 0) > (migrations.at(-1)?.number ?? 0)) return 'it was made by a newer version';
        if (line.root !== undefined) roots.set(line.root, decoded(line.value) as Uint8Array);
      }
      isFirst = false;
    }
    const { sha256 } = JSON.parse(last ?? '') as { sha256?: string };
    return sha256 === digest.digest('hex') ? { roots } : 'the file is damaged or cut';
  } catch {
    return 'the file is no backup';
  }
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
  // The library only grows, counters never go back, and what was seen of an IP or an account here is newer than what a backup says.
  // A list that is here has given places since, which must not be given again.
  const conflict = GROWING.has(name)
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
