// Finds the command and runs it. Misspelt commands are answered with a suggestion, never run.
import { Usage, EXIT, note, out, type Command } from './command.ts';
import { backup } from './commands/backup.ts';
import { doctor } from './commands/doctor.ts';
import { hashes } from './commands/hashes.ts';
import { operatorKey } from './commands/operator-key.ts';
import { collections } from './commands/collections.ts';
import { restore } from './commands/restore.ts';
import { resume } from './commands/resume.ts';
import { scan } from './commands/scan.ts';
import { score } from './commands/score.ts';
import { secret } from './commands/secret.ts';
import { send } from './commands/send.ts';
import { serve } from './commands/serve.ts';
import { train } from './commands/train.ts';

const commands: Readonly<Record<string, Command>> = {
  serve,
  send,
  scan,
  score,
  train,
  hashes,
  doctor,
  ...collections,
  'operator-key': operatorKey,
  secret,
  backup,
  restore,
  resume,
};

// Whoever reads our output may have read enough: `sesame scan | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.bug));

const [name = '--help', ...args] = process.argv.slice(2);
process.exitCode = await main().catch(failed);

async function main(): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    const target = args[0] === undefined ? undefined : commands[args[0]];
    out(target ? target.help : overview());
    return EXIT.done;
  }
  const command = commands[name];
  if (!command) {
    const near = Object.keys(commands).find(one => distance(one, name) <= 2);
    throw new Usage(`there is no command ${JSON.stringify(name)}${near ? `: did you mean "${near}"?` : ''} See sesame --help`);
  }
  if (args.includes('--help') || args.includes('-h')) {
    out(command.help);
    return EXIT.done;
  }
  return command.run(args);
}

function failed(error: unknown): number {
  const wrongUsage = error instanceof Usage || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (wrongUsage) {
    note(`sesame: ${(error as Error).message}`);
    return EXIT.usage;
  }
  note(`sesame: an error of ours: ${error instanceof Error ? error.stack : String(error)}`);
  return EXIT.bug;
}

function overview(): string {
  const lines = Object.entries(commands).map(([word, { summary }]) => `  ${word.padEnd(14)}${summary}`);
  return `Sesame, a Simple Email Service of your own.\n\nusage: sesame COMMAND [--help]\n\n${lines.join('\n')}\n\nThe server is found by SESAME_URL [http://127.0.0.1:8025], the key by SESAME_API_KEY, SESAME_API_KEY_FILE or DATA_DIR/operator.key.`;
}

/** Levenshtein, for two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
