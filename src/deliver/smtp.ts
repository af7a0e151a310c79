// Delivery by SMTP: hop by hop until one takes the connection under the mail's TLS floor, then one transaction for all recipients of the
// job, or one for each who gets a copy of his own; each recipient has its own result.
import type { Attempt, Attempted, Hop, Job, Routed, TlsUse } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';
import { sendingsOf, type Sending } from '../personal/copies.ts';
import { beforeConnecting, whenNoneIsLeft, type Refused } from '../tlspolicy/outcome.ts';
import type { SessionFailure } from '../tlspolicy/results.ts';
import * as bounds from './bounds.ts';
import type { TransactionResult } from './connection.ts';
import { mailCommand, rcptCommand, unfit } from './commands.ts';
import { outgoing } from './form.ts';
import { outcomeOf, scrubbed } from './outcome.ts';
import type { Held, Places } from './pool.ts';
import { reach, type Unreached } from './reach.ts';
import { returnPath, returnToken } from './return-path.ts';
import { judge, tlsUse } from './tls.ts';
import { sessionOf } from './tls-session.ts';
import { forAll, plainAttempt, type DeliverDeps } from './types.ts';

export type Delivered = {
  readonly tried: readonly Attempt[];
  /** The peer took DSN parameters on: success is its to tell. */ readonly dsnPassedOn: boolean;
  /** The pace had no room for the rest of the recipients, who were not tried. */
  readonly postponed?: NonNullable<Attempted['postponed']>;
};
/** A forward's own sender and content. */
export type Instead = { readonly mailFrom: string; readonly content: Buffer };

export async function deliverSmtp(deps: DeliverDeps, job: Routed, instead?: Instead): Promise<Delivered> {
  const tried: Attempt[] = [];
  let dsnPassedOn = true;
  const places = deps.pace.places(job);
  const began = deps.clock.monotonic();
  // Each round ends at least one recipient, or a reused connection that was gone before anything was said.
  for (let left = job; left.recipients.length > 0; left = without(job, tried)) {
    const held = await deps.pool.acquire<NotReached>(
      places,
      one => rides(deps, left, one) !== null,
      () => firstReached(deps, left),
    );
    if (!held.ok) {
      const unreached = forAll(left, unreachedAttempt(deps, left, held));
      deps.pace.told(job, unreached);
      return { tried: [...tried, ...unreached], dsnPassedOn: false };
    }
    const sent = await send(deps, left, held, { places, first: tried.length === 0, began, instead }).catch((error: unknown) => {
      deps.pool.giveBack(places, held, false, 1);
      deps.pace.told(job, []);
      throw error;
    });
    tried.push(...sent.tried);
    dsnPassedOn &&= sent.dsnPassedOn;
    if (sent.isStopped || sent.postponed) return { tried, dsnPassedOn, ...(sent.postponed ? { postponed: sent.postponed } : {}) };
  }
  return { tried, dsnPassedOn };
}

function without(job: Routed, tried: readonly Attempt[]): Routed {
  return { ...job, recipients: job.recipients.filter(one => !tried.some(attempt => attempt.n === one.n)) };
}

/** The hop that a kept connection leads to, and how this mail stands with its TLS; null when it may not go over it. */
function rides(deps: DeliverDeps, job: Routed, held: Held): { readonly hop: Hop; readonly tls: TlsUse } | null {
  const hop = job.hops.find(one => one.host === held.host && one.ip === held.ip && one.port === held.port);
  if (!hop || held.source.ip !== job.source.ip || held.source.helo !== job.source.helo) return null;
  const outcome = judge(hop, held.connection, held.before, deps.clock.now());
  if (outcome.do === 'clear') return { hop, tls: tlsUse(hop, null, false, outcome.why) };
  if (outcome.do !== 'go-on') return null;
  const why = held.before ? `${held.before}; ${outcome.why}` : outcome.why;
  return { hop, tls: tlsUse(hop, held.connection.tls(), outcome.verified, why) };
}

/** Why no hop was reached, and the hop that tells it best. */
type NotReached = Unreached & { readonly hop: Hop | null };

