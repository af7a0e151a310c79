// Writes a backup: JSON lines, the head first, a SHA-256 over all before last, so that a cut file is known.
import { createHash } from 'node:crypto';
import { migrations } from '../engines/store/schema.ts';
import type { Db, Row, Value } from '../engines/store/types.ts';
import { FORMAT, ROOTS, TABLES, VERSION } from './tables.ts';

export async function dump(db: Db, at: number): Promise<{ readonly text: string; readonly rows: number }> {
  const migration = migrations.at(-1)?.number ?? 0;
  const lines: string[] = [JSON.stringify({ format: FORMAT, version: VERSION, migration, at: new Date(at).toISOString() })];
  for (const name of ROOTS) {
    const row = await db.get('SELECT value FROM installation WHERE name = ?', [name]);
    if (row) lines.push(JSON.stringify({ root: name, value: encoded(row['value'] ?? null) }));
  }
  const before = lines.length;
  for (const { name, where } of TABLES) {
    const rows = await db.all(`SELECT * FROM ${name}${where ? ` WHERE ${where}` : ''}`);
    for (const row of rows) lines.push(JSON.stringify({ table: name, row: plain(row) }));
  }
  const rows = lines.length - before;
  const body = `${lines.join('\n')}\n`;
  return { text: `${body}${JSON.stringify({ rows, sha256: createHash('sha256').update(body).digest('hex') })}\n`, rows };
}

function plain(row: Row): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, encoded(value)]));
}

function encoded(value: Value): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
}
