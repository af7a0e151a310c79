// SQLite through node:sqlite: WAL, synchronous=FULL (a commit that returned survives a power cut), 4 KiB pages, statements kept.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Db, Row, Value } from './types.ts';

export type SqliteDb = Db & { readonly exec: (sql: string) => void; readonly close: () => void };

const BUSY_MS = 30_000;
/** Page caches, by connection: the writer meets the same pages again and again, a reader reads one mail and goes on. */
const WRITER_KIB = 32 * 1024;
const READER_KIB = 4 * 1024;

/** Opens the file; `readOnly` connections see what was committed when each statement starts. */
export function openSqlite(file: string, options: { readonly readOnly?: boolean } = {}): SqliteDb {
  const database = new DatabaseSync(file, { readOnly: options.readOnly ?? false, timeout: BUSY_MS });
  if (!options.readOnly) {
    database.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;');
  }
  database.exec(`PRAGMA temp_store = MEMORY; PRAGMA cache_size = -${options.readOnly ? READER_KIB : WRITER_KIB};`);
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const kept = statements.get(sql);
    if (kept) return kept;
    const made = database.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  const bound = (params: readonly Value[] | undefined): SQLInputValue[] => (params ?? []) as SQLInputValue[];
  // The calls are synchronous; a failure must still come as a rejection, like the other driver's.
  return {
    dialect: 'sqlite',
    all: async <R extends Row>(sql: string, params?: readonly Value[]) => prepared(sql).all(...bound(params)) as unknown as readonly R[],
    get: async <R extends Row>(sql: string, params?: readonly Value[]) => prepared(sql).get(...bound(params)) as R | undefined,
    run: async (sql, params) => Number(prepared(sql).run(...bound(params)).changes),
    // A commit in WAL mode with NORMAL writes its frames without a sync; the sync of the next FULL one is of the whole file.
    durable: async on => database.exec(`PRAGMA synchronous = ${on ? 'FULL' : 'NORMAL'}`),
    exec: sql => database.exec(sql),
    close: () => database.close(),
  };
}

/** SQLITE_FULL (13), or an I/O error that a full disk gives. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code === 13 || (error as { code?: string }).code === 'ENOSPC' || (error as { code?: string }).code === '53100';
}
