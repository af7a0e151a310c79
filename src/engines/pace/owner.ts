// The owner of all paces, on the main thread: learns from what the doors tell, publishes limits to their shared memory, and writes down what was
// learned, so that a restart neither forgets what a provider took nor gives a day's cap twice.
import { limits, learn } from '../../shaping/learner.ts';
import { paceOf, repaid } from '../../shaping/gate.ts';
import { newRulesOf } from '../../shaping/providers.ts';
import type { RuleBook, Rules } from '../../shaping/rules.ts';
import { dayOf, newPace, readPace, type PaceEvent, type PaceState } from '../../shaping/state.ts';
import { errorText } from '../log.ts';
import type { ThreadMetrics } from '../metrics.ts';
import type { PaceRow } from '../store/control/paces.ts';
import type { Clock, Log } from '../types.ts';
import { FORGET_MS, KEEP_MS, MAX_PAIRS, ROWS, TRIES } from './bounds.ts';
import { keyOf, openCells, type Cell } from './cells.ts';
import type { Pair, PaceTold } from './pace.ts';

/** The part of the store that is needed. */
export type PaceStore = {
  readonly all: () => Promise<readonly PaceRow[]>;
  readonly keep: (rows: readonly PaceRow[]) => Promise<void>;
  readonly forget: (before: number) => Promise<number>;
};
export type OwnerDeps = {
  readonly store: PaceStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ThreadMetrics;
  readonly book: RuleBook;
  readonly memory: SharedArrayBuffer;
};
export type PaceOwner = {
  readonly hear: (told: readonly PaceTold[]) => void;
  /** Writes down what changed; runs by itself every KEEP_MS. */
  readonly keep: () => Promise<void>;
  /** The last time. */
  readonly stop: () => Promise<void>;
};

/** `dirty`: not written since it changed. */
type Kept = Pair & { state: PaceState; dirty: boolean };

/** Reads what was learned before and publishes it: to be awaited before a door opens. */
export async function startPaceOwner(deps: OwnerDeps): Promise<PaceOwner> {
  const { store, clock, log, book } = deps;
  const cells = openCells(deps.memory);
  const rulesOf = newRulesOf(book);
  /** Metrics have few labels: sites without rules are not among them. */
  const known = new Set(book.providers.map(one => one.key));
  /** Least recently used first: Map keeps the order of insertion. */
  const pairs = new Map<string, Kept>();

  const cellOf = ({ ip, provider }: Pair, state: PaceState): Cell =>
    cells.of(keyOf(ip, provider), clock.now(), () => limits(rulesOf(provider), state, clock.now()));
  const use = (pair: Pair): Kept => {
    const key = keyOf(pair.ip, pair.provider);
    const kept = pairs.get(key) ?? {
      ip: pair.ip,
      provider: pair.provider,
      state: newPace(rulesOf(pair.provider), clock.now()),
      dirty: false,
    };
    pairs.delete(key);
    pairs.set(key, kept);
    const oldest = pairs.size > MAX_PAIRS ? pairs.keys().next().value : undefined;
    if (oldest !== undefined) pairs.delete(oldest);
    return kept;
  };
  const learned = (kept: Kept, events: readonly PaceEvent[]): void => {
    const rules = rulesOf(kept.provider);
    for (const event of events) kept.state = learn(rules, kept.state, event, clock.now());
    kept.dirty = true;
    publish(cellOf(kept, kept.state), rules, kept.state, clock.now());
    const { ip, provider, state } = kept;
    if (known.has(provider)) deps.metrics.set('sesame_pace_limit', state.rate ?? -1, { ip: ip ?? 'system', provider });
  };

  for (const row of await store.all()) {
    const state = readPace(rulesOf(row.provider), row.state, clock.now());
    if (!state) {
      log.error('a pace cannot be read and begins anew', { site: row.provider });
      continue;
    }
    const kept = use({ ip: row.ip, provider: row.provider });
    kept.state = state;
    const cell = cellOf(kept, state);
    publish(cell, rulesOf(row.provider), state, clock.now());
    cell.setDay(cell.day(), { number: row.day, used: row.used });
  }

  const keep = async (): Promise<void> => {
    const rows: PaceRow[] = [];
    for (const kept of pairs.values()) {
      const rules = rulesOf(kept.provider);
      // A new day has other caps, also for who sends nothing now.
      if (dayOf(rules, clock.now()) > kept.state.day.number) learned(kept, [{ kind: 'tick' }]);
      if (!kept.dirty) continue;
      kept.dirty = false;
      const cell = cellOf(kept, kept.state);
      if (!worthKeeping(known, kept, cell.warming())) continue;
      const { number, used } = cell.day();
      rows.push({ ip: kept.ip, provider: kept.provider, day: number, used, state: JSON.stringify(kept.state), updatedAt: clock.now() });
    }
    for (let at = 0; at < rows.length; at += ROWS) await store.keep(rows.slice(at, at + ROWS));
  };
  const kept = (): Promise<void> =>
    keep().catch((error: unknown) => log.error('what paces learned was not written down', { error: errorText(error) }));
  await store.forget(clock.now() - FORGET_MS);
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void (running = running.then(kept)), KEEP_MS);
  return {
    hear: told => {
      for (const one of told) learned(use(one), one.events);
    },
    keep,
    stop: async () => {
      clearInterval(timer);
      await running;
      await kept();
    },
  };
}

function publish(cell: Cell, rules: Rules, state: PaceState, now: number): void {
  const warming = cell.warming();
  const before = paceOf(cell.limits(), warming);
  const next = limits(rules, state, now);
  cell.publish(next);
  for (let tries = 0; tries < TRIES; tries++) {
    const paid = cell.paidUntil();
    if (cell.setPaidUntil(paid, repaid(before, paceOf(next, warming), paid, now))) return;
  }
}

/** A site of which nothing was learned, for an address that is not warming, begins anew as well as it was. */
function worthKeeping(known: ReadonlySet<string>, { provider, state }: Kept, warming: boolean): boolean {
  return warming || state.steps.length > 0 || known.has(provider);
}
