// What the one writer knows of the queue beside the tables: how wide each lane is just now, which lanes rest, whose turn it is. All of
// it can be lost: a start begins with lanes of medium width and looks at each account once. What a transaction changed here is undone
// with it.
import * as bounds from './bounds.ts';

/** How a job ended for its lane: the site took or refused the mail, did not answer, or said nothing about itself. */
export type Outcome = 'answered' | 'silent' | 'neither';

export type LaneBook = {
  /** Jobs that may begin in the lane now; 0 while it is full or rests. */
  readonly room: (lane: string, now: number) => number;
  readonly enter: (lane: string) => void;
  /** A job of the lane is over. An answer makes the lane wider by one, silence halves it; returns until when it rests now, or 0. */
  readonly leave: (lane: string, outcome: Outcome, now: number) => number;
  /** Nothing of the lane begins before `until` (epoch ms, at most PAUSE_MOST_MS ahead); then it starts narrow. */
  readonly pause: (lane: string, until: number, now: number) => void;
  /** Mail of one account in the lane waits (its pace, its sending IPs); that of the others does not, but the lane is narrow for a moment. */
  readonly pauseAccount: (lane: string, account: string, until: number, now: number) => void;
  /** Until when the lane rests, for all or for the account; 0 = it does not. */
  readonly pausedUntil: (lane: string, account: string, now: number) => number;

  /** The account has mail of that priority due then. */
  readonly wake: (priority: number, account: string, dueAt: number) => void;
  readonly isDue: (priority: number, account: string, now: number) => boolean;
  /** Accounts whose turn it is, least recently served first. */
  readonly due: (priority: number, now: number, most: number) => readonly string[];
  /** Gives the account its quantum; what it may have served now, 0 or less while it is in debt. */
  readonly grant: (priority: number, account: string) => number;
  /** `nextDue` null: nothing of it waits. */
  readonly served: (priority: number, account: string, cost: number, nextDue: number | null, now: number) => void;
  /** Places of `room` that are kept for bulk mail; what it did not take it has next time. */
  readonly bulkShare: (room: number) => number;
  readonly bulkTook: (places: number) => void;

  /** Recipients that wait in a state, changed by this transaction. */
  readonly count: (state: string, change: number) => void;
  readonly counted: () => ReadonlyMap<string, number>;
  /** What takes a change beside this book back when the transaction is undone. */
  readonly onUndo: (back: () => void) => void;
  /** A point to which `undo` goes back; 0 = the start of the transaction. */
  readonly mark: () => number;
  readonly undo: (mark: number) => void;
  /** The transaction is committed. */
  readonly done: () => void;
};

type Lane = { busy: number; width: number; silent: number };
type Account = { dueAt: number; credit: number };

