// Events to the webhooks of accounts and operator: at least once, those of one mail in order, each hook on its own. Anything but 2xx in 15
// seconds is tried again with backoff, for 24 hours; then the hook is switched off where it stands, and says so by an event. 410 does at once.
import type { StoredEvent } from '../engines/store/control/events.ts';
import type { Progress, Webhook } from '../engines/store/control/webhooks.ts';
import type { Engines } from '../engines/open.ts';
import { errorText } from '../engines/log.ts';
import { postEvent, type Posted, type PostDeps } from './event-posts.ts';

/** Events of a round, and posts of it at a time: mails are independent of each other. */
const A_ROUND = 50;
const AT_ONCE = 4;
/** No post of a round begins later: how far it is gets written down, and slow hooks give way. */
const ROUND_MS = 5_000;
/** Hooks that are posted to at a time; of them those that failed the last time, so that dead ones never take the places of the others. */
const ROUNDS = 64;
const FAILING_ROUNDS = 16;
const HOOKS = 1_000;
const GIVE_UP_MS = 24 * 3_600_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 3_600_000;
/** Events that are nothing to a hook are passed over in memory, and written down when there are many: else each event of one account would
 * be a commit for each hook of all others. */
const PASS_OVER = 1_000;
/** Posts that run when the server stops may end. */
const STOP_MS = 3_000;

type Deps = PostDeps & Pick<Engines, 'metrics' | 'log'>;
/** A round, and what ends it early. */
type Round = { readonly hook: Webhook; readonly last: number; readonly isOver: () => boolean };
/** What a hook did beyond its position: numbers of events that were taken out of turn, or how far there was nothing for it. */
type Ahead = { readonly position: number; readonly taken: ReadonlySet<number>; readonly passed: number };

