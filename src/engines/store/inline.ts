// The store in one thread: for tests, the command line and restore. The same loop as the writer thread's, without ports.
import { join } from 'node:path';
import { EPOCH_TIMES, startEpochs, type EpochTimes } from '../keys/epochs.ts';
import { openKeyFile } from '../keys/keyfile.ts';
import { newRing } from '../keys/ring.ts';
import { installationKey, newSecrets, openRoots } from '../keys/secrets.ts';
import { newVault } from '../keys/vault.ts';
import { newSketchBox } from '../../learn/sketches.ts';
import type { Secrets, Vault } from '../types.ts';
import { openClient } from './client.ts';
import { startLoop, type Command, type Done, type Loop } from './loop.ts';
import { migrate } from './migrate.ts';
import type { Store } from './subjects.ts';
import type { Db } from './types.ts';

export type InlineStore = {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly vault: Vault;
  readonly loop: Loop;
  readonly alarms: readonly string[];
  readonly close: () => Promise<void>;
};

/** Opens everything in `dataDir` over the connection given. */
export async function openInline(parts: {
  readonly db: Db;
  readonly reader: Db;
  readonly closeDb: () => void | Promise<void>;
  readonly dataDir: string;
  readonly now?: () => number;
  readonly times?: EpochTimes;
  readonly full?: () => boolean;
  readonly node?: string;
}): Promise<InlineStore> {
  const now = parts.now ?? Date.now;
  const node = parts.node ?? 'inline';
  await migrate(parts.db);
  const secrets = newSecrets(await openRoots(parts.db, installationKey(join(parts.dataDir, 'secret.key'))));
  const keyFile = openKeyFile(join(parts.dataDir, 'epochs.keys'));
  const ring = newRing();
  const alarms: string[] = [];
  const epochs = await startEpochs(parts.db, keyFile, ring, now(), parts.times ?? EPOCH_TIMES, (epoch, rows) =>
    alarms.push(`${epoch}: ${rows}`),
  );
  const loop = await startLoop({
    db: parts.db,
    node,
    epochs,
    now,
    sketches: newSketchBox(secrets),
    raiseGeneration: () => undefined,
    full: parts.full ?? (() => false),
    makeRoom: () => false,
  });
  let take: (done: readonly Done[]) => void = () => undefined;
  let last: Promise<void> = Promise.resolve();
  let isOpen = true;
  const send = (commands: readonly Command[]): void => {
    if (!isOpen) return;
    last = last.then(async () => {
      take(await loop.run(commands));
    });
  };
  const store = openClient({
    reader: parts.reader,
    owner: `${node}/0`,
    line: { send, onDone: taker => (take = taker), close: () => undefined },
    closeReader: () => undefined,
  });
  const close = async (): Promise<void> => {
    // What is not waited for (the use of a key) may still come while the last runs: from here on nothing does.
    isOpen = false;
    await last.catch(() => undefined);
    await loop.end().catch(() => undefined);
    await store.close();
    await parts.closeDb();
    keyFile.close();
  };
  return { store, secrets, vault: newVault(ring), loop, alarms, close };
}
