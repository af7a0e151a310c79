// Writes a backup: JSON lines, the head first, a SHA-256 over all before last, so that a cut file is known. Line by line and table by table
// in pieces, since lists of recipients have millions.
import { createHash } from 'node:crypto';
import { migrations } from '../engines/store/schema.ts';
import type { Db, Row, Value } from '../engines/store/types.ts';
import { FORMAT, ROOTS, TABLES, VERSION, type Table } from './tables.ts';

const AT_ONCE = 1_000;

/** The lines of a backup without their ends; the last one has `rows` and `sha256`. */
export async function* backupLines(db: Db, at: number): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let rows = 0;
  const hashed = (value: unknown): string => {
    const line = JSON.stringify(value);
    hash.update(`${line}\n`);
    return line;
  };
  const migration = migrations.at(-1)?.number ?? 0;
  yield hashed({ format: FORMAT, version: VERSION, migration, at: new Date(at).toISOString() });
  for (const name of ROOTS) {
    const row = await db.get('SELECT value FROM installation WHERE name = ?', [name]);
    if (row) yield hashed({ root: name, value: encoded(row['value'] ?? null) });
  }
  for (const table of TABLES) {
    for await (const row of rowsOf(db, table)) {
      rows++;
      yield hashed({ table: table.name, row: plain(row) });
    }
  }
  yield JSON.stringify({ rows, sha256: hash.digest('hex') });
}

/** A whole backup as one text, where it is known to be small. */
export async function dump(db: Db, at: number): Promise<{ readonly text: string; readonly rows: number }> {
  const lines: string[] = [];
  for await (const line of backupLines(db, at)) lines.push(line);
  const { rows } = JSON.parse(lines.at(-1) ?? '{}') as { rows: number };
  return { text: `${lines.join('\n')}\n`, rows };
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

function plain(row: Row): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, encoded(value)]));
}

function encoded(value: Value): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
}
