// What a command is, and the exit codes (docs/operating.md). A command gets its own arguments and gives its exit code back.
export type Command = {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Usage and options, for `--help`. */
  readonly help: string;
  readonly run: (args: readonly string[]) => Promise<number>;
};

export const EXIT = { done: 0, checkFailed: 1, usage: 2, unreachable: 3, refused: 4, bug: 70 } as const;

/** Wrong usage: what is wrong, and where help stands. */
export class Usage extends Error {}

export const out = (text: string): void => void process.stdout.write(`${text}\n`);
export const note = (text: string): void => void process.stderr.write(`${text}\n`);
