// Mail to `score-TOKEN@…`: scored with all that its own way here shows (SPF, DKIM, DMARC), what was found kept for a day, and the mail thrown
// away. Answered by mail only to a sender that DMARC vouches for, never to a machine or a null sender (RFC 3834), quoting nothing.
import { isAutoReply } from '../bounce/auto-reply.ts';
import type { ScoreAddress } from '../engines/store/control/score-mail.ts';
import type { Store } from '../engines/store/subjects.ts';
import type { Clock, Log, Metrics, Shared } from '../engines/types.ts';
import type { Language } from '../filter/rules/rule.ts';
import type { AuthResults, Identified, Refusal } from '../mail.ts';
import { comparable, normalAddress, parseMailboxes, splitAddress } from '../message/addresses.ts';
import { compose } from '../message/build.ts';
import { firstOf, readHeaders } from '../message/headers.ts';
import { walk } from '../message/walk.ts';
import { scoreAddress, scoreToken } from '../score/address.ts';
import { MAILS_PER_HOUR, RESULT_MS } from '../score/bounds.ts';
import { keptOf, shortReport, type Kept } from '../score/kept.ts';
import { letterOf } from '../score/letter.ts';
import { identityFacts } from '../score/path.ts';
import type { Facts } from '../score/facts.ts';
import type { Scored } from '../score/score.ts';

export type ScoreMailDeps = {
  readonly store: Pick<Store, 'scoreMail'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly shared: Pick<Shared, 'count'>;
  readonly tokenMac: (token: string) => string;
  /** The host of the addresses. */
  readonly domain: string;
  /** The URL of a token's results. */
  readonly urlOf: (token: string) => string;
  readonly newId: () => string;
  readonly authenticate: (mail: Identified) => Promise<AuthResults>;
  /** As `POST /v1/score` does for the account; null: a check did not finish. */
  readonly score: (raw: Buffer, accountId: string, facts: Facts) => Promise<Scored | null>;
  /** Queues a mail of the server itself, with the null sender. */
  readonly notice: (id: string, to: string, raw: Buffer) => Promise<void>;
};

const HOUR = 3_600_000;

/** Scores the mail for each of its addresses. `auth`: what is known of its way already. `answer`: it is taken, so that it may be answered. */
export async function takeScoreMail(
  deps: ScoreMailDeps,
  mail: Identified,
  { auth, answer }: { readonly auth: AuthResults | null; readonly answer: boolean },
): Promise<Refusal | null> {
  for (const token of tokensOf(mail)) {
    const box = await deps.store.scoreMail.address(deps.tokenMac(token));
    if (!box || box.expiresAt <= deps.clock.now()) continue;
    if (deps.shared.count(`score/${token}`, HOUR) > MAILS_PER_HOUR) {
      deps.metrics.count('sesame_score_mails_total', { result: 'too_many' });
      return {
        refused: true,
        reason: 'rate_limited',
        code: 450,
        enhanced: '4.7.1',
        text: `at most ${MAILS_PER_HOUR} mails an hour are scored here`,
      };
    }
    const known = auth ?? (await deps.authenticate(mail));
    const scored = await deps.score(mail.raw, box.accountId, { now: deps.clock.now(), ...identityOf(mail, known) });
    if (!scored)
      return { refused: true, reason: 'internal', code: 451, enhanced: '4.3.0', text: 'a check did not finish, try again later' };
    const kept = keptOf(scored);
    const at = deps.clock.now();
    await deps.store.scoreMail.keep({
      id: deps.newId(),
      tokenMac: box.tokenMac,
      at,
      expiresAt: at + RESULT_MS,
      result: JSON.stringify(kept),
    });
    const to = answer ? whomToAnswer(deps, mail, known) : null;
    if (to !== null) await tell(deps, box, token, kept, to);
    deps.metrics.count('sesame_score_mails_total', { result: to === null ? 'kept' : 'answered' });
  }
  return null;
}

/** Each once. */
export function tokensOf({ party, envelope }: Identified): readonly string[] {
  const routes = party.kind === 'stranger' ? party.routes : [];
  const tokens = envelope.recipients.map(({ address }, i) =>
    routes[i]?.id === 'score' ? scoreToken(splitAddress(comparable(address))?.local ?? '') : null,
  );
  return [...new Set(tokens.filter(token => token !== null))];
}

const fromOf = ({ raw }: Identified): string | null => {
  const from = parseMailboxes(firstOf(raw, readHeaders(raw), 'from') ?? '');
  return from.length === 1 ? normalAddress(from[0]?.address ?? '') : null;
};

function identityOf(mail: Identified, auth: AuthResults): Pick<Facts, 'identity'> {
  const domain = splitAddress(fromOf(mail) ?? '')?.domain;
  return domain === undefined ? {} : { identity: identityFacts(domain, auth) };
}

/** null: nobody is answered. */
function whomToAnswer({ domain }: ScoreMailDeps, mail: Identified, auth: AuthResults): string | null {
  const from = fromOf(mail);
  if (from === null || mail.envelope.from === '' || auth.dmarc.result !== 'pass') return null;
  const submitted = firstOf(mail.raw, readHeaders(mail.raw), 'auto-submitted')?.trim() ?? 'no';
  if (!/^no\b/i.test(submitted) || isAutoReply(walk(mail.raw))) return null;
  const { local = '', domain: at } = splitAddress(from) ?? {};
  return /^(?:mailer-daemon|postmaster)$/i.test(local) || (at === domain && scoreToken(local.toLowerCase()) !== null) ? null : from;
}

async function tell(deps: ScoreMailDeps, { language }: ScoreAddress, token: string, kept: Kept, to: string): Promise<void> {
  const id = deps.newId();
  const words = language as Language;
  const { subject, text } = letterOf(shortReport(kept, words), deps.urlOf(token), words);
  const built = compose({
    from: scoreAddress(token, deps.domain),
    to: [to],
    cc: [],
    bcc: [],
    replyTo: [],
    subject,
    text,
    html: null,
    attachments: [],
    headers: [['Auto-Submitted', 'auto-replied']],
    at: deps.clock.now(),
    messageId: `<${id.slice(4)}@${deps.domain}>`,
  });
  if (built.ok) return deps.notice(id, to, built.raw);
  deps.log.error('the answer with a score could not be written', { emailId: id, reason: built.field });
}
