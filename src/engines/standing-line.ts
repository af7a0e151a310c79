// How the threads that see what accounts do tell the writer of it. A refusal for malware or spam is recorded before it is said; what counts little
// by itself goes with others, twice a second.
import type { Store } from './store/subjects.ts';
import type { Told } from './store/types.ts';
import type { Log } from './types.ts';

export type StandingLine = {
  /** Within half a second; what a crash takes of it is not counted against the account. */
  readonly soon: (accountId: string, told: Told) => void;
  /** Recorded, with all that follows from it, when it resolves. A fault of ours is logged: it must not change the answer. */
  readonly now: (accountId: string, told: readonly Told[]) => Promise<void>;
  readonly flush: () => Promise<void>;
};

const FLUSH_MS = 500;
/** Of one account; more in half a second tell nothing new. */
const MOST = 200;

export function newStandingLine({ store, log }: { readonly store: Pick<Store, 'standing'>; readonly log: Log }): StandingLine {
  const waiting = new Map<string, Told[]>();
  let timer: NodeJS.Timeout | null = null;
  const now: StandingLine['now'] = async (accountId, told) => {
    if (told.length === 0) return;
    await store.standing
      .tell({ accountId, told })
      .catch(() => log.error('what happened could not be counted for its account', { accountId, count: told.length }));
  };
  const flush = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const all = [...waiting];
    waiting.clear();
    for (const [accountId, told] of all) await now(accountId, merged(told));
  };
  return {
    soon: (accountId, told) => {
      const own = waiting.get(accountId) ?? [];
      if (own.length < MOST) own.push(told);
      waiting.set(accountId, own);
      timer ??= setTimeout(() => void flush(), FLUSH_MS);
    },
    now,
    flush,
  };
}

/** Kept-back recipients are one event. */
function merged(told: readonly Told[]): readonly Told[] {
  const blocked = told.filter(one => one.kind === 'blocked');
  const others = told.filter(one => one.kind !== 'blocked');
  const recipients = blocked.reduce((sum, one) => sum + one.recipients, 0);
  return recipients === 0 ? others : [...others, { kind: 'blocked', recipients, emailId: null }];
}