/** The hops in order. When none is reached, what TLS kept from the mail goes before what the network did: it says what to change. */
async function firstReached(deps: DeliverDeps, job: Routed): Promise<Held | NotReached> {
  const smarthost = job.site.startsWith('smarthost/') ? deps.config.smarthost : null;
  const login = smarthost?.user ? { user: smarthost.user, password: smarthost.password ?? '' } : null;
  const refusals: { readonly hop: Hop; readonly tls: Refused }[] = [];
  let last: NotReached = {
    ok: false,
    code: null,
    enhanced: '4.4.1',
    text: 'no host to try',
    class: 'connection',
    reason: null,
    tls: null,
    hop: null,
  };
  const told = (hop: Hop, failure: SessionFailure | null): void => {
    const session = sessionOf(job, hop, failure);
    if (session) deps.noteTls(session);
  };
  let tries = 0;
  for (const hop of job.hops) {
    const unusable = beforeConnecting(hop.floor);
    if (!unusable && tries++ === bounds.MAX_HOPS) break;
    const outcome = unusable ? null : await reach(deps, hop, job.source, smarthost?.implicit ?? false, login);
    // A smarthost, or our own door, says nothing of how receivers see our address.
    if (outcome && job.published) deps.connectTold(job.source.ip, hop.host, outcome.ok || outcome.class !== 'connection');
    if (outcome?.ok) {
      told(hop, outcome.report);
      return { ...outcome, host: hop.host, ip: hop.ip, port: hop.port, source: job.source, mails: 0 };
    }
    if (outcome) last = { ...outcome, hop };
    const tls = unusable ?? outcome?.tls;
    if (!tls) continue;
    refusals.push({ hop, tls });
    told(hop, tls.report);
  }
  if (refusals.length === 0) return last;
  const tls = whenNoneIsLeft(refusals.map(one => one.tls));
  const hop = refusals.find(one => one.tls === tls)?.hop ?? null;
  return { ok: false, code: null, enhanced: tls.enhanced, text: tls.why, class: 'tls', reason: null, tls, hop };
}

/** `isStopped`: nothing more of the job may leave now. */
type Sent = Delivered & { readonly isStopped: boolean };
type Round = {
  readonly places: Places;
  /** Nothing of the job was tried yet: route took its place in the pace. */
  readonly first: boolean;
  /** When the delivery began, by the monotonic clock. */
  readonly began: number;
  readonly instead: Instead | undefined;
};

/** As many of the job's transactions as the connection carries: one for all recipients, or one for each who gets a copy of his own. */
async function send(deps: DeliverDeps, job: Routed, held: Held, { places, first, began, instead }: Round): Promise<Sent> {
  const offers = held.connection.extensions();
  const content = instead ? Buffer.from(instead.content) : await deps.content(job.emailId);
  const base = { peer: `${held.host} [${held.ip}]:${held.port}`, sendingIp: held.source.ip, tls: rides(deps, job, held)?.tls ?? null };
  const cannot = content ? unfit(job, content, offers) : NO_CONTENT;
  if (!content || cannot) {
    deps.pool.giveBack(places, held, true, 0);
    content?.fill(0);
    const tried = forAll(job, { at: deps.clock.now(), code: null, reason: null, ...(cannot ?? NO_CONTENT), ...base });
    deps.pace.told(job, tried);
    return { tried, dsnPassedOn: false, isStopped: false };
  }
  const { list, wipe } = instead
    ? { list: [{ recipients: job.recipients, n: null, content: () => Buffer.from(content) }], wipe: () => undefined }
    : sendingsOf(job, content, await deps.linkBase(job), deps.secrets.mac);
  const tried: Attempt[] = [];
  let mails = 0;
  let usable = true;
  let isStopped = false;
  let isGone = false;
  let wait: { readonly until: number; readonly why: string } | null = null;
  for (const sending of list) {
    if (!usable || (mails > 0 && held.mails + mails >= places.mails)) break;
    const { go, ended } = await deps.recheck({ ...job, recipients: sending.recipients }, deps.clock.monotonic() - began);
    tried.push(...ended);
    if (!go) {
      isStopped = ended.length === 0;
      if (isStopped) break;
      continue;
    }
    const entered = first && mails === 0 ? ({ ok: true } as const) : await deps.pace.again(job);
    if (!entered.ok) {
      wait = entered;
      break;
    }
    const result = await transact(deps, job, held, { ...sending, recipients: go.recipients }, instead);
    usable = !result.failure && (result.mail?.code ?? 0) !== 421 && (result.final?.code ?? 0) !== 421;
    isGone = result.failure !== null && result.mail === null && held.mails + mails > 0;
    if (isGone) {
      if (!first || mails > 0) deps.pace.told(job, []);
      break;
    }
    if (usable && !result.dotSent) await held.connection.reset();
    mails++;
    const at = deps.clock.now();
    const outcomes = go.recipients.map((one, i) => ({ n: one.n, at, ...outcomeOf(job, result, i, at), ...base }));
    deps.pace.told(job, outcomes, held.mails + mails);
    tried.push(...outcomes);
  }
  wipe();
  content.fill(0);
  deps.pool.giveBack(places, held, usable, mails);
  // The place that route took in the pace was of no use.
  if (first && mails === 0 && !isGone) deps.pace.told(job, []);
  const postponed = wait && { until: wait.until, why: wait.why, enhanced: '4.4.5' };
  return { tried, dsnPassedOn: offers.has('DSN'), isStopped, ...(postponed ? { postponed } : {}) };
}

