// Writes a backup: JSON lines, the head first, a SHA-256 over all before last, so that a cut file is known. Line by line and table by table
// in pieces, since lists of recipients have millions.
import { createHash } from 'node:crypto';
import { migrations } from '../engines/store/schema.ts';
import type { Db, Row, Value } from '../engines/store/types.ts';
import { FORMAT, ROOTS, TABLES, VERSION, type ListFiles, type Table } from './tables.ts';

const AT_ONCE = 1_000;

/** Line by line, without line ends: the library may be larger than memory. */
export async function* dump(db: Db, at: number, files: Pick<ListFiles, 'read'>): AsyncIterable<string> {
  const digest = createHash('sha256');
  let rows = 0;
  for await (const line of body(db, at, files)) {
    digest.update(`${line}\n`);
    if (line.startsWith('{"table"')) rows++;
    yield line;
  }
  yield JSON.stringify({ rows, sha256: digest.digest('hex') });
}

async function* body(db: Db, at: number, files: Pick<ListFiles, 'read'>): AsyncIterable<string> {
  const migration = migrations.at(-1)?.number ?? 0;
  yield JSON.stringify({ format: FORMAT, version: VERSION, migration, at: new Date(at).toISOString() });
  for (const name of ROOTS) {
    const row = await db.get('SELECT value FROM installation WHERE name = ?', [name]);
    if (row) yield JSON.stringify({ root: name, value: encoded(row['value'] ?? null) });
  }
  for (const table of TABLES)
    for await (const row of rowsOf(db, table)) yield JSON.stringify({ table: table.name, row: plain(row, table.without) });
  for (const { id } of await db.all('SELECT id FROM library_lists ORDER BY id')) yield* list(db, id as string, files);
}

/** Beside a running server another import may take a list's place between its row and its file: then the new one is read. */
async function* list(db: Db, id: string, files: Pick<ListFiles, 'read'>): AsyncIterable<string> {
  for (;;) {
    const row = await db.get('SELECT id, account_id, name, feed, mark FROM library_lists WHERE id = ?', [id]);
    if (!row) return;
    const lines = await files.read(row['mark'] as string);
    if (lines === null) {
      const now = await db.get('SELECT mark FROM library_lists WHERE id = ?', [id]);
      if (now && now['mark'] === row['mark']) throw new Error(`the file of the list "${String(row['name'])}" is missing`);
      continue;
    }
    yield JSON.stringify({ list: plain(row, ['mark']) });
    for await (const text of lines) yield JSON.stringify({ lines: text });
    return;
  }
}

/** By its key, a piece at a time. */
async function* rowsOf(db: Db, { name, key, where }: Table): AsyncGenerator<Row> {
  const order = key.join(', ');
  for (let last: readonly Value[] | null = null; ;) {
    const wheres = [...(where ? [where] : []), ...(last ? [`(${order}) > (${key.map(() => '?').join(', ')})`] : [])];
    const sql = `SELECT * FROM ${name}${wheres.length > 0 ? ` WHERE ${wheres.join(' AND ')}` : ''} ORDER BY ${order} LIMIT ${AT_ONCE}`;
    const rows: readonly Row[] = await db.all(sql, last ?? []);
    yield* rows;
    const end = rows.at(-1);
    if (!end || rows.length < AT_ONCE) return;
    last = key.map(column => end[column] ?? null);
  }
}

function plain(row: Row, without: readonly string[] = []): Readonly<Record<string, unknown>> {
  const kept = Object.entries(row).filter(([name]) => !without.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, encoded(value)]));
}

function encoded(value: Value): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
}
