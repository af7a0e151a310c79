// `backup FILE`: accounts, settings, library, counters and sealed secrets; never content, queue, epoch keys or the operator key.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { listFiles } from '../../src/engines/library/backup-files.ts';
import { syncFolder } from '../../src/engines/segments/build.ts';
import { dump } from '../../src/backup/dump.ts';
import { EXIT, note, Usage, type Command } from '../command.ts';
import { withStore } from '../store.ts';

export const backup: Command = {
  summary: 'write a backup (never content)',
  help: 'usage: sesame backup FILE\n\nWrites accounts, keys (as MACs), domains with their sealed DKIM keys, routes, the blocked library with its lists, webhooks, templates and recipient lists (sealed), counters and what the filter was taught (sealed).\nContent, the queue, batches, epoch keys and the operator key are not in it. It is worth nothing without secret.key: keep that apart.\nThe server may be running.',
  run: async args => {
    const [file] = args;
    if (!file || args.length > 1) throw new Usage('usage: sesame backup FILE');
    if (existsSync(file)) throw new Usage(`${file} is there already`);
    const rows = await withStore({ lock: false }, ({ db, config }) => write(file, dump(db, Date.now(), listFiles(config.dataDir))));
    note(`${rows} ${rows === 1 ? 'row' : 'rows'} in ${file}. Keep secret.key apart from it.`);
    return EXIT.done;
  },
};

/** Lines of one write. */
const AT_ONCE = 1_000;

/** Readable by its owner alone, whole and durable when it has its name. The number of rows. */
async function write(file: string, lines: AsyncIterable<string>): Promise<number> {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const fd = openSync(draft, 'w', 0o600);
  const waiting: string[] = [];
  let last = '';
  try {
    for await (const line of lines) {
      if (waiting.length === AT_ONCE) writeFileSync(fd, waiting.splice(0).join(''));
      waiting.push(`${line}\n`);
      last = line;
    }
    writeFileSync(fd, waiting.join(''));
    fsyncSync(fd);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
  syncFolder(dirname(file));
  return (JSON.parse(last) as { rows: number }).rows;
}
