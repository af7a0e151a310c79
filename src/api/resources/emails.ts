// What is kept of mail: states, attempts, verdicts, never content; and the decisions on mail that waits.
import { Type } from 'typebox';
import type { EmailRow, RecipientRow } from '../../engines/store/control/emails.ts';
import type { LastTry, StoredEvent } from '../../engines/store/control/events.ts';
import type { Language } from '../../filter/rules/rule.ts';
import type { SpamReason } from '../../mail.ts';
import { actorOf, callerOf, noted } from '../caller.ts';
import { ApiError, notFound } from '../errors.ts';
import { languageOf, toldReasons } from '../language.ts';
import { cursor, cursorOf, limitOf, momentOf, PageQuery, soughtAddress, time } from '../pages.ts';
import type { Caller, Resource } from '../types.ts';

const Params = Type.Object({ id: Type.String() });
const STATES = ['queued', 'scheduled', 'held', 'deferred', 'delivered', 'bounced', 'suppressed', 'expired', 'cancelled'] as const;
const text = Type.Optional(Type.String({ maxLength: 400 }));
const Query = Type.Object(
  {
    ...PageQuery,
    direction: Type.Optional(Type.Union([Type.Literal('in'), Type.Literal('out')])),
    recipient: text,
    messageId: text,
    state: Type.Optional(Type.Union(STATES.map(state => Type.Literal(state)))),
    tag: text,
    batch: text,
    since: text,
    until: text,
  },
  { additionalProperties: false },
);
/** Ids sort by time; this is above all. */
const NEWEST = 'msg_~';

export const emails: Resource = (app, deps) => {
  const { store } = deps;
  const own = async (caller: Caller, id: string): Promise<EmailRow> => {
    const email = await store.emails.get(id);
    if (!email || (caller.accountId !== null && email.accountId !== caller.accountId)) throw notFound();
    return email;
  };

  app.get(
    '/v1/emails',
    { config: { access: 'read' }, schema: { querystring: Query, summary: 'Search mail by recipient, state, tag, time' } },
    async request => {
      const { recipient, since, until, after: _after, limit: _limit, ...filter } = request.query;
      const { rows, next } = await store.emails.search({
        ...filter,
        ...(recipient === undefined ? {} : { recipient: soughtAddress(recipient, 'recipient') }),
        ...(since === undefined ? {} : { since: momentOf(since, 'since') }),
        ...(until === undefined ? {} : { until: momentOf(until, 'until') }),
        accountId: callerOf(request).accountId,
        before: cursorOf(request.query, NEWEST),
        limit: limitOf(request.query),
      });
      const data = [];
      const tries = await store.events.lastTries(rows.map(row => row.id));
      for (const row of rows) {
        const last = tries.filter(one => one.emailId === row.id);
        data.push({ ...summary(row), recipients: withLast(recipientsShown(await store.emails.recipients(row.id), []), last) });
      }
      return { data, next: next === null ? null : cursor(next) };
    },
  );

  const recipientsShown = (rows: readonly RecipientRow[], events: readonly StoredEvent[]): readonly Shown[] =>
    rows.map(({ address, state, heldFor, dueAt, waiting }) => {
      const of = events.filter(event => event.recipient === address);
      const outcome = of.findLast(event => event.data['afterDelivery'] === true);
      return {
        address,
        state,
        ...(heldFor ? { heldFor } : {}),
        ...(waiting ? { waiting: { why: waiting.why, until: time(waiting.until) } } : {}),
        nextAt: state === 'deferred' || state === 'queued' || state === 'scheduled' ? time(dueAt) : null,
        ...(events.length > 0 ? { outcome: outcome?.type ?? null, attempts: of.map(attemptOf).filter(one => one !== null) } : {}),
      };
    });

  app.get('/v1/emails/:id', { config: { access: 'read' }, schema: { params: Params } }, async request => {
    const email = await own(callerOf(request), request.params.id);
    // In this order a state that is told has its attempt beside it, whatever is committed meanwhile.
    const rows = await store.emails.recipients(email.id);
    const events = await store.events.ofEmail(email.id);
    return { ...summary(email), recipients: recipientsShown(rows, events), ...toldRecord(email.record, languageOf(request)) };
  });

  const decide = (verb: string, work: (email: EmailRow, by: string) => Promise<number>): void => {
    app.post(`/v1/emails/:id/${verb}`, { config: { access: 'manage' }, schema: { params: Params } }, async request => {
      const caller = callerOf(request);
      const email = await own(caller, request.params.id);
      const changed = await work(email, actorOf(caller));
      if (changed === 0)
        throw new ApiError('wrong_state', `No recipient of this mail can be ${verb === 'release' ? 'released' : `${verb}ed`} now.`);
      await noted(deps, request, `email.${verb}`, email.id);
      return { ...summary(email), recipients: recipientsShown(await store.emails.recipients(email.id), []) };
    });
  };
  decide('cancel', (email, by) => store.emails.end({ id: email.id, held: false, by }));
  decide('discard', (email, by) => store.emails.end({ id: email.id, held: true, by }));
  decide('release', email => store.emails.release({ id: email.id }));
};

function summary(email: EmailRow): Readonly<Record<string, unknown>> {
  const {
    id,
    accountId,
    batchId,
    direction,
    door,
    mailFrom,
    messageId,
    size,
    acceptedAt,
    sendAt,
    expiresAt,
    tls,
    tags,
    contentHeld,
    finalAt,
  } = email;
  const times = { acceptedAt: time(acceptedAt), sendAt: time(sendAt), expiresAt: time(expiresAt), finalAt: time(finalAt) };
  return { id, accountId, batchId, direction, door, from: mailFrom, messageId, size, tls, tags, contentHeld, ...times };
}

type Shown = { readonly address: string };
/** In a list what was said last stands in the place of all attempts. */
function withLast(recipients: readonly Shown[], last: readonly LastTry[]): readonly object[] {
  return recipients.map(one => {
    const { provider = null, reply = null } = last.find(tried => tried.recipient === one.address) ?? {};
    return { ...one, provider, lastReply: reply };
  });
}

/** The filter's reasons were recorded in English; they are told in the reader's language. */
function toldRecord(record: EmailRow['record'], language: Language): EmailRow['record'] {
  const spam = record['spam'] as { readonly reasons: readonly SpamReason[] } | undefined;
  return spam ? { ...record, spam: { ...spam, reasons: toldReasons(spam.reasons, language) } } : record;
}

/** An attempt as it was recorded with its event. */
function attemptOf(event: StoredEvent): object | null {
  const attempt = event.data['attempt'] as Readonly<Record<string, unknown>> | undefined;
  if (!attempt) return null;
  const { at, nextAt, n: _n, ...rest } = attempt;
  return { at: time(Number(at)), ...rest, nextAt: nextAt === null || nextAt === undefined ? null : time(Number(nextAt)) };
}
