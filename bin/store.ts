// The database for commands that work beside or instead of the server.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lockDirectory } from '../src/engines/lock.ts';
import { openDatabase, type DatabaseAt } from '../src/engines/store/open.ts';
import type { Db } from '../src/engines/store/types.ts';
import type { Config } from '../src/config.ts';
import { Usage } from './command.ts';
import { settings } from './settings.ts';

/** `lock`: the server must not run meanwhile. */
export async function withStore<T>(
  how: { readonly lock: boolean; readonly make?: boolean; readonly readOnly?: boolean },
  work: (parts: { readonly db: Db; readonly config: Config }) => Promise<T>,
): Promise<T> {
  const config = settings();
  const at: DatabaseAt = config.databaseUrl
    ? { kind: 'postgres', url: config.databaseUrl }
    : { kind: 'sqlite', file: join(config.dataDir, 'sesame.db') };
  if (at.kind === 'sqlite' && !existsSync(at.file) && !how.make) throw new Usage(`there is no database at ${at.file}: set SESAME_DATA_DIR`);
  const lock = how.lock ? lockDirectory(config.dataDir) : null;
  if (typeof lock === 'string') throw new Usage(`stop the server first: ${config.dataDir} is in use by ${lock}`);
  const { db, close } = await openDatabase(at, how.readOnly ?? false);
  try {
    return await work({ db, config });
  } finally {
    await close();
    lock?.release();
  }
}
