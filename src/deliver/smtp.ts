// Delivery by SMTP: hop by hop until one takes the mail, one transaction for all recipients of the job, each with its own result.
import type { Attempt, Hop, Job, JobRecipient, Routed } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';
import * as bounds from './bounds.ts';
import { classify } from './classify.ts';
import type { SmtpReply, TransactionResult } from './connection.ts';
import { outgoing } from './form.ts';
import type { Held } from './pool.ts';
import { reach, type Unreached } from './reach.ts';
import { returnPath, returnToken } from './return-path.ts';
import { tlsUse } from './tls.ts';
import { forAll, plainAttempt, type DeliverDeps } from './types.ts';

export type Delivered = {
  readonly tried: readonly Attempt[];
  /** The peer took DSN parameters on: success is its to tell. */ readonly dsnPassedOn: boolean;
};

export async function deliverSmtp(
  deps: DeliverDeps,
  job: Routed,
  from?: { readonly mailFrom: string; readonly content: Buffer },
): Promise<Delivered> {
  const smarthost = deps.config.smarthost;
  const login = smarthost?.user ? { user: smarthost.user, password: smarthost.password ?? '' } : null;
  const implicit = smarthost?.implicit ?? false;
  let last: Unreached | null = null;
  for (const hop of job.hops.slice(0, bounds.MAX_HOPS)) {
    const open = async (): Promise<Held | Unreached> => {
      const reached = await reach(
        { helo: deps.config.hostname, contexts: deps.contexts, memory: deps.memory, clock: deps.clock },
        hop,
        job.sendingIp,
        job.tlsPolicy,
        implicit,
        login,
      );
      return reached.ok ? { ...reached, peer: `${hop.host} [${hop.ip}]:${hop.port}`, sendingIp: job.sendingIp, mails: 0 } : reached;
    };
    const held = await deps.pool.acquire(job.site, job.tlsPolicy, job.sendingIp, open);
    if (!held.ok) {
      last = held;
      continue;
    }
    const outcome = await send(deps, job, held, from).catch((error: unknown) => {
      deps.pool.giveBack(job.site, held, false);
      throw error;
    });
    // A reused connection that was gone before anything was said: the next one is fresh.
    if (outcome === 'stale') return deliverSmtp(deps, job, from);
    return outcome;
  }
  return { tried: forAll(job, unreachedAttempt(deps, job, last, job.hops[0])), dsnPassedOn: false };
}

async function send(
  deps: DeliverDeps,
  job: Routed,
  held: Held,
  from: { readonly mailFrom: string; readonly content: Buffer } | undefined,
): Promise<Delivered | 'stale'> {
  const { connection } = held;
  const offers = connection.extensions();
  const content = from ? Buffer.from(from.content) : await deps.content(job.emailId);
  const back = (good: boolean): void => deps.pool.giveBack(job.site, held, good);
  const base = { peer: held.peer, sendingIp: held.sendingIp, tls: tlsUse(job.tlsPolicy, connection.tls(), held.reason) };
  const stop = (result: Attempt['result'], enhanced: string, reply: string, cls: string): Delivered => {
    back(true);
    content?.fill(0);
    return { tried: forAll(job, { at: deps.clock.now(), result, reply, code: null, enhanced, class: cls, ...base }), dsnPassedOn: false };
  };
  if (!content) return stop('deferred', '4.3.0', 'the sealed content could not be opened', 'internal');
  if (job.smtpUtf8 && !offers.has('SMTPUTF8')) return stop('bounced', '5.6.7', 'the peer does not take addresses in UTF-8', 'refused');
  if (job.requireTls && !offers.has('REQUIRETLS')) return stop('bounced', '5.7.30', 'the peer does not offer REQUIRETLS', 'tls');
  const size = Number(offers.get('SIZE') || 0);
  if (size > 0 && content.length > size) return stop('bounced', '5.3.4', `the peer takes at most ${size} bytes`, 'too_large');
  const dsn = offers.has('DSN');
  const keys = job.direction === 'out' && !from ? await deps.signingKeys(job.fromDomain) : [];
  const bytes = outgoing({
    job,
    content,
    eightBit: offers.has('8BITMIME'),
    keys,
    feedbackId: job.accountId && !from ? returnToken(deps.secrets, job.emailId, null) : null,
    at: deps.clock.now(),
  });
  const mailFrom = from?.mailFrom ?? (job.mailFrom === '' ? '' : returnPath(deps.secrets, job.emailId, null, await ownDomain(deps, job)));
  const params = [
    `MAIL FROM:<${mailFrom}>`,
    ...(offers.has('SIZE') ? [`SIZE=${bytes.length}`] : []),
    ...(job.eightBit && offers.has('8BITMIME') ? ['BODY=8BITMIME'] : []),
    ...(job.smtpUtf8 ? ['SMTPUTF8'] : []),
    ...(job.requireTls ? ['REQUIRETLS'] : []),
    ...(dsn && job.ret ? [`RET=${job.ret.toUpperCase()}`] : []),
    ...(dsn && job.envid ? [`ENVID=${job.envid}`] : []),
  ];
  const result = await connection.transact({
    mail: params.join(' '),
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
  return { tried: job.recipients.map((one, i) => ({ n: one.n, at, ...outcomeOf(result, i), ...base })), dsnPassedOn: dsn };
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

type Outcome = Pick<Attempt, 'result' | 'reply' | 'code' | 'enhanced' | 'class'>;

/** The first reply that ended it for this recipient: MAIL, RCPT, DATA or the dot. A dot without an answer is `unknown`. */
function outcomeOf(result: TransactionResult, i: number): Outcome {
  const rcpt = result.rcpts[i] ?? null;
  if (result.mail && result.mail.code >= 300) return said(result.mail);
  if (rcpt && rcpt.code >= 300) return said(rcpt);
  if (result.final) return said(result.final);
  if (result.dotSent)
    return {
      result: 'unknown',
      reply: `no answer to the end of the message: ${result.failure?.text ?? ''}`,
      code: null,
      enhanced: null,
      class: 'connection',
    };
  return { result: 'deferred', reply: result.failure?.text ?? 'the peer ended it', code: null, enhanced: '4.4.2', class: 'connection' };
}

function said(reply: SmtpReply): Outcome {
  const result = reply.code < 300 ? 'delivered' : reply.code >= 500 ? 'bounced' : 'deferred';
  return {
    result,
    reply: `${reply.code} ${scrubbed(reply.text)}`,
    code: reply.code,
    enhanced: reply.enhanced,
    class: classify(reply.code, reply.enhanced, reply.text),
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
 * TLS that cannot be had under a strict policy bounces with its own reason when its time is over (report). */
function unreachedAttempt(deps: DeliverDeps, job: Routed, why: Unreached | null, hop: Hop | undefined): Omit<Attempt, 'n'> {
  return plainAttempt(deps.clock.now(), 'deferred', scrubbed(`${why?.code ?? ''} ${why?.text ?? 'no host to try'}`), {
    peer: hop ? `${hop.host} [${hop.ip}]:${hop.port}` : null,
    sendingIp: job.sendingIp,
    code: why?.code ?? null,
    enhanced: why?.enhanced ?? '4.4.1',
    class: why?.class ?? 'connection',
    tls: tlsUse(job.tlsPolicy, null, why?.class === 'tls' ? why.text : 'not reached'),
  });
}
