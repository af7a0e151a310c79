// `secret rotate`: a new installation key and a new sealing root; every sealed secret is sealed again. MACs stay: no key or password changes.
import { rotate } from '../../src/backup/rotate.ts';
import { EXIT, note, Usage, type Command } from '../command.ts';
import { withStore } from '../store.ts';

export const secret: Command = {
  summary: 'rotate the installation key',
  help: 'usage: sesame secret rotate\n\nThe server must not run. API keys, passwords and links stay valid. Older backups need the older secret.key: keep it as long as them.',
  run: async args => {
    if (args[0] !== 'rotate' || args.length > 1) throw new Usage('usage: sesame secret rotate');
    const count = await withStore({ lock: true }, ({ db, config }) => rotate(db, config.secretKeyFile));
    note(`A new installation key is in place; ${count} secrets were sealed again.`);
    return EXIT.done;
  },
};
