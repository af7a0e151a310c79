// Who is signed in. The key is sent once and kept nowhere: the server answers with a cookie that scripts cannot read, and a token against requests
// from elsewhere. An operator chooses the account to act for; the choice ends with the tab.
import { newValue, useValue } from './value.ts';

export type Session = {
  readonly accountId: string | null;
  readonly operator: boolean;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly csrf: string;
  readonly expiresAt?: string;
};

/** undefined: not asked yet; null: nobody. */
export const session = newValue<Session | null | undefined>(undefined);

/** The server ended the session under our hands: sign-in says so. */
export const endedByServer = newValue(false);
export function endSession(): void {
  if (session.get()) endedByServer.set(true);
  session.set(null);
}

const ACTING = 'sesame.acting';
export type Acting = { readonly id: string; readonly name: string };
/** The account that an operator acts for; null = all of them. */
export const acting = newValue<Acting | null>(readActing());

function readActing(): Acting | null {
  try {
    return JSON.parse(sessionStorage.getItem(ACTING) ?? 'null') as Acting | null;
  } catch {
    return null;
  }
}

export function actFor(account: Acting | null): void {
  try {
    if (account) sessionStorage.setItem(ACTING, JSON.stringify(account));
    else sessionStorage.removeItem(ACTING);
  } catch {
    // Without storage the choice holds until the page is left.
  }
  acting.set(account);
}

/** The session, below <Frame>, which is drawn for one that is there. */
export function useSession(): Session {
  const now = useValue(session);
  if (!now) throw new Error('nobody is signed in');
  return now;
}

/** May the session do what needs this scope? The server judges; this only spares buttons that would be refused. */
export const may = (who: Session, scope: string): boolean => who.operator || who.scopes.includes(scope);
/** The account that calls are for; null = an operator who sees all. */
export const accountNow = (): string | null => session.get()?.accountId ?? (session.get()?.operator ? (acting.get()?.id ?? null) : null);
