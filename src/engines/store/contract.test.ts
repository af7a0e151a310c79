// The store's contract on each database: SQLite, PGlite (PostgreSQL in the process) and Debian's PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { noPostgres, startPostgres, type Postgres } from '../../../test/postgres.ts';
import { batchContract } from '../../../test/batch-contract.ts';
import { libraryContract } from '../../../test/library-contract.ts';
import { listsContract } from '../../../test/lists-contract.ts';
import { queueContract } from '../../../test/queue-contract.ts';
import { standingContract } from '../../../test/standing-contract.ts';
import { statisticsContract } from '../../../test/statistics-contract.ts';
import { quotaContract } from '../../../test/quota-contract.ts';
import { searchContract } from '../../../test/search-contract.ts';
import { storeContract, type Opener } from '../../../test/store-contract.ts';
import { openInline } from './inline.ts';
import { openPostgres, postgresDb, type PgClient } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'sesame-store-'));
  folders.push(made);
  return made;
};
const START = 1_800_000_000_000;

const sqlite: Opener = async options => {
  const dataDir = folder();
  const clock = { now: START };
  const db = openSqlite(join(dataDir, 'sesame.db'));
  const opened = await openInline({ db, reader: db, closeDb: db.close, dataDir, now: () => clock.now, ...options });
  return { ...opened, clock, db };
};

const pglite: Opener = async options => {
  const dataDir = folder();
  const clock = { now: START };
  const lite = await PGlite.create();
  const query: PgClient['query'] = async (text, values) => {
    const answer = await lite.query(text, [...values], { parsers: { 20: Number } });
    return { rows: answer.rows as never, count: answer.affectedRows ?? 0 };
  };
  const db = postgresDb({ query });
  const opened = await openInline({ db, reader: db, closeDb: () => lite.close(), dataDir, now: () => clock.now, ...options });
  return { ...opened, clock, db };
};

let server: Postgres | null = null;
let number = 0;
const postgres: Opener = async options => {
  const dataDir = folder();
  const clock = { now: START };
  server ??= startPostgres();
  const url = server.database(`contract${++number}`);
  const writer = await openPostgres(url, 'writer');
  const reader = await openPostgres(url, 'reader');
  const closeDb = async (): Promise<void> => {
    await writer.close();
    await reader.close();
  };
  const opened = await openInline({ db: writer.db, reader: reader.db, closeDb, dataDir, now: () => clock.now, ...options });
  return { ...opened, clock, db: writer.db };
};

for (const contract of [
  storeContract,
  queueContract,
  libraryContract,
  listsContract,
  standingContract,
  statisticsContract,
  quotaContract,
  searchContract,
  batchContract,
]) {
  contract('sqlite', sqlite);
  contract('pglite', pglite);
  contract('postgresql', postgres, noPostgres());
}

after(() => {
  server?.stop();
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});
