// Signing in and out.
import { get, send, type Fault } from './api.ts';
import { keep, kept } from './kept.ts';
import { actFor, endedByServer, session, type Session } from './session.ts';

/** That somebody signed in here, and nothing else: a browser where nobody did need not ask. */
const HERE = 'signed-in';

/** Who is signed in by the cookie; a server that does not answer is shown as nobody, and sign-in says why. */
export async function askSession(): Promise<void> {
  const outcome = kept(HERE) === null ? null : await get<Session>('/console/session');
  if (outcome && !outcome.ok && outcome.fault.status === 401) keep(HERE, null);
  session.set(outcome?.ok ? outcome.value : null);
}

/** null: it worked. */
export async function signIn(key: string): Promise<Fault | null> {
  const outcome = await send<Session>('POST', '/console/session', { key: key.trim() });
  if (!outcome.ok) return outcome.fault;
  keep(HERE, 'yes');
  endedByServer.set(false);
  actFor(null);
  session.set(outcome.value);
  return null;
}

export async function signOut(everywhere: boolean): Promise<Fault | null> {
  const outcome = await send('DELETE', everywhere ? '/console/sessions' : '/console/session');
  if (!outcome.ok && outcome.fault.status !== 401) return outcome.fault;
  keep(HERE, null);
  actFor(null);
  session.set(null);
  return null;
}