async function transact(
  deps: DeliverDeps,
  job: Routed,
  { connection }: Held,
  sending: Sending,
  instead: Instead | undefined,
): Promise<TransactionResult> {
  const offers = connection.extensions();
  const { recipients, n } = sending;
  const content = sending.content();
  const bytes = await formed(deps, job, content, n, offers.has('8BITMIME'), instead);
  content.fill(0);
  const mailFrom = instead?.mailFrom ?? (job.mailFrom === '' ? '' : returnPath(deps.secrets, job.emailId, n, await ownDomain(deps, job)));
  const result = await connection.transact({
    mail: mailCommand(job, mailFrom, bytes.length, offers),
    rcpts: recipients.map(one => rcptCommand(one, offers.has('DSN'))),
    content: bytes,
  });
  bytes.fill(0);
  return result;
}

const NO_CONTENT = { result: 'deferred', enhanced: '4.3.0', reply: 'the sealed content could not be opened', class: 'internal' } as const;

/** The bytes for DATA: converted for the peer, marked for complaints, signed. */
async function formed(
  deps: DeliverDeps,
  job: Job,
  content: Buffer,
  n: number | null,
  eightBit: boolean,
  instead: Instead | undefined,
): Promise<Buffer> {
  const keys = job.direction === 'out' && !instead ? await deps.signingKeys(job.fromDomain) : [];
  const feedbackId = job.accountId && !instead ? returnToken(deps.secrets, job.emailId, n) : null;
  return outgoing({ job, content, eightBit, keys, feedbackId, at: deps.clock.now() });
}

/** The domain whose bounce.DOMAIN takes our bounces: the registered one that covers From. */
async function ownDomain(deps: DeliverDeps, job: Job): Promise<string> {
  return (await deps.signingKeys(job.fromDomain))[0]?.domain ?? splitAddress(job.mailFrom)?.domain ?? job.fromDomain;
}

/** No host was reached: the mail waits, also after a 5xx greeting or a failed login, which are the host's trouble and not the address's.
 * Mail that may not go without TLS ends with the reason of its own (5.7.4, 5.7.5, 5.7.30) when its time is over. */
function unreachedAttempt(deps: DeliverDeps, job: Routed, why: NotReached): Omit<Attempt, 'n'> {
  const { hop } = why;
  const now = deps.clock.now();
  const over = why.tls !== null && now >= job.expiresAt;
  return plainAttempt(now, over ? 'bounced' : 'deferred', scrubbed(`${why.code ?? ''} ${why.text}`), {
    peer: hop ? `${hop.host} [${hop.ip}]:${hop.port}` : null,
    sendingIp: job.source.ip,
    code: why.code,
    enhanced: over && why.tls ? why.tls.later : why.enhanced,
    class: why.class,
    reason: why.reason,
    tls: hop ? tlsUse(hop, null, false, why.tls ? why.text : 'not reached') : null,
  });
}
