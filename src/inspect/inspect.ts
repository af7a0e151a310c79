// The inspect stage: content filter and scanner, inline for small plain mail, in a worker for the rest, under one time budget a message;
// then the signature engine where there is one. Absent, late or broken is PROCESSING_FAILED, which decide never takes for clean.
import type { WorkerPool } from '../engines/workers.ts';
import type { Clock, Metrics } from '../engines/types.ts';
import type { Model } from '../filter/model.ts';
import type { Authenticated, Inspected } from '../mail.ts';
import { walk } from '../message/walk.ts';
import { INLINE } from './bounds.ts';
import { examine, isPlain, SPAM_FAILED, VIRUS_FAILED, type Ask, type Examined } from './examine.ts';

export type InspectDeps = {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly model: Model;
  readonly workers: WorkerPool<Ask, Examined>;
  /** Adds what the signature engine says; without one the finding comes back as it is. */
  readonly signatures: (raw: Buffer, found: Examined['virus']) => Promise<Examined['virus']>;
};

export async function inspect(deps: InspectDeps, mail: Authenticated): Promise<Inspected> {
  const started = deps.clock.monotonic();
  const { spf, dkim, dmarc } = mail.auth;
  const facts = { direction: mail.direction, spf: spf.result, dkim: dkim.result, dmarc: dmarc.result };
  const examined = await inspectRaw(deps, { raw: mail.raw, direction: mail.direction, facts, policy: mail.party.policy });
  const tookMs = deps.clock.monotonic() - started;
  deps.metrics.observe('sesame_inspect_seconds', tookMs / 1000);
  return { ...mail, spam: examined.spam, virus: { ...examined.virus, tookMs: Math.round(tookMs * 100) / 100 } };
}

/** The same for `POST /v1/scan` and the command line: a message and what is known of it. */
export async function inspectRaw(deps: Pick<InspectDeps, 'model' | 'workers' | 'signatures'>, ask: Ask): Promise<Examined> {
  const examined = await byRules(deps, ask);
  return { spam: examined.spam, virus: await deps.signatures(ask.raw, examined.virus) };
}

async function byRules(deps: Pick<InspectDeps, 'model' | 'workers'>, ask: Ask): Promise<Examined> {
  if (ask.raw.length <= INLINE) {
    const message = walk(ask.raw);
    if (isPlain(message)) return examine(deps.model, ask, message);
  }
  return (await deps.workers.run(ask)) ?? { spam: SPAM_FAILED, virus: VIRUS_FAILED };
}
