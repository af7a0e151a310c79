// A new installation key and sealing root. The new key is durable beside the old one before the database changes, and takes its place after:
// a stop in between leaves a pair that fits (secrets.ts tries both).
import { randomBytes } from 'node:crypto';
import { newSecrets, nextKeyFile, rootsOf, takeNextKey, wrap, writePrivate } from '../engines/keys/secrets.ts';
import type { Db } from '../engines/store/types.ts';
import { SEALED } from './tables.ts';

/** Number of secrets that were sealed again. */
export async function rotate(db: Db, keyFile: string): Promise<number> {
  const old = await rootsOf(db, keyFile);
  const key = randomBytes(32);
  const roots = { seal: randomBytes(32), mac: old.mac };
  writePrivate(nextKeyFile(keyFile), `${key.toString('hex')}\n`);
  const [from, to] = [newSecrets(old), newSecrets(roots)];
  let count = 0;
  await db.run('BEGIN');
  try {
    for (const { table, column, key: names, label } of SEALED) {
      for (const row of await db.all(`SELECT ${[...names, column].join(', ')} FROM ${table} WHERE ${column} IS NOT NULL`)) {
        const sealed = to.seal(label(row), from.open(label(row), row[column] as Uint8Array));
        await db.run(`UPDATE ${table} SET ${column} = ? WHERE ${names.map(name => `${name} = ?`).join(' AND ')}`, [
          sealed,
          ...names.map(name => row[name] ?? null),
        ]);
        count++;
      }
    }
    await db.run("UPDATE installation SET value = ? WHERE name = 'sealing-root'", [wrap(key, 'sealing-root', roots.seal)]);
    await db.run("UPDATE installation SET value = ? WHERE name = 'mac-root'", [wrap(key, 'mac-root', roots.mac)]);
    await db.run('COMMIT');
  } catch (error) {
    await db.run('ROLLBACK');
    throw error;
  }
  takeNextKey(keyFile);
  return count;
}
