// The deliver stage: one routed job to its kind of target.
import type { Attempted, Routed } from '../mail.ts';
import { deliverForward } from './forward.ts';
import { deliverLmtp } from './lmtp.ts';
import { deliverSimulated } from './simulator.ts';
import { deliverSmtp } from './smtp.ts';
import type { DeliverDeps } from './types.ts';
import { deliverWebhook } from './webhook.ts';

export async function deliver(deps: DeliverDeps, job: Routed): Promise<Attempted> {
  const target = job.recipients[0]?.target;
  switch (target?.kind) {
    case 'webhook':
      return { ...job, tried: await deliverWebhook(deps, job, target.routeId) };
    case 'lmtp':
      return { ...job, tried: await deliverLmtp(deps, job, target.name) };
    case 'simulator':
      return { ...job, tried: await deliverSimulated(job, deps.clock.now) };
    case 'forward':
      return { ...job, ...(await deliverForward(deps, job, target.address)) };
    default:
      return { ...job, ...(await deliverSmtp(deps, job)) };
  }
}
