// SASL PLAIN (RFC 4616) and LOGIN over SMTP AUTH (RFC 4954): reads the credentials, judges nothing.

export type Credentials = { readonly username: string; readonly password: string };
type Dialog = {
  /** Send a challenge and hand the next line to `then`. */
  readonly ask: (challenge: string, then: (line: string) => void) => void;
  readonly done: (outcome: Credentials | { readonly fault: string }) => void;
};

/** `argument` is what stood behind AUTH: the mechanism and maybe an initial response. */
export function login(argument: string, { ask, done }: Dialog): void {
  const [mechanism = '', initial] = argument.trim().split(/ +/);
  const cancelled = (line: string): boolean => {
    if (line !== '*') return false;
    done({ fault: 'cancelled' });
    return true;
  };
  const plain = (line: string): void => {
    if (cancelled(line)) return;
    const parts = (base64(line) ?? '').split('\0');
    if (parts.length !== 3 || !parts[1]) return done({ fault: 'PLAIN takes base64 of authzid NUL user NUL password' });
    done({ username: parts[1], password: parts[2] as string });
  };
  const user = (line: string): void => {
    if (cancelled(line)) return;
    const username = base64(line);
    if (!username) return done({ fault: 'not base64' });
    ask(Buffer.from('Password:').toString('base64'), next => {
      if (cancelled(next)) return;
      const password = base64(next);
      if (password === null) return done({ fault: 'not base64' });
      done({ username, password });
    });
  };
  switch (mechanism.toUpperCase()) {
    case 'PLAIN':
      return initial === undefined ? ask('', plain) : plain(initial === '=' ? '' : initial);
    case 'LOGIN':
      return initial === undefined ? ask(Buffer.from('Username:').toString('base64'), user) : user(initial);
    default:
      return done({ fault: 'AUTH PLAIN or AUTH LOGIN' });
  }
}

function base64(line: string): string | null {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(line) ? Buffer.from(line, 'base64').toString('utf8') : null;
}