/** `chance` gives 0..1: rests differ, so that lanes which fell silent together do not come back together. */
export function newLaneBook(chance: () => number = Math.random): LaneBook {
  const lanes = new Map<string, Lane>();
  const pauses = new Map<string, number>();
  const accounts: readonly Map<string, Account>[] = [new Map(), new Map(), new Map()];
  const counts = new Map<string, number>();
  let bulk = 0;
  let journal: (() => void)[] = [];

  const laneOf = (name: string): Lane => {
    const kept = lanes.get(name);
    if (kept) {
      lanes.delete(name);
      lanes.set(name, kept);
      return kept;
    }
    const made: Lane = { busy: 0, width: bounds.LANE_START, silent: 0 };
    lanes.set(name, made);
    if (lanes.size > bounds.LANES_KEPT) forgetIdle(lanes);
    return made;
  };
  const of = (priority: number): Map<string, Account> => accounts[priority] as Map<string, Account>;
  const until = (name: string, now: number): number => {
    const at = pauses.get(name);
    if (at === undefined) return 0;
    if (at > now) return at;
    pauses.delete(name);
    return 0;
  };
  const rest = (name: string, at: number): void => {
    pauses.delete(name);
    pauses.set(name, at);
    const oldest = pauses.size > bounds.PAUSES_KEPT ? pauses.keys().next().value : undefined;
    if (oldest !== undefined) pauses.delete(oldest);
  };
  const count = (state: string, change: number): void => {
    counts.set(state, (counts.get(state) ?? 0) + change);
    journal.push(() => counts.set(state, (counts.get(state) ?? 0) - change));
  };

  return {
    room: (name, now) => {
      if (until(name, now) > 0) return 0;
      const lane = lanes.get(name);
      return lane ? Math.max(0, lane.width - lane.busy) : bounds.LANE_START;
    },
    enter: name => {
      laneOf(name).busy++;
      journal.push(() => laneOf(name).busy--);
    },
    leave: (name, outcome, now) => {
      const lane = laneOf(name);
      if (lane.busy > 0) {
        lane.busy--;
        journal.push(() => laneOf(name).busy++);
      }
      if (outcome === 'neither') return 0;
      if (outcome === 'answered') {
        lane.width = Math.min(bounds.LANE_MOST, lane.width + 1);
        lane.silent = 0;
        return 0;
      }
      // Jobs that were on their way when the lane began to rest say nothing new.
      if (until(name, now) > 0) return 0;
      lane.width = Math.max(bounds.LANE_FLOOR, lane.width >> 1);
      lane.silent++;
      if (lane.silent < bounds.DEAD_AFTER) return 0;
      const step = Math.min(bounds.REST_MOST_MS, bounds.REST_FIRST_MS * 2 ** (lane.silent - bounds.DEAD_AFTER));
      const at = Math.round(now + step * (0.75 + 0.25 * chance()));
      lane.width = bounds.LANE_FLOOR;
      rest(name, at);
      return at;
    },
    pause: (name, at, now) => {
      laneOf(name).width = bounds.LANE_FLOOR;
      rest(name, Math.min(at, now + bounds.PAUSE_MOST_MS));
    },
    pauseAccount: (lane, account, at, now) => {
      laneOf(lane).width = bounds.LANE_FLOOR;
      rest(pauseName(lane, account), Math.min(at, now + bounds.PAUSE_MOST_MS));
    },
    pausedUntil: (lane, account, now) => Math.max(until(lane, now), until(pauseName(lane, account), now)),

    wake: (priority, account, dueAt) => {
      const kept = of(priority).get(account);
      if (!kept) of(priority).set(account, { dueAt, credit: 0 });
      else if (dueAt < kept.dueAt) kept.dueAt = dueAt;
    },
    isDue: (priority, account, now) => (of(priority).get(account)?.dueAt ?? Infinity) <= now,
    due: (priority, now, most) => {
      const found: string[] = [];
      for (const [account, { dueAt }] of of(priority)) {
        if (dueAt <= now) found.push(account);
        if (found.length >= most) break;
      }
      return found;
    },
    grant: (priority, account) => {
      const kept = of(priority).get(account);
      return kept ? (kept.credit += bounds.QUANTUM) : 0;
    },
    served: (priority, account, cost, nextDue, now) => {
      const ring = of(priority);
      const before = ring.get(account);
      if (!before) return;
      const { dueAt } = before;
      // Undone or not, it is due no later than it was.
      journal.push(() => ring.set(account, { dueAt, credit: ring.get(account)?.credit ?? 0 }));
      ring.delete(account);
      if (nextDue === null) return;
      const credit = Math.min(bounds.QUANTUM, before.credit - cost);
      // Credit is not saved up while there is nothing to spend it on.
      ring.set(account, { dueAt: nextDue, credit: nextDue > now ? Math.min(0, credit) : credit });
    },
    bulkShare: room => {
      bulk = Math.min(room, bulk + room / bounds.BULK_ONE_IN);
      return Math.floor(bulk);
    },
    bulkTook: places => {
      bulk = Math.max(0, bulk - places);
    },

    count,
    counted: () => counts,
    onUndo: back => void journal.push(back),
    mark: () => journal.length,
    undo: mark => {
      for (const back of journal.splice(mark).toReversed()) back();
    },
    done: () => {
      journal = [];
      counts.clear();
    },
  };
}

/** Under which a pause of one account's mail in a lane is kept; lanes have no blanks. */
export const pauseName = (lane: string, account: string): string => `${lane} ${account}`;

/** Makes room by forgetting a tenth, the longest unused first; lanes with jobs stay. */
function forgetIdle(lanes: Map<string, Lane>): void {
  let left = bounds.LANES_KEPT / 10;
  for (const [name, lane] of lanes) {
    if (lane.busy > 0) continue;
    lanes.delete(name);
    if (--left <= 0) return;
  }
}
