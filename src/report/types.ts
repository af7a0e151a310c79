// What reading returned mail needs of the world.
import type { Store } from '../engines/store/subjects.ts';
import type { Clock, Log, Metrics, Secrets, Shared } from '../engines/types.ts';

/** `n`: the one recipient that the token was made for; null: the mail as a whole. */
export type Token = { readonly emailId: string; readonly n: number | null };

export type ReturnedDeps = {
  readonly store: {
    readonly emails: Pick<Store['emails'], 'get' | 'recipients'>;
    readonly events: Pick<Store['events'], 'add' | 'addOutcomes'>;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly shared: Pick<Shared, 'count'>;
  readonly secrets: Pick<Secrets, 'mac' | 'seal'>;
  /** What the local part of a return path, or the token of a Feedback-ID, names; null when it is not ours. */
  readonly readToken: (text: string) => Token | null;
};
