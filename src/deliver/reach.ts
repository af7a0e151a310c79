// Reaching one hop: connect, greet, climb the TLS ladder, log in. The outcome is a connection that may carry the mail, or why not.
import type { Clock } from '../engines/types.ts';
import type { Hop, TlsPolicy } from '../mail.ts';
import { failed, openConnection, type Connection, type Failure, type SmtpReply } from './connection.ts';
import { carries, rungs, type Contexts, type HostMemory, type Rung } from './tls.ts';

export type Login = { readonly user: string; readonly password: string };
export type Reached = { readonly ok: true; readonly connection: Connection; readonly reason: string };
/** `permanent` only where waiting cannot help by itself; the caller decides by the mail's age. */
export type Unreached = {
  readonly ok: false;
  readonly code: number | null;
  readonly enhanced: string;
  readonly text: string;
  readonly class: string;
};
export type ReachDeps = { readonly helo: string; readonly contexts: Contexts; readonly memory: HostMemory; readonly clock: Clock };

/** `login` demands TLS verified by name: credentials never travel otherwise. */
export async function reach(
  deps: ReachDeps,
  hop: Hop,
  from: string | null,
  policy: TlsPolicy,
  implicit: boolean,
  login: Login | null,
): Promise<Reached | Unreached> {
  let reason = '';
  for (const rung of rungs(policy, deps.contexts)) {
    const context = rung === 'clear' ? null : deps.contexts[rung];
    const opened = await openConnection({ ...hop, localAddress: from }, implicit ? context : null);
    if (failed(opened)) {
      if (opened.failed !== 'protocol' || !implicit) return unreached(opened);
      reason = `TLS failed (${opened.text})`;
      continue;
    }
    const { connection, greeting } = opened;
    const step = await hello(deps, connection, greeting, hop, rung, policy, implicit, reason);
    if (step.kind === 'next') {
      reason = step.reason;
      connection.quit();
      continue;
    }
    if (step.kind === 'stop') {
      connection.quit();
      return step.why;
    }
    const bad = login ? await logIn(connection, login) : null;
    if (bad) {
      connection.quit();
      return bad;
    }
    return { ok: true, connection, reason: step.reason };
  }
  return { ok: false, code: null, enhanced: '4.7.5', text: reason || 'TLS could not be had', class: 'tls' };
}

type Step =
  | { readonly kind: 'on'; readonly reason: string }
  | { readonly kind: 'next'; readonly reason: string }
  | { readonly kind: 'stop'; readonly why: Unreached };
const stop = (why: Unreached): Step => ({ kind: 'stop', why });

async function hello(
  deps: ReachDeps,
  connection: Connection,
  greeting: SmtpReply,
  hop: Hop,
  rung: Rung,
  policy: TlsPolicy,
  implicit: boolean,
  before: string,
): Promise<Step> {
  if (greeting.code !== 220) return stop(refused(greeting, 'greeting'));
  const greeted = await connection.ehlo(deps.helo);
  if (failed(greeted)) return stop(unreached(greeted));
  if (greeted.code !== 250) return stop(refused(greeted, 'greeting'));
  const at = deps.clock.now();
  if (implicit) return judged(connection, policy, before);
  if (rung === 'clear') return { kind: 'on', reason: before };
  if (!connection.extensions().has('STARTTLS')) {
    if (policy !== 'opportunistic')
      return stop({ ok: false, code: null, enhanced: '4.7.4', text: 'the peer does not offer STARTTLS', class: 'tls' });
    if (deps.memory.offeredLately(hop.host, at) && !deps.memory.troubled(hop.host, at)) {
      deps.memory.trouble(hop.host, at);
      return stop({ ok: false, code: null, enhanced: '4.7.4', text: 'STARTTLS was offered before and is not now', class: 'tls' });
    }
    return { kind: 'on', reason: before || 'the peer does not offer STARTTLS' };
  }
  deps.memory.offered(hop.host, at);
  const context = deps.contexts[rung];
  if (!context) return { kind: 'next', reason: before };
  const outcome = await connection.startTls(context, hop.host);
  if (outcome === null) {
    deps.memory.well(hop.host);
    const again = await connection.ehlo(deps.helo);
    if (failed(again)) return stop(unreached(again));
    return judged(connection, policy, before);
  }
  if (!failed(outcome)) {
    // STARTTLS was refused by a reply: opportunistic mail goes on in clear, on this connection.
    if (policy === 'opportunistic') return { kind: 'on', reason: `STARTTLS refused (${outcome.code})` };
    return stop({ ok: false, code: outcome.code, enhanced: '4.7.4', text: `STARTTLS refused: ${outcome.text}`, class: 'tls' });
  }
  if (outcome.failed === 'protocol') return { kind: 'next', reason: `TLS failed (${outcome.text})` };
  if (policy === 'opportunistic' && deps.memory.troubled(hop.host, at)) return { kind: 'next', reason: `TLS breaks off (${outcome.text})` };
  deps.memory.trouble(hop.host, at);
  return stop({ ok: false, code: null, enhanced: '4.7.5', text: `TLS broke off: ${outcome.text}`, class: 'tls' });
}

function judged(connection: Connection, policy: TlsPolicy, before: string): Step {
  const state = connection.tls();
  if (carries(policy, state)) return { kind: 'on', reason: before ? `${before}; ${state?.why ?? ''}` : (state?.why ?? '') };
  return stop({ ok: false, code: null, enhanced: '4.7.5', text: `certificate not verified: ${state?.why ?? 'no TLS'}`, class: 'tls' });
}

async function logIn(connection: Connection, login: Login): Promise<Unreached | null> {
  if (!connection.tls()?.verified)
    return { ok: false, code: null, enhanced: '4.7.5', text: 'credentials need TLS verified by name', class: 'tls' };
  const reply = await connection.login(login.user, login.password);
  if (failed(reply)) return unreached(reply);
  return reply.code === 235
    ? null
    : { ok: false, code: reply.code, enhanced: reply.enhanced ?? '4.7.8', text: `login refused: ${reply.text}`, class: 'auth' };
}

function unreached(failure: Failure): Unreached {
  return { ok: false, code: null, enhanced: '4.4.1', text: failure.text, class: 'connection' };
}

function refused(reply: SmtpReply, where: string): Unreached {
  return {
    ok: false,
    code: reply.code,
    enhanced: reply.enhanced ?? (reply.code >= 500 ? '5.3.2' : '4.3.2'),
    text: `${where}: ${reply.text}`,
    class: 'refused',
  };
}
