// The mailbox simulator: addresses of simulator.sesame.test answer as their name says, without any network (docs/mail.md).
import type { Attempt, Job } from '../mail.ts';
import { plainAttempt } from './types.ts';

const SIMULATOR_DOMAIN = 'simulator.sesame.test';
const SLOW_MS = 3_000;

const BOXES = {
  success: { result: 'delivered', reply: '250 2.0.0 simulated delivery', code: 250, enhanced: '2.0.0', class: 'none' },
  complaint: {
    result: 'delivered',
    reply: '250 2.0.0 simulated delivery, a complaint follows',
    code: 250,
    enhanced: '2.0.0',
    class: 'none',
  },
  slow: { result: 'delivered', reply: '250 2.0.0 simulated slow delivery', code: 250, enhanced: '2.0.0', class: 'none' },
  bounce: { result: 'bounced', reply: '550 5.1.1 simulated: no such user', code: 550, enhanced: '5.1.1', class: 'hard' },
  deferred: { result: 'deferred', reply: '451 4.7.1 simulated: try again later', code: 451, enhanced: '4.7.1', class: 'soft' },
} as const;

/** A name that is no box is nobody's. */
const boxOf = (name: string): (typeof BOXES)[keyof typeof BOXES] =>
  Object.hasOwn(BOXES, name) ? BOXES[name as keyof typeof BOXES] : BOXES.bounce;

export async function deliverSimulated(job: Job, now: () => number): Promise<readonly Attempt[]> {
  const tried: Attempt[] = [];
  for (const one of job.recipients) {
    const box = boxOf(one.target.kind === 'simulator' ? one.target.box : 'success');
    if (box === BOXES.slow) await new Promise(resolve => setTimeout(resolve, SLOW_MS));
    const tag = /\+(.+)$/.exec(one.address.slice(0, one.address.lastIndexOf('@')))?.[1];
    const { result, ...said } = box;
    tried.push({
      ...plainAttempt(now(), result, said.reply, { ...said, peer: SIMULATOR_DOMAIN }),
      reply: tag ? `${said.reply} (${tag})` : said.reply,
      n: one.n,
    });
  }
  return tried;
}
