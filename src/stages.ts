// The composition of the journey: each stage bound to the engines of this thread. What reads facts keeps them by generation.
import { authenticate, newAuthenticator, type RawAsk as AuthAsk } from './authenticate/authenticate.ts';
import type { DoorDeps } from './accept/types.ts';
import { decide } from './decide/decide.ts';
import { deliver } from './deliver/deliver.ts';
import type { DeliverDeps } from './deliver/types.ts';
import { readReturnToken } from './deliver/return-path.ts';
import { contentOf, deliverFacts, identifyFacts, isOwnDoor, learnedFacts, ownDoor, reportFacts, routeFacts } from './bindings.ts';
import type { Listeners } from './door-types.ts';
import { newId } from './engines/ids.ts';
import { errorText } from './engines/log.ts';
import { newAuthEngine } from './engines/mailauth.ts';
import type { Engines } from './engines/open.ts';
import { newChildren } from './engines/scanner/children.ts';
import { newScanner } from './engines/scanner/scanner.ts';
import { newSignatures } from './engines/scanner/signatures.ts';
import { newStandingLine, type StandingLine } from './engines/standing-line.ts';
import { newSources } from './engines/sources.ts';
import { newYara } from './engines/scanner/yara.ts';
import type { ServedTls } from './engines/tls/doors.ts';
import { newWorkerPool } from './engines/workers.ts';
import { personOf } from './identify/budgets.ts';
import { identify } from './identify/identify.ts';
import { recheck, recheckLate } from './identify/recheck.ts';
import type { IdentifyDeps } from './identify/types.ts';
import * as inspection from './inspect/bounds.ts';
import {
  factsOf,
  inspect,
  inspectRaw,
  studyRaw,
  type Examined,
  type InspectDeps,
  scoreRaw,
  type RawAsk,
  type Taken,
  type Task,
} from './inspect/inspect.ts';
import { sendOut, takeIn, type Stages } from './journey.ts';
import { sketchKeyOf } from './learn/sketches.ts';
import { newTeach, type Teach } from './learn/teach.ts';
import { rescan, type RescanDeps } from './inspect/rescan.ts';
import type { Accepted, AccountParty, AuthResults, Job, Queued, Refusal, ScanStamp } from './mail.ts';
import { newDispatcher } from './queue/dispatch.ts';
import { enqueue } from './queue/enqueue.ts';
import { scanRecord } from './queue/record.ts';
import { newNotice, type Notice } from './notices.ts';
import { scoreMailFacts } from './score-mail.ts';
import type { Facts as ScoreFacts } from './score/facts.ts';
import type { Scored } from './score/score.ts';
import type { ReadAnswer, ReadAsk } from './report/read-reports.ts';
import { takeReports } from './report/received-reports.ts';
import { takeScoreMail } from './report/score-mail.ts';
import { newRefusals, type Refusals } from './report/refusals.ts';
import { report } from './report/report.ts';
import { takeReturned } from './report/returned.ts';
import { toldOfMalware, toldOfRefusal } from './report/standing.ts';
import { newTlsResults } from './report/tls-results.ts';
import { route } from './route/route.ts';

export type Journey = {
  readonly identify: IdentifyDeps;
  readonly takeIn: DoorDeps['takeIn'];
  readonly refusals: Refusals;
  /** `POST /v1/scan`: the same checks, nothing recorded. */
  readonly scan: (
    ask: RawAsk & { readonly ip: string | null; readonly helo: string | null; readonly mailFrom: string | null },
  ) => Promise<Examined & { readonly auth: AuthResults }>;
  /** `POST /v1/score`: nothing recorded; null: a check did not finish. */
  readonly score: (ask: RawAsk, facts: ScoreFacts) => Promise<Scored | null>;
  /** What SPF, DKIM and DMARC say of a message from that peer. */
  readonly authenticated: (ask: AuthAsk) => Promise<AuthResults>;
  /** `POST /v1/feedback`: one lesson. */
  readonly teach: Teach;
  /** The sealed form of a mail, opened; null when it is gone. The caller wipes it. */
  readonly content: (emailId: string) => Promise<Buffer | null>;
  /** Queues a mail of the server itself. */
  readonly notice: Notice;
  /** What keeps the server from taking mail; empty = ready. */
  readonly ready: () => Promise<readonly string[]>;
  readonly start: () => void;
  readonly stop: (ms: number) => Promise<void>;
};

