// One server a data directory: an exclusive transaction held open on lock.db, which the system frees even after kill -9. Who holds it
// stands beside it. The node's id lives in the directory too: whoever has the lock is that node.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writePrivate } from './keys/secrets.ts';

export type Lock = { readonly node: string; readonly release: () => void };

/** Makes the directory (0700) when it is not there. A string says who holds it. */
export function lockDirectory(dataDir: string): Lock | string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const holder = join(dataDir, 'lock.json');
  const db = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch {
    db.close();
    return existsSync(holder) ? readFileSync(holder, 'utf8').trim() : 'another process';
  }
  writeFileSync(holder, `${JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() })}\n`, { mode: 0o600 });
  const file = join(dataDir, 'node');
  if (!existsSync(file)) writePrivate(file, `${randomBytes(8).toString('hex')}\n`);
  return { node: readFileSync(file, 'latin1').trim(), release: () => db.close() };
}
