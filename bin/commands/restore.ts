// `restore FILE`: puts a backup into the data directory of a stopped server; sending is paused until `resume`.
import { createReadStream, existsSync } from 'node:fs';
import { load } from '../../src/backup/load.ts';
import { listFiles } from '../../src/engines/library/backup-files.ts';
import { installationKey } from '../../src/engines/keys/secrets.ts';
import { EXIT, note, Usage, type Command } from '../command.ts';
import { settings } from '../settings.ts';
import { withStore } from '../store.ts';

export const restore: Command = {
  summary: 'put a backup back (the server must not run)',
  help: 'usage: sesame restore FILE\n\nNeeds the secret.key of the installation that wrote the backup, and changes nothing without it. Newer suppressions and\nsuspensions stay. Sending is paused until `sesame resume`.',
  run: async args => {
    const [file] = args;
    if (!file || args.length > 1) throw new Usage('usage: sesame restore FILE');
    const { secretKeyFile } = settings();
    if (!existsSync(secretKeyFile))
      throw new Usage(`${secretKeyFile} is missing: put the secret.key of the backed-up installation there first`);
    if (!existsSync(file)) throw new Usage(`${file} does not exist`);
    const outcome = await withStore({ lock: true, make: true }, ({ db, config }) =>
      load(db, installationKey(secretKeyFile), () => linesOf(file), listFiles(config.dataDir)),
    );
    if (!outcome.ok) {
      note(`sesame: nothing was changed: ${outcome.why}`);
      return EXIT.refused;
    }
    note(`${outcome.rows} rows restored. Sending is paused: start the server, look around, then \`sesame resume\`.`);
    return EXIT.done;
  },
};

/** Lines of any length, without their ends. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...begun, chunk.subarray(from, end)]).toString('utf8');
      [begun, from] = [[], end + 1];
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString('utf8');
}
