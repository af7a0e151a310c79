// The writer's heart: everything that arrived while the last commit ran becomes ONE transaction (no timed window). When one of the commands
// fails, all is undone and done again with each under a savepoint of its own, so that it spoils no other. Answers leave only after the commit.
import { newId } from '../ids.ts';
import { destroyed, type Epochs } from '../keys/epochs.ts';
import { newLaneBook } from './lanes.ts';
import { newLeases } from './leases.ts';
import { Undo } from './queue.ts';
import { moveHeld } from './holds.ts';
import { isDiskFull } from './sqlite.ts';
import { newStandingBook } from './standing-book.ts';
import { addCounts, takeBack } from './start.ts';
import { subjects } from './subjects.ts';
import type { SketchBox } from '../../learn/sketches.ts';
import { newTally } from './tally.ts';
import type { NewEvent } from '../../mail.ts';
import type { LaneBook } from './lanes.ts';
import type { Db, WriteContext } from './types.ts';

export type Command = { readonly seq: number; readonly owner: string; readonly call: string; readonly arg: unknown };
export type Done = { readonly seq: number; readonly ok: boolean; readonly value: unknown };

export type Loop = {
  /** Runs the commands in one commit. Rejects only when the store cannot go on (I/O error): nothing of the batch may be acknowledged. */
  readonly run: (commands: readonly Command[]) => Promise<readonly Done[]>;
  /** One step of the epochs' life; true = there is more to do at once. */
  readonly turn: () => Promise<boolean>;
  /** Records what was only gathered: nothing comes after it. */
  readonly end: () => Promise<void>;
  /** Milliseconds to leave to commands before the next step: as long as the last step took, while there are commands and time. */
  readonly rest: () => number;
};

export type LoopParts = {
  readonly db: Db;
  readonly node: string;
  readonly epochs: Epochs;
  readonly now: () => number;
  readonly sketches: SketchBox;
  readonly raiseGeneration: () => void;
  /** True while only results may be written. */
  readonly full: () => boolean;
  /** The disk refused a commit: give the reserve back to it. True = there was a reserve, try once more. */
  readonly makeRoom: () => boolean;
};

/** Commands within this time are somebody who waits. */
const BUSY_MS = 1_000;
/** A key is gone ten minutes after the first final message under it: a minute before, nothing waits any more. */
const HURRY_MS = 9 * 60_000;

type Write = (db: Db, arg: unknown, ctx: WriteContext) => Promise<unknown>;

export const writes = new Map<string, Write>(
  Object.entries(subjects).flatMap(([subject, { writes: calls }]) =>
    Object.entries(calls).map(([name, call]) => [`${subject}.${name}`, call as unknown as Write] as const),
  ),
);

