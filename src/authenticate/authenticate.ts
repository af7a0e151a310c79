// The authenticate stage: what SPF, DKIM, DMARC and ARC say of a stranger's mail. Accounts were authenticated at the door.
import type { AuthAnswer, AuthEngine, AuthWord } from '../engines/mailauth.ts';
import type { Authenticated, AuthResult, AuthResults, Identified, Verdict } from '../mail.ts';

export type RawAsk = {
  readonly raw: Buffer;
  readonly ip: string | null;
  readonly helo: string | null;
  readonly mailFrom: string | null;
  /** Whatever is remembered of DNS, ask anew. */
  readonly fresh?: boolean;
};
export type Authenticator = {
  /** For `POST /v1/scan`: facts that are not given are DISABLED. */
  readonly raw: (ask: RawAsk) => Promise<AuthResults>;
};

export function newAuthenticator(engine: AuthEngine): Authenticator {
  return { raw: async ask => resultsOf(await engine(ask), ask) };
}

export async function authenticate(authenticator: Authenticator, mail: Identified): Promise<Authenticated> {
  if (mail.party.kind === 'account') return { ...mail, auth: NOT_CHECKED };
  const { ip, helo } = mail.peer;
  return { ...mail, auth: await authenticator.raw({ raw: mail.raw, ip, helo, mailFrom: mail.envelope.from }) };
}

const DISABLED: AuthResult = { verdict: 'DISABLED', result: 'none', domain: null };
const NOT_CHECKED: AuthResults = { spf: DISABLED, dkim: DISABLED, dmarc: DISABLED, arc: DISABLED, header: '' };

function resultsOf(answer: AuthAnswer, ask: RawAsk): AuthResults {
  return {
    spf: answer.spf ? resultOf(answer.spf, 'spf') : DISABLED,
    dkim: resultOf(answer.dkim, 'dkim'),
    // DMARC without the peer's address rests on DKIM alone: a pass is a pass, anything else is not known.
    dmarc: ask.ip === null && answer.dmarc.result === 'fail' ? DISABLED : resultOf(answer.dmarc, 'dmarc'),
    arc: resultOf(answer.arc, 'arc'),
    header: answer.header,
  };
}

/** docs/api.md, /v1/scan: RFC 8601 words to verdicts. */
export function resultOf(word: AuthWord, method: 'spf' | 'dkim' | 'dmarc' | 'arc'): AuthResult {
  return { ...word, verdict: verdictOf(word.result, method) };
}

function verdictOf(result: string, method: string): Verdict {
  switch (result) {
    case 'pass':
      return 'PASS';
    case 'fail':
      return 'FAIL';
    case 'temperror':
      return 'PROCESSING_FAILED';
    case 'permerror':
      return method === 'spf' ? 'FAIL' : 'GRAY';
    default:
      return 'GRAY';
  }
}