export function newJourney(engines: Engines, listen: () => Listeners, served: () => ServedTls): Journey {
  const { config, clock, log, metrics, shared, store, vault, secrets, resolver } = engines;
  const standing = newStandingLine({ store, log });
  const identifyDeps = identifyFacts(engines, standing.soon);
  const content = contentOf(engines);
  const workers = newWorkerPool<Task, Taken>({
    entry: new URL('./inspect/worker.ts', import.meta.url),
    size: 1,
    budgetMs: inspection.BUDGET_MS,
    recycleAfter: inspection.RECYCLE_AFTER,
    maxWaiting: inspection.MAX_WAITING,
    data: engines.model,
  });
  const scanner = scannerOf(engines);
  const { layers, campaigns, sketches } = learnedFacts(engines);
  const inspectDeps: InspectDeps = {
    clock,
    metrics,
    model: engines.model,
    workers,
    scan: scanner.scan,
    sketchKey: sketchKeyOf(secrets),
    layers: layers.of,
    campaign: campaigns,
  };
  const authenticator = newAuthenticator(newAuthEngine({ resolver, hostname: config.hostname }));
  const sources = newSources(engines);
  const tlsResults = newTlsResults({ store, clock, log, metrics, on: config.tlsReports });
  const deliverDeps: DeliverDeps = {
    ...deliverFacts(engines, content, served),
    connectTold: sources.told,
    noteTls: tlsResults.note,
    recheck: (job, waitedMs) => recheckLate(identifyDeps, job, waitedMs),
  };
  const contentLifetimeMs = config.contentLifetimeMs;
  const newMailId = (): string => newId('msg');
  const telling = { store, clock, log, metrics, secrets };
  const peers = { hostname: config.hostname, smarthost: config.smarthost !== null };
  const { hashesOf } = identifyDeps;
  const reportDeps = { ...telling, ...peers, hashesOf, vault, newId: newMailId, content, contentLifetimeMs };
  const refusals = newRefusals({ store, clock, log, metrics });
  const readers = newWorkerPool<ReadAsk, ReadAnswer>({
    entry: new URL('./report/read-reports.ts', import.meta.url),
    size: 1,
    budgetMs: inspection.BUDGET_MS,
    recycleAfter: inspection.RECYCLE_AFTER,
    maxWaiting: inspection.MAX_WAITING,
    data: null,
  });
  const reportsDeps = reportFacts(engines, readers.run);
  const routeDeps = {
    config,
    resolver,
    clock,
    candidates: sources.candidates,
    pace: engines.pace,
    allowed: engines.allowed,
    isOurs: isOwnDoor(listen),
    ownDoor: () => ownDoor(config.hostname, listen()),
    ...routeFacts(engines),
  };
  const send = (job: Job): ReturnType<typeof sendOut> => sendOut(stages, job);
  const dispatcher = newDispatcher({ store, clock, log, sendOut: send, report: job => report(reportDeps, job) });
  const { offer, wake: waits } = dispatcher;
  const queueDeps = { store, vault, log, contentLifetimeMs, sealSketch: sketches.seal, personOf: personOf(identifyDeps), offer, waits };
  const returned = { ...telling, shared, readToken: (text: string) => readReturnToken(secrets, text) };

  const rescanDeps = rescanFacts(engines, scanner, content, standing);

  const notice = newNotice(engines);
  const scoreMailDeps = scoreMailFacts(engines, identifyDeps, inspectDeps, {
    notice,
    newId: newMailId,
    authenticate: async mail => (await authenticate(authenticator, mail)).auth,
  });

  const stages: Stages = {
    identify: (mail, party) => identify(identifyDeps, mail, party),
    authenticate: mail => authenticate(authenticator, mail),
    inspect: mail => inspect(inspectDeps, mail),
    decide: async mail => {
      const decided = decide({ hostname: config.hostname }, mail);
      if ('refused' in decided && mail.party.kind === 'account')
        await standing.now(mail.party.accountId, toldOfRefusal(secrets, mail, decided));
      return decided;
    },
    queue: async mail => {
      if (mail.direction === 'in') await takeReturned(returned, mail);
      const later = (await takeReports(reportsDeps, mail)) ?? (await takeScoreMail(scoreMailDeps, mail, { auth: mail.auth, answer: true }));
      return later ?? enqueue(queueDeps, mail);
    },
    refuse: async (mail, refusal, party) => {
      // Spam and viruses are refused at every door; whoever asked for a score still finds it.
      if ('party' in mail && refusal.code >= 500) await takeScoreMail(scoreMailDeps, mail, { auth: null, answer: false });
      const route = 'party' in mail && mail.party.kind === 'stranger' ? mail.party.routes[0] : undefined;
      return refusals.ofMail(mail, refusal, party?.accountId ?? route?.accountId ?? null);
    },
    recheck: async job => rescan(rescanDeps, await recheck(identifyDeps, job)),
    route: job => route(routeDeps, job),
    deliver: job => deliver(deliverDeps, job),
    report: job => report(reportDeps, job),
  };
  return {
    identify: identifyDeps,
    refusals,
    takeIn: (mail, party) => guarded(engines, stages, mail, party),
    scan: async ask => {
      const auth = await authenticator.raw(ask);
      // An account's own mail was authenticated when it logged in: what its signatures say is no fact at submission either.
      const facts = ask.direction === 'in' ? factsOf('in', auth) : ask.facts;
      return { ...(await inspectRaw(inspectDeps, { ...ask, facts })), auth };
    },
    score: (ask, facts) => scoreRaw(inspectDeps, ask, facts),
    authenticated: authenticator.raw,
    teach: newTeach({ store, secrets, now: clock.now, layers, sketches, study: raw => studyRaw(inspectDeps, raw) }),
    content,
    notice,
    ready: async () => {
      const faults: string[] = [];
      if (shared.draining()) faults.push('the server is stopping');
      await store.settings.paused().catch(() => faults.push('the database does not answer'));
      const fault = await scanner.fault();
      if (fault !== null) faults.push(fault);
      return faults;
    },
    start: dispatcher.start,
    stop: async ms => {
      await dispatcher.drain(ms);
      deliverDeps.pool.close();
      await workers.close();
      await readers.close();
      scanner.close();
      await refusals.flush();
      await standing.flush();
      await tlsResults.flush();
    },
  };
}

