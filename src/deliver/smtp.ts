// Delivery by SMTP: hop by hop until one takes the connection under the mail's TLS floor, then one transaction for all recipients of the
// job, each with its own result.
import { readReply } from '../bounce/reply.ts';
import type { Phase } from '../bounce/reasons.ts';
import type { Attempt, Hop, Job, JobRecipient, Routed, TlsUse } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';
import { beforeConnecting, whenNoneIsLeft, type Refused } from '../tlspolicy/outcome.ts';
import type { SessionFailure } from '../tlspolicy/results.ts';
import * as bounds from './bounds.ts';
import type { SmtpReply, TransactionResult } from './connection.ts';
import { outgoing } from './form.ts';
import type { Held } from './pool.ts';
import { reach, type Unreached } from './reach.ts';
import { returnPath, returnToken } from './return-path.ts';
import { judge, tlsUse } from './tls.ts';
import { sessionOf } from './tls-session.ts';
import { forAll, plainAttempt, type DeliverDeps } from './types.ts';

export type Delivered = {
  readonly tried: readonly Attempt[];
  /** The peer took DSN parameters on: success is its to tell. */ readonly dsnPassedOn: boolean;
};
/** A forward's own sender and content. */
export type Instead = { readonly mailFrom: string; readonly content: Buffer };

