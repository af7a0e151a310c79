// `operator-key rotate`: a new operator key takes the place of the one in DATA_DIR/operator.key, through the running server.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writePrivate } from '../../src/engines/keys/secrets.ts';
import { call, show } from '../client.ts';
import { EXIT, note, Usage, type Command } from '../command.ts';
import { dataDir } from '../settings.ts';

export const operatorKey: Command = {
  summary: 'rotate the operator key',
  help: 'usage: sesame operator-key rotate\n\nMakes a new operator key, writes it to DATA_DIR/operator.key and revokes the old one, which must be the key in use.',
  run: async args => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    if (positionals[0] !== 'rotate') throw new Usage('usage: sesame operator-key rotate');
    if (process.env['SESAME_OPERATOR_KEY']) throw new Usage('SESAME_OPERATOR_KEY sets the key: change it there');
    const file = join(dataDir(), 'operator.key');
    const before = await call({ method: 'GET', path: '/v1/keys' });
    if (!before || before.status >= 400) return show(before, false);
    const old = (before.body as { data: readonly { id: string; name: string }[] }).data.filter(key => key.name === 'operator');
    const made = await call({ method: 'POST', path: '/v1/keys', body: { name: 'operator' } });
    if (!made || made.status >= 400) return show(made, false);
    writePrivate(file, `${(made.body as { key: string }).key}\n`);
    process.env['SESAME_API_KEY'] = readFileSync(file, 'utf8').trim();
    for (const { id } of old) {
      const gone = await call({ method: 'DELETE', path: `/v1/keys/${id}` });
      if (!gone || gone.status >= 400) return show(gone, false);
    }
    note(`The new operator key is in ${file}. The old one is revoked.`);
    return EXIT.done;
  },
};
