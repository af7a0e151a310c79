// Events as they are committed, handed to many listeners from one read of the store: a door with no listener reads nothing, one with many
// reads no more often than one with a single listener. Nobody misses an event: who joins is shown what came meanwhile.
import { errorText } from '../../engines/log.ts';
import type { StoredEvent } from '../../engines/store/control/events.ts';
import type { ApiDeps } from '../types.ts';

/** A change is seen within a second on the slowest way: commit, this read, the browser. */
const READ_MS = 400;
const PAGE = 500;
/** Pages in one turn; what is more is told as lost, so that a flood of mail does not become one of the console. */
const PAGES = 4;

export type Listener = {
  /** null: all accounts. */
  readonly accountId: string | null;
  /** In order; `upTo`: everything up to there was shown to this listener. */
  readonly take: (events: readonly StoredEvent[], upTo: number) => void;
  /** There were too many; what comes next begins behind them. */
  readonly lost: (upTo: number) => void;
  /** Asked in every turn, also when nothing happened. */
  readonly turn: () => void;
  /** The store did not answer: it hears nothing more. */
  readonly failed: () => void;
};

export type Live = {
  /** Events behind `after` (null: from now on) until the returned function is called. */
  readonly join: (listener: Listener, after: number | null) => () => void;
};

export function newLive({ store, log }: Pick<ApiDeps, 'store' | 'log'>): Live {
  const listeners = new Set<Member>();
  let position = 0;
  /** Settled when `position` counts; null: nobody listens. */
  let begun: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (listeners.size > 0) {
      await new Promise(resolve => setTimeout(resolve, READ_MS));
      await read().catch(failed);
      for (const { listener } of listeners) listener.turn();
    }
    begun = null;
  };
  const begin = async (): Promise<void> => {
    try {
      position = await store.events.last();
    } catch (error) {
      begun = null;
      throw error;
    }
    void run();
  };
  const failed = (error: unknown): void => log.warn('live events could not be read', { error: errorText(error) });

  const read = async (): Promise<void> => {
    for (let pages = 0; pages < PAGES; pages++) {
      const events = await store.events.after({ accountId: null, seq: position, limit: PAGE });
      position = events.at(-1)?.seq ?? position;
      for (const member of listeners) give(member, events, position);
      if (events.length < PAGE) return;
    }
    position = await store.events.last();
    for (const member of listeners) lose(member, position);
  };
  /** Listeners that still read what was before them get the new ones behind that. */
  const give = (member: Member, events: readonly StoredEvent[], upTo: number): void => {
    if (member.waiting) member.waiting.push(...events);
    else show(member, events, upTo);
  };
  const lose = (member: Member, upTo: number): void => {
    member.waiting = null;
    member.seq = upTo;
    member.listener.lost(upTo);
  };

  /** Reads from where the listener was to where all are. What is committed meanwhile waits in `waiting`: it is shown once, behind it. */
  const catchUp = async (member: Member): Promise<void> => {
    if (member.seq === null) {
      member.seq = position;
    } else if (member.seq > position && member.seq > (await store.events.last())) {
      // A cursor of another time, before a restore.
      return lose(member, position);
    } else {
      const until = position;
      for (let pages = 0; member.seq < until && listeners.has(member); pages++) {
        if (pages === PAGES) return lose(member, position);
        const { accountId } = member.listener;
        const events: readonly StoredEvent[] = await store.events.after({ accountId, seq: member.seq, limit: PAGE });
        show(member, events, events.length < PAGE ? Math.max(until, events.at(-1)?.seq ?? 0) : (events.at(-1)?.seq ?? until));
      }
    }
    const waited = member.waiting ?? [];
    member.waiting = null;
    show(member, waited, Math.max(position, member.seq));
  };

  return {
    join: (listener, after) => {
      const member: Member = { listener, seq: after, waiting: [] };
      listeners.add(member);
      begun ??= begin();
      begun
        .then(() => catchUp(member))
        .catch((error: unknown) => {
          failed(error);
          listeners.delete(member);
          listener.failed();
        });
      return () => void listeners.delete(member);
    },
  };
}

type Member = {
  readonly listener: Listener;
  /** Shown up to there; null: begins where the others are. */
  seq: number | null;
  /** What came while it catches up; null: it has. */
  waiting: StoredEvent[] | null;
};

function show(member: Member, events: readonly StoredEvent[], upTo: number): void {
  const { accountId, take } = member.listener;
  const from = member.seq ?? 0;
  member.seq = Math.max(from, upTo);
  take(
    events.filter(one => one.seq > from && (accountId === null || one.accountId === accountId)),
    member.seq,
  );
}
