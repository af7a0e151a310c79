// Forwarding: the mail goes on to a confirmed target with a signed sender of ours (its bounces end here), ARC-sealed so that the next
// hop can see what we saw, and never round in circles.
import type { Routed } from '../mail.ts';
import { readHeaders } from '../message/headers.ts';
import { arcSeal } from './dkim/arc.ts';
import { returnToken } from './return-path.ts';
import { deliverSmtp, type Delivered } from './smtp.ts';
import { forAll, plainAttempt, type DeliverDeps } from './types.ts';

const MAX_RECEIVED = 30;

export async function deliverForward(deps: DeliverDeps, job: Routed, address: string): Promise<Delivered> {
  const content = await deps.content(job.emailId);
  const now = deps.clock.now();
  if (!content)
    return {
      tried: forAll(job, plainAttempt(now, 'deferred', 'the sealed content could not be opened', { class: 'internal' })),
      dsnPassedOn: false,
    };
  const received = readHeaders(content).fields.filter(field => field.name === 'received').length;
  if (received > MAX_RECEIVED)
    return {
      tried: forAll(job, plainAttempt(now, 'bounced', 'the mail goes round in circles', { enhanced: '5.4.6', class: 'policy' })),
      dsnPassedOn: false,
    };
  const domain = (job.recipients[0]?.address ?? '').split('@')[1] ?? deps.config.hostname;
  const keys = await deps.signingKeys(domain);
  const record = await deps.record(job.emailId);
  const seal = arcSeal(content, keys.find(key => key.algorithm === 'rsa') ?? null, {
    authservId: deps.config.hostname,
    // Without the authserv-id in front.
    results: ((record['authResults'] as string | undefined) ?? '').replace(/^[^;]*;\s*/, '') || 'none',
    chain: (record['arc'] as { result?: string } | undefined)?.result ?? 'none',
    at: now,
  });
  const sealed = Buffer.concat([Buffer.from(seal, 'latin1'), content]);
  content.fill(0);
  // Our own bounce address: what comes back to it ends at us and makes no second notice.
  const mailFrom = job.mailFrom === '' ? '' : `b-${returnToken(deps.secrets, job.emailId, null)}@bounce.${keys[0]?.domain ?? domain}`;
  const forwarded = { ...job, recipients: job.recipients.map(one => ({ ...one, address, notify: null, orcpt: null })) };
  const delivered = await deliverSmtp(deps, forwarded, { mailFrom, content: sealed });
  sealed.fill(0);
  return delivered;
}