export async function deliverSmtp(deps: DeliverDeps, job: Routed, instead?: Instead): Promise<Delivered> {
  const held = await deps.pool.acquire<NotReached>(
    job.site,
    one => rides(deps, job, one) !== null,
    () => firstReached(deps, job),
  );
  if (!held.ok) return { tried: forAll(job, unreachedAttempt(deps, job, held)), dsnPassedOn: false };
  const outcome = await send(deps, job, held, instead).catch((error: unknown) => {
    deps.pool.giveBack(job.site, held, false);
    throw error;
  });
  // A reused connection that was gone before anything was said: the next one is fresh.
  return outcome === 'stale' ? deliverSmtp(deps, job, instead) : outcome;
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
    if (outcome) deps.connectTold(job.source.ip, hop.host, outcome.ok || outcome.class !== 'connection');
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

async function send(deps: DeliverDeps, job: Routed, held: Held, instead: Instead | undefined): Promise<Delivered | 'stale'> {
  const { connection } = held;
  const offers = connection.extensions();
  const content = instead ? Buffer.from(instead.content) : await deps.content(job.emailId);
  const back = (good: boolean): void => deps.pool.giveBack(job.site, held, good);
  const base = { peer: `${held.host} [${held.ip}]:${held.port}`, sendingIp: held.source.ip, tls: rides(deps, job, held)?.tls ?? null };
  const cannot = content ? unfit(job, content, offers) : NO_CONTENT;
  if (!content || cannot) {
    back(true);
    content?.fill(0);
    return {
      tried: forAll(job, { at: deps.clock.now(), code: null, reason: null, ...(cannot ?? NO_CONTENT), ...base }),
      dsnPassedOn: false,
    };
  }
  const dsn = offers.has('DSN');
  const bytes = await formed(deps, job, content, offers.has('8BITMIME'), instead);
  const mailFrom =
    instead?.mailFrom ?? (job.mailFrom === '' ? '' : returnPath(deps.secrets, job.emailId, null, await ownDomain(deps, job)));
  const result = await connection.transact({
    mail: mailCommand(job, mailFrom, bytes.length, offers),
    rcpts: job.recipients.map(one => rcptCommand(one, dsn)),
    content: bytes,
  });
  content.fill(0);
  bytes.fill(0);
  if (result.failure && result.mail === null && held.mails > 0) {
    back(false);
    return 'stale';
  }
  const usable = !result.failure && (result.mail?.code ?? 0) !== 421 && (result.final?.code ?? 0) !== 421;
  if (usable && !result.dotSent) await connection.reset();
  back(usable);
  const at = deps.clock.now();
  return { tried: job.recipients.map((one, i) => ({ n: one.n, at, ...outcomeOf(job, result, i, at), ...base })), dsnPassedOn: dsn };
}

type Outcome = Pick<Attempt, 'result' | 'reply' | 'code' | 'enhanced' | 'class' | 'reason'>;

const NO_CONTENT = { result: 'deferred', enhanced: '4.3.0', reply: 'the sealed content could not be opened', class: 'internal' } as const;

/** What the peer cannot take, by what it offers; null = it can. */
function unfit(
  job: Job,
  content: Buffer,
  offers: ReadonlyMap<string, string>,
): Pick<Outcome, 'result' | 'enhanced' | 'reply' | 'class'> | null {
  if (job.smtpUtf8 && !offers.has('SMTPUTF8'))
    return { result: 'bounced', enhanced: '5.6.7', reply: 'the peer does not take addresses in UTF-8', class: 'policy' };
  const size = Number(offers.get('SIZE') || 0);
  if (size > 0 && content.length > size)
    return { result: 'bounced', enhanced: '5.3.4', reply: `the peer takes at most ${size} bytes`, class: 'size' };
  return null;
}

/** The bytes for DATA: converted for the peer, marked for complaints, signed. */
async function formed(deps: DeliverDeps, job: Job, content: Buffer, eightBit: boolean, instead: Instead | undefined): Promise<Buffer> {
  const keys = job.direction === 'out' && !instead ? await deps.signingKeys(job.fromDomain) : [];
  const feedbackId = job.accountId && !instead ? returnToken(deps.secrets, job.emailId, null) : null;
  return outgoing({ job, content, eightBit, keys, feedbackId, at: deps.clock.now() });
}

function mailCommand(job: Job, mailFrom: string, size: number, offers: ReadonlyMap<string, string>): string {
  return [
    `MAIL FROM:<${mailFrom}>`,
    ...(offers.has('SIZE') ? [`SIZE=${size}`] : []),
    ...(job.eightBit && offers.has('8BITMIME') ? ['BODY=8BITMIME'] : []),
    ...(job.smtpUtf8 ? ['SMTPUTF8'] : []),
    ...(job.requireTls && offers.has('REQUIRETLS') ? ['REQUIRETLS'] : []),
    ...(offers.has('DSN') && job.ret ? [`RET=${job.ret.toUpperCase()}`] : []),
    ...(offers.has('DSN') && job.envid ? [`ENVID=${job.envid}`] : []),
  ].join(' ');
}

/** The domain whose bounce.DOMAIN takes our bounces: the registered one that covers From. */
async function ownDomain(deps: DeliverDeps, job: Job): Promise<string> {
  return (await deps.signingKeys(job.fromDomain))[0]?.domain ?? splitAddress(job.mailFrom)?.domain ?? job.fromDomain;
}

function rcptCommand(one: JobRecipient, dsn: boolean): string {
  const notify = dsn && one.notify ? ` NOTIFY=${one.notify.join(',').toUpperCase()}` : '';
  const orcpt = dsn && one.orcpt ? ` ORCPT=${one.orcpt}` : '';
  return `RCPT TO:<${one.address}>${notify}${orcpt}`;
}

/** The first reply that ended it for this recipient: MAIL, RCPT, DATA or the dot. A dot without an answer is `unknown`. */
function outcomeOf(job: Routed, result: TransactionResult, i: number, at: number): Outcome {
  const rcpt = result.rcpts[i] ?? null;
  const told = (reply: SmtpReply, phase: Phase): Outcome => said(reply, phase, at - job.acceptedAt, job.source.ip !== null);
  if (result.mail && result.mail.code >= 300) return told(result.mail, 'mail');
  if (rcpt && rcpt.code >= 300) return told(rcpt, 'rcpt');
  if (result.final) return told(result.final, 'data');
  const broken = { code: null, class: 'connection', reason: null } as const;
  const text = result.failure?.text ?? 'the peer ended it';
  if (result.dotSent) return { result: 'unknown', reply: `no answer to the end of the message: ${text}`, enhanced: null, ...broken };
  return { result: 'deferred', reply: text, enhanced: '4.4.2', ...broken };
}

/** Words that say "not now" behind a code that says "never": of the mailbox, of our pace, of TLS that could not be had this time. */
const PASSING = new Set(['full', 'greylist', 'rate', 'tls']);

/** A reply as an outcome. `ageMs`: how long the mail has been with us; `blockPasses`: another address of ours may not be blocked. */
export function said(reply: SmtpReply, phase: Phase, ageMs: number, blockPasses = false): Outcome {
  const { class: meant, reason } = readReply({ code: reply.code, enhanced: reply.enhanced, text: reply.text, phase });
  const passing = (PASSING.has(meant) || (blockPasses && meant === 'block')) && ageMs < bounds.PASSING_REFUSAL_MS;
  return {
    result: reply.code < 300 ? 'delivered' : reply.code >= 500 && !passing ? 'bounced' : 'deferred',
    reply: `${reply.code} ${scrubbed(reply.text)}`,
    code: reply.code,
    enhanced: reply.enhanced,
    class: reply.code < 300 ? 'ok' : meant,
    reason: reply.code < 300 ? null : reason,
  };
}

/** A peer's words for the record: one line, cut, without control characters. */
function scrubbed(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, bounds.KEPT_REPLY);
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
