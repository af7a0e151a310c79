// START HERE. The way of a message, both ways, one line a stage. Each stage is a function that takes what the one before handed on
// and adds exactly one fact (mail.ts), or a Refusal, which ends the way. The stages know engines by type only; door.ts hands them in.
import type {
  Accepted,
  AccountParty,
  Attempt,
  Attempted,
  Authenticated,
  Decided,
  Identified,
  Inspected,
  Job,
  NewEvent,
  Queued,
  Refusal,
  Routed,
} from './mail.ts';

/** The stages as door.ts binds them to the engines. */
export type Stages = {
  readonly identify: (mail: Accepted, party: AccountParty | null) => Promise<Identified | Refusal>;
  readonly authenticate: (mail: Identified) => Promise<Authenticated>;
  readonly inspect: (mail: Authenticated) => Promise<Inspected>;
  readonly decide: (mail: Inspected) => Promise<Decided | Refusal>;
  readonly queue: (mail: Decided) => Promise<Queued | Refusal>;
  readonly refuse: (mail: Accepted | Identified, refusal: Refusal, party: AccountParty | null) => Promise<Refusal>;
  /** The gates once more, just before an attempt: who may go on, and what is decided without one. */
  readonly recheck: (job: Job) => Promise<{ readonly go: Job | null; readonly ended: readonly Attempt[] }>;
  readonly route: (job: Job) => Promise<Routed | Attempted>;
  readonly deliver: (job: Routed) => Promise<Attempted>;
  readonly report: (job: Attempted) => Promise<readonly NewEvent[]>;
};

/** Take in: what a door accepted becomes durable, or is refused; `party` is who logged in, null for a stranger. A 250 or 202 may be said only on `Queued`. */
export async function takeIn(stages: Stages, accepted: Accepted, party: AccountParty | null): Promise<Queued | Refusal> {
  const identified = await stages.identify(accepted, party);
  if ('refused' in identified) return stages.refuse(accepted, identified, party);
  const authenticated = await stages.authenticate(identified);
  const inspected = await stages.inspect(authenticated);
  const decided = await stages.decide(inspected);
  if ('refused' in decided) return stages.refuse(identified, decided, party);
  return stages.queue(decided);
}

/** Send out: one claimed job is routed, tried and settled; its events are what sender, account and operator are told. A job without a way has
 * its attempts at once; one without a place in a pace, or a sending IP, has none and waits (`postponed`). */
export async function sendOut(stages: Stages, job: Job): Promise<readonly NewEvent[]> {
  const { go, ended } = await stages.recheck(job);
  if (!go) return stages.report({ ...job, tried: ended });
  const routed = await stages.route(go);
  const attempted = 'tried' in routed ? routed : await stages.deliver(routed);
  return stages.report({ ...attempted, recipients: job.recipients, tried: [...ended, ...attempted.tried] });
}
