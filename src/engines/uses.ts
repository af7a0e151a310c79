// When keys, SMTP logins and sessions were used last: noted at most once a minute of each, whichever door asks, and never waited for.
import { errorText } from './log.ts';
import type { Log, Shared } from './types.ts';

const USE_MS = 60_000;

/** `name` tells what is used apart from everything else; `write` is called for the first use in a minute. */
export type NoteUse = (name: string, write: () => Promise<unknown>) => void;

export function newUses({ shared, log }: { readonly shared: Shared; readonly log: Log }): NoteUse {
  return (name, write) => {
    if (shared.count(`use/${name}`, USE_MS) !== 1) return;
    write().catch((error: unknown) => log.warn('the use of a key, login or session was not noted', { error: errorText(error) }));
  };
}