/** Takes back this node's own leases first: the lock on the data directory says that nobody else holds them. */
export async function startLoop(parts: LoopParts): Promise<Loop> {
  const { db, epochs } = parts;
  const lanes = newLaneBook();
  const leases = newLeases(lanes.onUndo);
  const standing = newStandingBook(lanes.onUndo, parts.sketches);
  const tally = newTally(lanes.onUndo);
  let fence = 0;
  let changed = false;
  /** Mail of an account may have to be held or let go. */
  let moves = true;
  let [commandsAt, lastStepMs, hurryAt] = [0, 0, 0];
  const context = (owner: string): WriteContext => ({
    now: parts.now,
    owner,
    lanes,
    leases,
    standing,
    nextFence: () => ++fence,
    full: parts.full,
    wrap: epochs.wrap,
    epochFinal: (db, epoch) => epochs.final(db, epoch, parts.now()),
    event: async (db, event) => {
      await insertEvent(db, event);
      await tally.count(db, event);
    },
    factsChanged: () => {
      changed = true;
      moves = true;
      tally.domainsChanged();
    },
  });

  const transaction = async <T>(work: () => Promise<T>): Promise<T> => {
    await db.run('BEGIN');
    try {
      await epochs.prepare(db, parts.now());
      const value = await work();
      await addCounts(db, lanes.counted());
      await tally.write(db);
      await db.run('COMMIT');
      lanes.done();
      tally.done();
      return value;
    } catch (error) {
      lanes.undo(0);
      tally.done();
      epochs.forget();
      await db.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  };
  const undurable = async <T>(work: () => Promise<T>): Promise<T> => {
    await db.durable(false);
    try {
      return await transaction(work);
    } finally {
      await db.durable(true);
    }
  };
  const once = (commands: readonly Command[], run: typeof together | typeof apart): Promise<readonly Done[]> =>
    transaction(async () => {
      const done = await run(db, commands, context, lanes);
      await standing.settle(db, parts.now(), context(parts.node));
      return done;
    }).catch((error: unknown) => {
      if (!isDiskFull(error) || !parts.makeRoom()) throw error;
      // `full` holds now: accepts answer so, results find the room that the reserve gave back.
      return once(commands, run);
    });
  /** Raises the generation when the facts changed by it. */
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    changed = false;
    const value = await work();
    if (changed) parts.raiseGeneration();
    return value;
  };
  await transaction(() => takeBack(db, parts.node, context(parts.node)));

  return {
    run: async commands => {
      commandsAt = parts.now();
      return told(() =>
        // Nearly always nothing fails, and a savepoint costs a copy of each page that its command writes to.
        once(commands, together).catch((error: unknown) => {
          if (isDiskFull(error) || isIoError(error)) throw error;
          return once(commands, apart);
        }),
      );
    },
    end: () => transaction(() => standing.settle(db, Infinity, context(parts.node))),
    rest: () => (parts.now() - commandsAt < BUSY_MS && parts.now() < hurryAt ? lastStepMs : 0),
    turn: async () => {
      // What a power cut takes of these steps is done again: only the key's end must find them on disk, and its commit puts them there.
      const started = performance.now();
      if (standing.isWaiting(parts.now())) await told(() => undurable(() => standing.settle(db, parts.now(), context(parts.node))));
      if (moves) {
        moves = await undurable(() => moveHeld(db, context(parts.node)));
        if (moves) return true;
      }
      const step = await undurable(() => epochs.step(db, parts.now()));
      lastStepMs = performance.now() - started;
      if (step) hurryAt = step.firstFinalAt + HURRY_MS;
      if (!step?.clear) return step !== null;
      const erase = await transaction(() => epochs.retire(db, step.epoch));
      erase();
      await transaction(() => destroyed(db, parts.now()));
      return true;
    },
  };
}

type Context = (owner: string) => WriteContext;

/** One after the other; throws when one fails. */
async function together(db: Db, commands: readonly Command[], context: Context): Promise<readonly Done[]> {
  const done: Done[] = [];
  for (const { seq, owner, call, arg } of commands) {
    const write = writes.get(call);
    if (!write) throw new Error(`no write is called ${call}`);
    done.push({ seq, ok: true, value: await write(db, arg, context(owner)) });
  }
  return done;
}

/** One after the other; what fails is undone alone. */
async function apart(db: Db, commands: readonly Command[], context: Context, lanes: LaneBook): Promise<readonly Done[]> {
  const done: Done[] = [];
  for (const command of commands) {
    const { seq } = command;
    await db.run('SAVEPOINT command');
    const mark = lanes.mark();
    try {
      done.push(...(await together(db, [command], context)));
    } catch (error) {
      if (isDiskFull(error) || isIoError(error)) throw error;
      await db.run('ROLLBACK TO SAVEPOINT command');
      lanes.undo(mark);
      done.push(error instanceof Undo ? { seq, ok: true, value: error.outcome } : { seq, ok: false, value: text(error) });
    }
    await db.run('RELEASE SAVEPOINT command');
  }
  return done;
}

const SQLITE_IOERR = 10;
function isIoError(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && (code & 0xff) === SQLITE_IOERR;
}

/** An error of ours or the database's, without bound values. */
function text(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : 'unknown';
}

async function insertEvent(db: Db, event: NewEvent): Promise<void> {
  // On PostgreSQL the number is given under a lock that is held until the commit, so that no reader sees a later number first.
  if (db.dialect === 'postgres') await db.get('SELECT pg_advisory_xact_lock(7376712)');
  await db.run('INSERT INTO events (id, at, type, account_id, email_id, recipient, data) VALUES (?, ?, ?, ?, ?, ?, ?)', [
    newId('evt', event.at),
    event.at,
    event.type,
    event.accountId,
    event.emailId,
    event.recipient,
    JSON.stringify(event.data),
  ]);
}
