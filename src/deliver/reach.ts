// Reaching one hop: connect, greet, climb down the TLS ladder as the mail's floor allows (tlspolicy/outcome.ts), log in. The outcome is a
// connection that may carry the mail, or why not.
import { readReply } from '../bounce/reply.ts';
import type { Clock } from '../engines/types.ts';
import type { Hop, Source } from '../mail.ts';
import { onNoStartTls, afterHandshake, type Outcome, type Refused } from '../tlspolicy/outcome.ts';
import type { SessionFailure } from '../tlspolicy/results.ts';
import { openConnection, type Connection } from './connection.ts';
import type { Sessions, TlsWith } from './handshake.ts';
import { failed, type Failure, type SmtpReply } from './replies.ts';
import { noteOffered, noteTrouble, noteWell, offeredLately, waited, type HostMemory, type Remembered } from './host-memory.ts';
import { judge, type Contexts, type Rung } from './tls.ts';

export type Login = { readonly user: string; readonly password: string };
export type Reached = {
  readonly ok: true;
  readonly connection: Connection;
  /** What was tried before, or why there is no TLS; empty = nothing to tell. */
  readonly before: string;
  /** What TLS-RPT is told of this session. */
  readonly report: SessionFailure | null;
};
export type Unreached = {
  readonly ok: false;
  readonly code: number | null;
  readonly enhanced: string;
  readonly text: string;
  readonly class: string;
  readonly reason: string | null;
  /** Its TLS was not enough, or may not be used yet. */
  readonly tls: Refused | null;
};
export type ReachDeps = { readonly contexts: Contexts; readonly sessions: Sessions; readonly memory: HostMemory; readonly clock: Clock };

/** `implicit`: TLS comes first (smtps:), so that clear is no way out. `login` is refused by the floor unless TLS is verified by name. */
export async function reach(
  deps: ReachDeps,
  hop: Hop,
  source: Source,
  implicit: boolean,
  login: Login | null,
): Promise<Reached | Unreached> {
  const known = await deps.memory.recall(hop.host);
  let rung: Rung = 'modern';
  let before = '';
  for (;;) {
    const step: Step = await tryOnce({ deps, hop, source, implicit, login, known, rung, before });
    if (step.kind === 'again') {
      rung = step.rung;
      before = step.why;
    } else return step.kind === 'reached' ? step.reached : step.why;
  }
}

type Try = {
  readonly deps: ReachDeps;
  readonly hop: Hop;
  readonly source: Source;
  readonly implicit: boolean;
  readonly login: Login | null;
  readonly known: Remembered;
  readonly rung: Rung;
  readonly before: string;
};
type Step =
  | { readonly kind: 'reached'; readonly reached: Reached }
  /** Once more on a new connection. */
  | { readonly kind: 'again'; readonly rung: Rung; readonly why: string }
  | { readonly kind: 'unreached'; readonly why: Unreached };

/** One connection. What is not handed on is closed here. */
async function tryOnce(go: Try): Promise<Step> {
  const { deps, hop, implicit, source } = go;
  const opened = await openConnection({ ...hop, localAddress: source.ip }, implicit ? tlsWith(go) : null);
  if (failed(opened)) {
    if (opened.failed === 'connect' || !implicit) return unreached(opened);
    return afterFailure(go, opened);
  }
  const { connection, greeting } = opened;
  const step = await greeted(go, connection, greeting).catch((error: unknown) => {
    connection.quit();
    throw error;
  });
  if (step.kind !== 'reached') connection.quit();
  else if (connection.tls() && !implicit) await noteWell(deps.memory, hop.host, go.known, deps.clock.now());
  return step;
}

async function greeted(go: Try, connection: Connection, greeting: SmtpReply): Promise<Step> {
  if (greeting.code !== 220) return refused(greeting);
  const hello = await connection.ehlo(go.source.helo);
  if (failed(hello)) return unreached(hello);
  if (hello.code !== 250) return refused(hello);
  if (go.implicit) return ready(go, connection);
  if (go.rung === 'clear') return reached(connection, go.before, go.hop.floor.report ?? 'validation-failure');
  return startTls(go, connection);
}