/** A newer scan of waiting mail: what it needs, and what it tells. */
function rescanFacts(
  { clock, log, secrets, store }: Engines,
  scanner: ReturnType<typeof newScanner>,
  content: RescanDeps['content'],
  standing: StandingLine,
): RescanDeps {
  return {
    clock,
    log,
    recorded: async id => ((await store.emails.get(id))?.record['virus'] as ScanStamp | undefined) ?? null,
    outdated: scanner.outdated,
    content,
    scan: raw => scanner.scan(raw, null),
    malware: async (job, found) => {
      if (job.accountId !== null && job.direction === 'out') await standing.now(job.accountId, toldOfMalware(secrets, found, job.emailId));
    },
    record: (id, found) => store.emails.rescanned({ id, virus: scanRecord(found) }),
  };
}

/** The scanner of this thread: its processes, the signature engine, hash lists, YARA rules where there are any. */
function scannerOf({ config, clock, log, metrics, store, hashes }: Engines): ReturnType<typeof newScanner> {
  const signatures = newSignatures({
    config,
    clock,
    required: () => store.settings.scannerSeen(),
    seen: () => store.settings.setScannerSeen(true),
  });
  const children = newChildren({ size: inspection.SCANNERS, recycleAfter: inspection.RECYCLE_AFTER, maxWaiting: inspection.MAX_WAITING });
  const yara = config.yaraRules === null ? null : newYara(config.yaraRules, config.yaraBudgetMs, log);
  return newScanner({ clock, log, metrics, signatures, children, hashes: hashes.now, yara });
}

/** An error of ours is a 451 to the sender, with the name of the error in our log: never lost, never a permanent refusal. */
async function guarded(engines: Engines, stages: Stages, mail: Accepted, party: AccountParty | null): Promise<Queued | Refusal> {
  const started = engines.clock.monotonic();
  try {
    const answer = await takeIn(stages, mail, party);
    if (!('refused' in answer)) {
      engines.metrics.count('sesame_messages_accepted_total', { door: mail.door });
      engines.metrics.observe('sesame_accept_seconds', (engines.clock.monotonic() - started) / 1000, { door: mail.door });
    }
    return answer;
  } catch (error) {
    engines.log.error('taking a message in failed', { emailId: mail.id, door: mail.door, error: errorText(error) });
    return { refused: true, reason: 'internal', code: 451, enhanced: '4.3.0', text: 'an error of this server, try again later' };
  } finally {
    mail.raw.fill(0);
  }
}
