// LMTP (RFC 2033) to the operator's own mail store: one answer for each recipient behind the dot.
import { connect, type Socket } from 'node:net';
import type { Attempt, Job } from '../mail.ts';
import * as bounds from './bounds.ts';
import { failed, readReplies, type Failure, type SmtpReply } from './replies.ts';
import { stuffed } from './form.ts';
import { said } from './outcome.ts';
import { forAll, plainAttempt, type DeliverDeps } from './types.ts';

export async function deliverLmtp(deps: DeliverDeps, job: Job, name: string): Promise<readonly Attempt[]> {
  const target = deps.config.lmtpTargets[name];
  const later = (text: string): readonly Attempt[] =>
    forAll(job, plainAttempt(deps.clock.now(), 'deferred', text, { class: 'connection' }));
  if (!target) return later(`no LMTP target is called ${name}`);
  const socket = await connected('path' in target ? { path: target.path } : target);
  if (!socket) return later(`the LMTP target ${name} cannot be reached`);
  const content = await deps.content(job.emailId);
  if (!content) {
    socket.destroy();
    return later('the sealed content could not be opened');
  }
  const line = readReplies(socket);
  const command = (text: string): Promise<SmtpReply | Failure> => {
    line.write(`${text}\r\n`);
    return line.reply(bounds.REPLY_MS);
  };
  const steps = [
    () => line.reply(bounds.REPLY_MS),
    () => command(`LHLO ${deps.config.hostname}`),
    () => command(`MAIL FROM:<${job.mailFrom}>`),
  ];
  try {
    for (const step of steps) {
      const reply = await step();
      if (failed(reply) || reply.code >= 300) return later(failed(reply) ? reply.text : `${reply.code} ${reply.text}`);
    }
    const rcpts: SmtpReply[] = [];
    for (const one of job.recipients) {
      const reply = await command(`RCPT TO:<${one.address}>`);
      if (failed(reply)) return later(reply.text);
      rcpts.push(reply);
    }
    const taken = rcpts.filter(reply => reply.code < 300).length;
    const go = taken > 0 ? await command('DATA') : null;
    if (go && (failed(go) || go.code !== 354)) return later(go.text);
    if (go) line.write(stuffed(Buffer.alloc(0), content));
    const answers: (SmtpReply | Failure)[] = [];
    for (let n = 0; n < taken; n++) answers.push(await line.reply(bounds.DOT_MS));
    let next = 0;
    return job.recipients.map((one, i) => {
      const reply = (rcpts[i] as SmtpReply).code < 300 ? (answers[next++] as SmtpReply | Failure) : (rcpts[i] as SmtpReply);
      const base = plainAttempt(deps.clock.now(), 'unknown', failed(reply) ? reply.text : '', { peer: name, class: 'connection' });
      if (failed(reply)) return { ...base, n: one.n };
      return { ...base, n: one.n, ...said(reply, 'data') };
    });
  } finally {
    content.fill(0);
    line.write('QUIT\r\n');
    line.end();
  }
}

function connected(to: { readonly path: string } | { readonly host: string; readonly port: number }): Promise<Socket | null> {
  return new Promise(resolve => {
    const socket = connect(to);
    const timer = setTimeout(() => (socket.destroy(), resolve(null)), bounds.CONNECT_MS);
    socket.once('connect', () => (clearTimeout(timer), socket.removeAllListeners(), resolve(socket)));
    socket.once('error', () => (clearTimeout(timer), resolve(null)));
  });
}
