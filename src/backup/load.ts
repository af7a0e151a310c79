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

export async function load(db: Db, key: Buffer, text: string): Promise<Outcome> {
  const lines = read(text);
  if (typeof lines === 'string') return { ok: false, why: lines };
  const roots = new Map(lines.filter(line => line.root !== undefined).map(line => [String(line.root), decoded(line.value) as Uint8Array]));
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
    for (const { table, row } of lines) {
      if (table === undefined || !row || (table === 'statistics' && counted)) continue;
      await put(db, table, row);
      rows++;
    }
    await db.run('COMMIT');
    return { ok: true, rows };
  } catch (error) {
    await db.run('ROLLBACK');
    throw error;
  }
}

function read(text: string): readonly Line[] | string {
  const end = text.trimEnd().lastIndexOf('\n') + 1;
  try {
    const last = JSON.parse(text.slice(end)) as { sha256?: string };
    if (last.sha256 !== createHash('sha256').update(text.slice(0, end)).digest('hex')) return 'the file is damaged or cut';
    const lines = text
      .slice(0, end)
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Line);
    const head = lines[0];
    if (head?.format !== FORMAT || head.version !== VERSION) return 'it is no backup that this version reads';
    if ((head.migration ?? 0) > (migrations.at(-1)?.number ?? 0)) return 'it was made by a newer version';
    return lines;
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
  // The library only grows, counters never go back, and what was seen of an IP here is newer than what a backup says.
  const conflict =
    name === 'blocked' || name === 'sending_ips'
      ? 'ON CONFLICT DO NOTHING'
      : name === 'usage'
        ? 'ON CONFLICT (account_id, day) DO NOTHING'
        : `ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${update}`;
  await db.run(
    `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ${conflict}`,
    columns.map(column => decoded(row[column])),
  );
}

function decoded(value: unknown): Value {
  const { base64 } = (typeof value === 'object' && value !== null ? value : {}) as { base64?: string };
  return base64 === undefined ? (value as Value) : Buffer.from(base64, 'base64');
}
