// `backup FILE`: accounts, settings, library, counters and sealed secrets; never content, queue, epoch keys or the operator key.
import { existsSync } from 'node:fs';
import { writePrivate } from '../../src/engines/keys/secrets.ts';
import { dump } from '../../src/backup/dump.ts';
import { EXIT, note, Usage, type Command } from '../command.ts';
import { withStore } from '../store.ts';

export const backup: Command = {
  summary: 'write a backup (never content)',
  help: 'usage: sesame backup FILE\n\nWrites accounts, keys (as MACs), domains with their sealed DKIM keys, routes, the blocked library, webhooks, counters and what the filter was taught (sealed).\nContent, the queue, epoch keys and the operator key are not in it. It is worth nothing without secret.key: keep that apart.\nThe server may be running.',
  run: async args => {
    const [file] = args;
    if (!file || args.length > 1) throw new Usage('usage: sesame backup FILE');
    if (existsSync(file)) throw new Usage(`${file} is there already`);
    const { text, rows } = await withStore({ lock: false }, ({ db }) => dump(db, Date.now()));
    writePrivate(file, text);
    note(`${rows} rows in ${file}. Keep secret.key apart from it.`);
    return EXIT.done;
  },
};