async function startTls(go: Try, connection: Connection): Promise<Step> {
  const { deps, hop, known, source } = go;
  const now = deps.clock.now();
  if (!connection.extensions().has('STARTTLS')) {
    const seen = { kind: 'absent', offeredLately: offeredLately(known, now), waited: waited(known, now) } as const;
    return act(go, connection, onNoStartTls(hop.floor, seen));
  }
  await noteOffered(deps.memory, hop.host, known, now);
  const outcome = await connection.startTls(tlsWith(go));
  if (outcome === null) {
    const again = await connection.ehlo(source.helo);
    if (!failed(again)) return ready(go, connection);
    // A peer of TLS 1.3 that wants a certificate of ours says so by an alert after the handshake (RFC 8446 section 4.4.2.4).
    return again.text.startsWith('ERR_SSL_') ? afterFailure(go, { failed: 'protocol', text: again.text }) : unreached(again);
  }
  if (failed(outcome)) return afterFailure(go, outcome);
  return act(go, connection, onNoStartTls(hop.floor, { kind: 'refused', code: outcome.code, text: outcome.text }));
}

/** TLS is up: is it enough? Then the login, if there is one. */
async function ready(go: Try, connection: Connection): Promise<Step> {
  const step = await act(go, connection, judge(go.hop, connection, go.before, go.deps.clock.now()));
  if (step.kind !== 'reached' || !go.login) return step;
  const reply = await connection.login(go.login.user, go.login.password);
  if (failed(reply)) return unreached(reply);
  if (reply.code === 235) return step;
  const { code, text } = reply;
  const enhanced = reply.enhanced ?? '4.7.8';
  return { kind: 'unreached', why: { ok: false, code, enhanced, text: `login refused: ${text}`, class: 'auth', reason: null, tls: null } };
}

function afterFailure(go: Try, failure: Failure): Promise<Step> | Step {
  const { deps, hop, rung, known, implicit } = go;
  const legacyLeft = rung === 'modern' && deps.contexts.old !== null;
  const how = failure.failed === 'protocol' ? 'protocol' : 'lost';
  const seen = { kind: 'failed', failed: how, text: failure.text, legacyLeft, waited: waited(known, deps.clock.now()) } as const;
  const outcome = afterHandshake(hop.floor, seen);
  // Behind a port of TLS alone there is nothing in clear.
  if (outcome.do === 'clear' && implicit) return unreached(failure);
  return act(go, null, outcome);
}

/** What the policy said, done. `connection`: the one that a clear delivery may go on with. */
async function act(go: Try, connection: Connection | null, outcome: Outcome): Promise<Step> {
  const { deps, hop, known } = go;
  switch (outcome.do) {
    case 'go-on':
      return connection ? reached(connection, go.before, outcome.report) : again('clear', outcome.why);
    case 'clear':
      return connection && !outcome.newConnection ? reached(connection, outcome.why, outcome.report) : again('clear', outcome.why);
    case 'legacy':
      return again('old', outcome.why);
    case 'wait':
      await noteTrouble(deps.memory, hop.host, known, deps.clock.now());
      return tlsRefused(outcome);
    case 'next-host':
      return tlsRefused(outcome);
  }
}

function tlsWith({ deps, hop, source, rung }: Try): TlsWith {
  const context = (rung === 'old' ? deps.contexts.old : null) ?? deps.contexts.modern;
  const sessionKey = `${rung} ${source.ip ?? ''} ${hop.host} ${hop.ip} ${hop.port}`;
  return { context, name: hop.host, sessions: deps.sessions, sessionKey };
}

const reached = (connection: Connection, before: string, report: SessionFailure | null): Step => ({
  kind: 'reached',
  reached: { ok: true, connection, before, report },
});
const again = (rung: Rung, why: string): Step => ({ kind: 'again', rung, why });

function tlsRefused(why: Refused): Step {
  return { kind: 'unreached', why: { ok: false, code: null, enhanced: why.enhanced, text: why.why, class: 'tls', reason: null, tls: why } };
}

function unreached({ text }: Failure): Step {
  return { kind: 'unreached', why: { ok: false, code: null, enhanced: '4.4.1', text, class: 'connection', reason: null, tls: null } };
}

/** The host takes no mail of us now: its trouble, or ours, never the address's. */
function refused({ code, enhanced, text }: SmtpReply): Step {
  const meaning = readReply({ code, enhanced, text, phase: 'connect' });
  const why = { code, enhanced: enhanced ?? '4.3.2', text: `greeting: ${text}`, class: meaning.class, reason: meaning.reason };
  return { kind: 'unreached', why: { ok: false, ...why, tls: null } };
}