export type EventWebhooks = {
  /** Starts a round for each hook that has something to tell and is not at it; does not wait for their ends. */
  readonly post: () => Promise<void>;
  /** Waits for the ends of the rounds that run. */
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export function newEventWebhooks(deps: Deps): EventWebhooks {
  const { store, clock, log } = deps;
  const running = new Map<string, { readonly failing: boolean; readonly ended: Promise<void> }>();
  const ahead = new Map<string, Ahead>();
  let stopped = false;
  const start = (hook: Webhook, last: number): void => {
    const until = clock.monotonic() + ROUND_MS;
    const ended = round(deps, { hook, last, isOver: () => stopped || clock.monotonic() >= until }, ahead)
      .catch((error: unknown) => log.warn('events could not be posted', { error: errorText(error) }))
      .finally(() => running.delete(hook.id));
    running.set(hook.id, { failing: hook.failures > 0, ended });
  };
  const idle = async (): Promise<void> => void (await Promise.all([...running.values()].map(one => one.ended)));
  return {
    idle,
    post: async () => {
      const last = await store.events.last();
      const hooks = await all(deps);
      for (const id of ahead.keys()) if (!hooks.some(one => one.id === id)) ahead.delete(id);
      const now = clock.now();
      const due = hooks.filter(hook => hook.state === 'active' && (hook.nextAt ?? 0) <= now && doneBy(hook, ahead) < last);
      // Who was answered longest ago comes first, so that none waits for the same others again and again.
      for (const hook of due.toSorted((a, b) => (a.last?.at ?? 0) - (b.last?.at ?? 0))) {
        const failing = [...running.values()].filter(one => one.failing).length;
        if (stopped || running.size >= ROUNDS) return;
        if (!running.has(hook.id) && (hook.failures === 0 || failing < FAILING_ROUNDS)) start(hook, last);
      }
    },
    stop: async () => {
      stopped = true;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>(resolve => {
        timer = setTimeout(resolve, STOP_MS);
      });
      await Promise.race([idle(), late]);
      clearTimeout(timer);
    },
  };
}

async function all({ store }: Deps): Promise<readonly Webhook[]> {
  const found: Webhook[] = [];
  for (;;) {
    const page = await store.webhooks.list({ accountId: null, after: found.at(-1)?.id ?? '', limit: HOOKS });
    found.push(...page);
    if (page.length < HOOKS) return found;
  }
}

/** What was done ahead counts only while the hook stands where it stood: a replay starts anew. */
function aheadOf(hook: Webhook, ahead: ReadonlyMap<string, Ahead>): Ahead {
  const there = ahead.get(hook.id);
  return there?.position === hook.position ? there : { position: hook.position, taken: new Set(), passed: hook.position };
}
const doneBy = (hook: Webhook, ahead: ReadonlyMap<string, Ahead>): number => aheadOf(hook, ahead).passed;

/** One window of events; `last`: the newest event when the round began, so that what is passed over was there to be seen. */
async function round(deps: Deps, { hook, last, isOver }: Round, ahead: Map<string, Ahead>): Promise<void> {
  const { taken: before, passed } = aheadOf(hook, ahead);
  const ask = { accountId: hook.accountId, seq: Math.max(hook.position, passed), limit: A_ROUND, types: hook.events };
  const events = await deps.store.events.after(ask);
  if (events.length === 0) return passOver(deps, hook, last, ahead);
  const taken = new Set(before);
  const { worst, latest } = await postAll(deps, { hook, isOver }, events, taken);
  const stop = events.find(one => !taken.has(one.seq));
  const position = stop
    ? Math.max(hook.position, events[events.indexOf(stop) - 1]?.seq ?? hook.position)
    : (events.at(-1)?.seq ?? hook.position);
  const kept = new Set([...taken].filter(seq => seq > position));
  ahead.set(hook.id, { position, taken: kept, passed: position });
  const moved = await deps.store.webhooks.progress(after(hook, position, worst, latest, deps.clock.now()));
  if (!moved) ahead.delete(hook.id);
}

/** Posts the events of each mail in their order, several mails at a time, until one is not taken; adds to `taken`. */
async function postAll(
  deps: Deps,
  { hook, isOver }: Pick<Round, 'hook' | 'isOver'>,
  events: readonly StoredEvent[],
  taken: Set<number>,
): Promise<{ readonly worst: Posted | null; readonly latest: Posted | null }> {
  const mails = [...Map.groupBy(events, one => one.emailId ?? '').values()];
  let worst: Posted | null = null;
  let latest: Posted | null = null;
  const work = async (): Promise<void> => {
    for (let mail = mails.shift(); mail; mail = mails.shift())
      for (const event of mail) {
        if (worst || isOver()) return;
        if (taken.has(event.seq)) continue;
        const posted = await postEvent(deps, hook, event);
        deps.metrics.count('sesame_webhook_posts_total', { result: posted.result === 'taken' ? 'taken' : 'failed' });
        latest = posted;
        if (posted.result === 'taken') taken.add(event.seq);
        else worst = worst === null || posted.result === 'gone' ? posted : worst;
        if (worst) return;
      }
  };
  // One that failed is asked one thing first.
  await Promise.all(Array.from({ length: hook.failures > 0 ? 1 : AT_ONCE }, work));
  return { worst, latest };
}

function after(hook: Webhook, position: number, worst: Posted | null, latest: Posted | null, now: number): Progress {
  const told = worst ?? latest;
  const last = told ? { at: now, status: told.status, failure: told.failure } : hook.last;
  const base = { id: hook.id, from: hook.position, position, last };
  if (!worst) return { ...base, failures: 0, failingSince: null, nextAt: null, disabledReason: null };
  // What was taken meanwhile shows that it lives: only a day without is a day of failing.
  const failed = position > hook.position ? 0 : hook.failures;
  const failingSince = failed === 0 ? now : (hook.failingSince ?? now);
  const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failed, 20)) * (0.8 + Math.random() * 0.4);
  const asked = Math.max(Math.round(wait), worst.retryAfterMs ?? 0);
  const disabledReason = worst.result === 'gone' ? 'gone' : now - failingSince >= GIVE_UP_MS ? 'failing' : null;
  // The last try is at the end of the day, however long it asks to be left alone.
  const nextAt = disabledReason === null ? Math.min(now + asked, failingSince + GIVE_UP_MS) : null;
  return { ...base, failures: failed + 1, failingSince, nextAt, disabledReason };
}

async function passOver(deps: Deps, hook: Webhook, last: number, ahead: Map<string, Ahead>): Promise<void> {
  if (last - hook.position < PASS_OVER) return void ahead.set(hook.id, { position: hook.position, taken: new Set(), passed: last });
  const { failures, failingSince, nextAt, disabledReason, last: answer } = hook;
  const to = { id: hook.id, from: hook.position, position: last, failures, failingSince, nextAt, disabledReason, last: answer };
  await deps.store.webhooks.progress(to);
}
