// POST /v1/feedback: a mail is named spam or wanted, by its id or its bytes, and the filter learns from it: the account's own layer, or the
// installation's when the operator acts for nobody. Nothing of the mail is kept.
import { Type } from 'typebox';
import { SKETCH_MS } from '../../engines/store/control/emails.ts';
import type { Lesson, Taught } from '../../learn/teach.ts';
import { FEEDBACK_PER_MINUTE } from '../bounds.ts';
import { actorOf, callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { base64, canonical } from '../raw.ts';
import type { ApiDeps, Resource } from '../types.ts';

const MINUTE = 60_000;

const Body = Type.Object(
  {
    emailId: Type.Optional(Type.String({ maxLength: 100, description: 'a mail of this server' })),
    raw: Type.Optional(Type.String({ description: 'base64 of a whole RFC 5322 message' })),
    label: Type.Union([Type.Literal('spam'), Type.Literal('ham')]),
  },
  { additionalProperties: false },
);

/** What the lesson is taken from; `raw` is wiped when it was read. */
type Source = { readonly raw: Buffer } | { readonly sketch: Uint8Array };

export const feedback: Resource = (app, deps) => {
  app.post(
    '/v1/feedback',
    { config: { access: 'send' }, schema: { body: Body, summary: 'Teach the filter: this mail is spam, or ham' } },
    (request, reply) =>
      once(deps, request, reply, 200, async () => {
        const caller = callerOf(request);
        const { accountId } = caller;
        if (accountId && deps.shared.count(`feedback/${accountId}`, MINUTE) > FEEDBACK_PER_MINUTE)
          throw new ApiError('rate_limited', `At most ${FEEDBACK_PER_MINUTE} a minute are taken.`, { retrySeconds: 60 });
        const { emailId, raw, label } = request.body;
        if ((emailId === undefined) === (raw === undefined)) throw invalid('emailId', 'or "raw" is needed, one of the two.');
        const source = emailId === undefined ? { raw: given(deps, raw ?? '') } : await ofEmail(deps, accountId, emailId);
        const taught = await learnFrom(deps, { ...source, accountId, label });
        const scope = accountId ? 'account' : 'installation';
        await noted(deps, request, 'filter.teach', accountId ?? scope, label);
        // The filter was wrong about the account, says who may say so: what it counted against it is taken back.
        if (caller.operator && accountId && label === 'ham')
          await deps.store.standing.tell({ accountId, told: [{ kind: 'ham', words: 'the mail is wanted' }], by: actorOf(caller) });
        return { scope, label, ...taught };
      }),
  );
};

async function learnFrom(deps: ApiDeps, lesson: Lesson): Promise<Exclude<Taught, { readonly failed: unknown }>> {
  const raw = 'raw' in lesson ? lesson.raw : null;
  const taught = await deps.teach(lesson).finally(() => raw?.fill(0));
  if (!('failed' in taught)) return taught;
  switch (taught.failed) {
    case 'unread':
      throw new ApiError('scanner_unavailable', 'The message was not read in time. Nothing was learned; try again.');
    case 'full':
      throw new ApiError('storage_full', 'No room to keep what was learned. Try again later.');
    case 'busy':
      throw new ApiError('rate_limited', 'Too many lessons at once. Nothing was learned; try again.', { retrySeconds: 1 });
    case 'gone':
      throw notFound();
  }
}

function given(deps: ApiDeps, raw: string): Buffer {
  const bytes = base64(raw, 'raw');
  if (bytes.length === 0) throw invalid('raw', 'is empty.');
  if (bytes.length > deps.config.messageSize) throw new ApiError('too_large', 'The message is larger than the limit, see /v1/limits.');
  return canonical(bytes);
}

/** The content while it lives; then, for a day, the campaign fingerprint. */
async function ofEmail(deps: ApiDeps, accountId: string | null, id: string): Promise<Source> {
  const email = await deps.store.emails.get(id);
  if (!email || (accountId !== null && email.accountId !== accountId)) throw notFound();
  const raw = email.contentHeld ? await deps.content(id) : null;
  if (raw) return { raw };
  const sketch = await deps.store.emails.sketch({ id, finalAfter: deps.clock.now() - SKETCH_MS });
  if (sketch) return { sketch };
  throw new ApiError(
    'wrong_state',
    'Nothing of this mail is kept that could be learned from. Send its bytes as "raw" instead of "emailId".',
  );
}
