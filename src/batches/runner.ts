// Runs the batches that are due. Every door has a runner; a batch is with one of them at a time. Each step takes some places of the list,
// and what the store keeps of it (marks, position) is enough to go on from after any stop.
import { ApiError } from '../api/errors.ts';
import { listBox, openList } from '../api/lists.ts';
import { errorText } from '../engines/log.ts';
import type { BatchRow } from '../engines/store/control/batches.ts';
import { latestUpTo, nextRun } from '../schedule/cycle.ts';
import * as bounds from './bounds.ts';
import { contentOf, mailTo, type BatchDeps, type Outcome, type Step } from './mails.ts';
import { cycleOf, openSpec } from './spec.ts';

export type BatchRunner = {
  /** One look: runs what is due and no other door runs. For tests; `start` looks again and again. */
  readonly look: () => Promise<void>;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
};

export function newBatchRunner(deps: BatchDeps): BatchRunner {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const isOver = (): boolean => stopped || deps.shared.draining();
  const running = new Set<Promise<void>>();
  const one = async (id: string): Promise<void> => {
    const place = `batch/${id}`;
    if (!deps.shared.enter(place, 1)) return;
    try {
      while (!isOver() && (await step(deps, id)));
    } catch (error) {
      deps.log.error('a batch could not go on', { error: errorText(error) });
      await deps.store.batches.wait({ id, until: deps.clock.now() + bounds.WAIT_MS, why: 'internal' }).catch(() => undefined);
    } finally {
      deps.shared.leave(place);
    }
  };
  const look = async (): Promise<void> => {
    const due = await deps.store.batches.due({ now: deps.clock.now(), limit: bounds.A_LOOK });
    for (const id of isOver() ? [] : due) {
      const run = one(id).finally(() => running.delete(run));
      running.add(run);
    }
  };
  const again = async (): Promise<void> => {
    await look().catch((error: unknown) => deps.log.warn('batches could not be looked at', { error: errorText(error) }));
    if (!isOver()) timer = setTimeout(() => void again(), bounds.LOOK_MS);
  };
  return {
    look: async () => {
      await look();
      await Promise.all(running);
    },
    start: () => void again(),
    stop: async () => {
      stopped = true;
      if (timer) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

/** One step; true = there is more to do at once. */
async function step(deps: BatchDeps, id: string): Promise<boolean> {
  const { store, clock } = deps;
  const batch = await store.batches.get(id);
  if (!batch || batch.nextAt === null || batch.nextAt > clock.now()) return false;
  if (batch.state === 'scheduled') return begin(deps, batch);
  if (batch.state !== 'running') return false;
  const list = await store.lists.get(batch.listId);
  const account = await deps.identify.account(batch.accountId);
  if (!list || !account) return stopped(deps, batch, 'failed', 'not_found');
  if (account.state === 'suspended') return waits(deps, batch, 'account_suspended');
  const rows = await store.lists.recipients({ listId: list.id, after: batch.position, limit: bounds.A_STEP });
  const last = rows.at(-1);
  if (!last) return finish(deps, batch);
  const spec = openSpec(deps.secrets, batch);
  let content: Step['content'];
  try {
    content = await contentOf(deps, batch, spec);
  } catch (error) {
    if (error instanceof ApiError) return stopped(deps, batch, 'paused', error.code);
    throw error;
  }
  const box = listBox(deps.secrets.mac, list.id, openList(deps.secrets, list));
  const done = new Set(await store.batches.marks({ id, run: batch.run }));
  const open = rows.filter(row => !done.has(row.n));
  const work: Step = { batch, spec, content, account };
  const outcomes = await inTurns(
    open,
    row => mailTo(deps, work, row.n, box.open(row)),
    error => {
      deps.log.error('a mail of a batch failed', { accountId: batch.accountId, error: errorText(error) });
      return { kind: 'wait', why: 'internal' };
    },
  );
  for (const { kind, why } of outcomes) if (kind === 'halt') return stopped(deps, batch, 'paused', why);
  for (const one of outcomes) if (one.kind === 'wait') return waiting(deps, batch, one, spec.onQuota);
  const of = (kind: Outcome['kind']): number => outcomes.filter(one => one.kind === kind).length;
  const without = { suppressed: of('suppressed'), invalid: of('invalid'), refused: of('refused') };
  if (!(await store.batches.advance({ id, run: batch.run, from: batch.position, to: last.n, without }))) return false;
  // What the filter refuses for all, it will refuse for the rest: a person must look at it.
  const refused = outcomes.find(one => one.kind === 'refused');
  return refused && without.refused === outcomes.length - without.suppressed - without.invalid && done.size === 0
    ? stopped(deps, batch, 'paused', refused.why)
    : true;
}

/** A few at once; the first that has to wait or halts keeps those behind it from beginning. */
async function inTurns<R>(
  rows: readonly R[],
  work: (row: R) => Promise<Outcome>,
  failed: (error: unknown) => Outcome,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  let held = false;
  const lane = async (): Promise<void> => {
    for (let row = rows[next++]; row !== undefined && !held; row = rows[next++]) {
      const outcome = await work(row).catch(failed);
      if (outcome.kind === 'wait' || outcome.kind === 'halt') held = true;
      outcomes.push(outcome);
    }
  };
  await Promise.all(Array.from({ length: bounds.AT_ONCE }, lane));
  return outcomes;
}

async function begin({ store, clock }: BatchDeps, batch: BatchRow): Promise<boolean> {
  const cycle = cycleOf(batch);
  const plannedAt = cycle ? Math.max(batch.plannedAt, latestUpTo(cycle, cycle.first, clock.now())) : batch.plannedAt;
  return (await store.batches.begin({ id: batch.id, run: batch.run, plannedAt })) !== null;
}

async function finish({ store }: BatchDeps, batch: BatchRow): Promise<boolean> {
  const cycle = cycleOf(batch);
  const next = cycle ? nextRun(cycle, cycle.first, batch.plannedAt, batch.run) : null;
  await store.batches.finish({ id: batch.id, run: batch.run, next });
  return next !== null;
}

/** Over quota: by the second it goes on when the second is over, by the day as the batch asks. */
async function waiting(
  deps: BatchDeps,
  batch: BatchRow,
  { why, budget }: Extract<Outcome, { kind: 'wait' }>,
  onQuota: 'wait' | 'fail',
): Promise<boolean> {
  if ((budget === 'day' || budget === 'domain') && onQuota === 'fail') return stopped(deps, batch, 'failed', why);
  if (budget !== 'second') return waits(deps, batch, why);
  const { endsAt } = deps.shared.peek(`second/${batch.accountId}`, 1_000);
  await new Promise(resolve => setTimeout(resolve, Math.max(10, endsAt - deps.clock.now())));
  return true;
}

async function waits({ store, clock }: BatchDeps, { id }: BatchRow, why: string): Promise<boolean> {
  await store.batches.wait({ id, until: clock.now() + bounds.WAIT_MS, why });
  return false;
}

async function stopped({ store }: BatchDeps, { id }: BatchRow, state: 'paused' | 'failed', why: string): Promise<boolean> {
  await store.batches.stop({ id, state, why });
  return false;
}
