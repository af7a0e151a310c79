// `backup FILE`: accounts, settings, library, counters and sealed secrets; never content, queue, epoch keys or the operator key.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { listFiles } from '../../src/engines/library/backup-files.ts';
import { syncFolder } from '../../src/engines/segments/build.ts';
import { dump } from '../../src/backup/dump.ts';
import { EXIT, note, Usage, type Command } from '../command.ts';
import { withStore } from '../store.ts';

export const backup: Command = {
  summary: 'write a backup (never content)',
  help: 'usage: sesame backup FILE\n\nWrites accounts, keys (as MACs), domains with their sealed DKIM keys, routes, the blocked library with its lists, webhooks, counters and what the filter was taught (sealed).\nContent, the queue, epoch keys and the operator key are not in it. It is worth nothing without secret.key: keep that apart.\nThe server may be running.',
  run: async args => {
    const [file] = args;
    if (!file || args.length > 1) throw new Usage('usage: sesame backup FILE');
    if (existsSync(file)) throw new Usage(`${file} is there already`);
    const rows = await withStore({ lock: false }, ({ db, config }) => write(file, dump(db, Date.now(), listFiles(config.dataDir))));
    note(`${rows} rows in ${file}. Keep secret.key apart from it.`);
    return EXIT.done;
  },
};

/** Whole or not at all, for nobody else to read. The rows in it. */
async function write(file: string, lines: AsyncIterable<string>): Promise<number> {
  const draft = `${file}.new`;
  let last = '';
  const fd = openSync(draft, 'w', 0o600);
  let isDone = false;
  try {
    for await (const line of lines) {
      last = line;
      writeSync(fd, `${line}\n`);
    }
    fsyncSync(fd);
    isDone = true;
  } finally {
    closeSync(fd);
    if (!isDone) rmSync(draft, { force: true });
  }
  renameSync(draft, file);
  syncFolder(dirname(file));
  return (JSON.parse(last) as { readonly rows: number }).rows;
}
