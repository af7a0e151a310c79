// `resume`: sending goes on after a restore.
import { EXIT, note, type Command } from '../command.ts';
import { withStore } from '../store.ts';

export const resume: Command = {
  summary: 'go on sending after a restore',
  help: 'usage: sesame resume\n\nAfter `restore` nothing is delivered until this is said. The server may be running.',
  run: async () => {
    await withStore({ lock: false }, async ({ db }) => {
      await db.run("DELETE FROM installation WHERE name = 'paused'");
    });
    note('Sending goes on.');
    return EXIT.done;
  },
};
