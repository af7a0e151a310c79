// The inspect stage: content filter and scanner side by side, inline for small plain mail, in a worker and a scanning process for the rest,
// under one time budget a message. Absent, late or broken is PROCESSING_FAILED, which decide never takes for clean.
import type { WorkerPool } from '../engines/workers.ts';
import type { Clock, Metrics } from '../engines/types.ts';
import type { Facts, Layers } from '../filter/filter.ts';
import type { Model } from '../filter/model.ts';
import type { Authenticated, AuthResults, Direction, Inspected, VirusFinding } from '../mail.ts';
import { walk, type Message } from '../message/walk.ts';
import type { Facts as ScoreFacts } from '../score/facts.ts';
import { score, type Scored } from '../score/score.ts';
import { INLINE } from './bounds.ts';
import { filter, FILTER_FAILED, isPlain, study, type Ask, type Filtered, type Study } from './examine.ts';

/** What a worker is asked, and what it gives back: Filtered, Study, Scored in this order. */
export type Task =
  | { readonly kind: 'filter'; readonly ask: Ask }
  | { readonly kind: 'study'; readonly ask: { readonly raw: Buffer; readonly sketchKey: number } }
  | { readonly kind: 'score'; readonly ask: { readonly raw: Buffer; readonly facts: ScoreFacts } };
export type Taken = Filtered | Study | Scored;
/** What both checks found. */
export type Examined = Filtered & { readonly virus: VirusFinding };

export type InspectDeps = {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly model: Model;
  readonly workers: WorkerPool<Task, Taken>;
  /** The scanner; `plain`: the message walked, when it may be looked at on this loop. Never throws: what did not finish says so. */
  readonly scan: (raw: Buffer, plain: Message | null) => Promise<VirusFinding>;
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
  deps.metrics.observe('sesame_inspect_seconds', (deps.clock.monotonic() - started) / 1000);
  return { ...mail, spam, sketch, virus };
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
  const [{ spam, sketch }, virus] = await Promise.all([filtered(deps, accountId, ask, plain), deps.scan(ask.raw, plain)]);
  return { spam, sketch, virus };
}

/** Read for a lesson; null: it did not finish. */
export async function studyRaw(deps: Pick<InspectDeps, 'model' | 'workers' | 'sketchKey'>, raw: Buffer): Promise<Study | null> {
  const { model, sketchKey } = deps;
  const plain = plainMessage(raw);
  if (plain) return study(model, raw, sketchKey, plain);
  return (await deps.workers.run({ kind: 'study', ask: { raw, sketchKey } })) as Study | null;
}

/** The quality score, with what filter and scanner say of the same bytes; null: it did not finish. */
export async function scoreRaw(deps: InspectDeps, ask: RawAsk, facts: ScoreFacts): Promise<Scored | null> {
  const { spam, virus } = await inspectRaw(deps, ask);
  if (spam.verdict === 'PROCESSING_FAILED' || virus.verdict === 'PROCESSING_FAILED') return null;
  const known = { ...facts, spam, virus: { verdict: virus.verdict, found: virus.found } };
  const plain = plainMessage(ask.raw);
  if (plain) return score(plain, known);
  return (await deps.workers.run({ kind: 'score', ask: { raw: ask.raw, facts: known } })) as Scored | null;
}

/** The message walked when it is small and without anything to unpack: it may be read on the loop of the door. */
export function plainMessage(raw: Buffer): Message | null {
  if (raw.length > INLINE) return null;
  const message = walk(raw);
  return isPlain(message) ? message : null;
}

/** A mail's fingerprint is known only when it was read: one that somebody marked is judged again with that fact, the few others not. */
async function filtered(deps: InspectDeps, accountId: string | null, ask: Ask, plain: Message | null): Promise<Filtered> {
  const one = async (facts: Facts): Promise<Filtered> => {
    const full = { ...ask, facts };
    if (plain) return filter(deps.model, full, plain);
    return ((await deps.workers.run({ kind: 'filter', ask: full })) as Filtered | null) ?? FILTER_FAILED;
  };
  const first = await one(ask.facts);
  const campaign = await deps.campaign(accountId, first.sketch);
  return campaign ? { ...first, spam: (await one({ ...ask.facts, campaign })).spam } : first;
}
