// The inspect stage: content filter and scanner, inline for small plain mail, in a worker for the rest, under one time budget a message;
// then the signature engine where there is one. Absent, late or broken is PROCESSING_FAILED, which decide never takes for clean.
import type { WorkerPool } from '../engines/workers.ts';
import type { Clock, Metrics } from '../engines/types.ts';
import type { Facts, Layers } from '../filter/filter.ts';
import type { Model } from '../filter/model.ts';
import type { Authenticated, AuthResults, Direction, Inspected } from '../mail.ts';
import { walk, type Message } from '../message/walk.ts';
import { INLINE } from './bounds.ts';
import {
  examine,
  filter,
  isPlain,
  SPAM_FAILED,
  study,
  VIRUS_FAILED,
  type Ask,
  type Examined,
  type Filtered,
  type Study,
} from './examine.ts';

/** What a worker is asked, and what it gives back: Examined, Filtered, Study in this order. */
export type Task =
  | { readonly kind: 'examine' | 'filter'; readonly ask: Ask }
  | { readonly kind: 'study'; readonly ask: { readonly raw: Buffer; readonly sketchKey: number } };
export type Taken = Examined | Filtered | Study;

export type InspectDeps = {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly model: Model;
  readonly workers: WorkerPool<Task, Taken>;
  /** Adds what the signature engine says; without one the finding comes back as it is. */
  readonly signatures: (raw: Buffer, found: Examined['virus']) => Promise<Examined['virus']>;
  readonly sketchKey: number;
  /** What the account (null: none) and the installation taught the filter. */
  readonly layers: (accountId: string | null) => Promise<Layers>;
  /** Who marked the same mail; undefined: nobody. */
  readonly campaign: (accountId: string | null, sketch: Filtered['sketch']) => Promise<Facts['campaign'] | undefined>;
};
/** A message and what is known of it; `accountId`: for whom it is judged. */
export type RawAsk = Pick<Ask, 'raw' | 'direction' | 'facts' | 'policy'> & { readonly accountId: string | null };

export async function inspect(deps: InspectDeps, mail: Authenticated): Promise<Inspected> {
  const started = deps.clock.monotonic();
  const { party, raw, direction } = mail;
  // All recipients of a stranger's transaction are one account's.
  const accountId = party.kind === 'account' ? party.accountId : (party.routes[0]?.accountId ?? null);
  const { spam, virus, sketch } = await inspectRaw(deps, {
    raw,
    direction,
    facts: factsOf(direction, mail.auth),
    policy: party.policy,
    accountId,
  });
  const tookMs = deps.clock.monotonic() - started;
  deps.metrics.observe('sesame_inspect_seconds', tookMs / 1000);
  return { ...mail, spam, sketch, virus: { ...virus, tookMs: Math.round(tookMs * 100) / 100 } };
}

/** What SPF, DKIM and DMARC say, as facts for the filter; what was not asked is no fact. */
export function factsOf(direction: Direction, { spf, dkim, dmarc }: AuthResults): Facts {
  const asked = Object.entries({ spf, dkim, dmarc }).filter(([, one]) => one.verdict !== 'DISABLED');
  const told = asked.map(([name, one]) => [name, one.result]);
  return { direction, ...(Object.fromEntries(told) as Pick<Facts, 'spf' | 'dkim' | 'dmarc'>) };
}

/** The same for `POST /v1/scan`. */
export async function inspectRaw(deps: InspectDeps, { accountId, ...known }: RawAsk): Promise<Examined> {
  const ask: Ask = { ...known, layers: await deps.layers(accountId), sketchKey: deps.sketchKey };
  const plain = plainMessage(ask.raw);
  const examined = plain ? examine(deps.model, ask, plain) : await byWorker(deps, ask);
  const { spam } = await withCampaign(deps, accountId, ask, plain, examined);
  return { spam, sketch: examined.sketch, virus: await deps.signatures(ask.raw, examined.virus) };
}

/** Read for a lesson; null: it did not finish. */
export async function studyRaw(deps: Pick<InspectDeps, 'model' | 'workers' | 'sketchKey'>, raw: Buffer): Promise<Study | null> {
  const { model, sketchKey } = deps;
  const plain = plainMessage(raw);
  if (plain) return study(model, raw, sketchKey, plain);
  return (await deps.workers.run({ kind: 'study', ask: { raw, sketchKey } })) as Study | null;
}

/** Small and without anything to unpack: may be read on the loop of the door. */
function plainMessage(raw: Buffer): Message | null {
  if (raw.length > INLINE) return null;
  const message = walk(raw);
  return isPlain(message) ? message : null;
}

async function byWorker(deps: InspectDeps, ask: Ask): Promise<Examined> {
  const examined = (await deps.workers.run({ kind: 'examine', ask })) as Examined | null;
  return examined ?? { spam: SPAM_FAILED, virus: VIRUS_FAILED, sketch: null };
}

/** A mail's fingerprint is known only when it was read: one that somebody marked is judged again with that fact, the few others not. */
async function withCampaign(
  deps: InspectDeps,
  accountId: string | null,
  ask: Ask,
  plain: Message | null,
  first: Filtered,
): Promise<Pick<Filtered, 'spam'>> {
  const campaign = await deps.campaign(accountId, first.sketch);
  if (!campaign) return first;
  const again: Ask = { ...ask, facts: { ...ask.facts, campaign } };
  if (plain) return filter(deps.model, again, plain);
  return ((await deps.workers.run({ kind: 'filter', ask: again })) as Filtered | null) ?? { spam: SPAM_FAILED };
}
