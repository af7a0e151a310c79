// Idempotency-Key on creating calls (docs/api.md): claimed before, answered again after, freed by a refusal. Mail records its
// answer in the accepting commit itself; other calls here.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { unwrap, wrap } from '../engines/keys/secrets.ts';
import type { IdempotencyClaim } from '../mail.ts';
import { callerOf } from './caller.ts';
import { ApiError } from './errors.ts';
import type { ApiDeps } from './types.ts';

/** Fields that are shown once and never stored. */
const SECRETS = ['key', 'password', 'secret', 'secretAccessKey'];

/** Runs `create` at most once for the key. `create` gets the claim to record; `recorded` says that it did so by itself (mail). */
export async function once(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  create: (claim: IdempotencyClaim | null) => Promise<Readonly<Record<string, unknown>>>,
  recorded = false,
): Promise<unknown> {
  reply.code(status);
  const claim = claimOf(deps, request);
  if (!claim) return create(null);
  const state = await deps.store.idempotency.begin(claim);
  if (state.kind === 'other_body') throw new ApiError('idempotency_key_reused', 'This Idempotency-Key was used with another body.');
  if (state.kind === 'running') throw new ApiError('idempotency_in_progress', 'A request with this Idempotency-Key is being answered now.');
  if (state.kind === 'done') {
    reply.code(state.status).header('idempotent-replayed', 'true');
    return JSON.parse(opened(deps, claim, state.answer));
  }
  try {
    const body = await create(claim);
    if (!recorded)
      await deps.store.idempotency.finish({
        keyMac: claim.keyMac,
        status,
        answer: sealed(deps, claim, JSON.stringify(withoutSecrets(body))),
      });
    return body;
  } catch (error) {
    await deps.store.idempotency.free(claim.keyMac);
    throw error;
  }
}

function claimOf(deps: ApiDeps, request: FastifyRequest): IdempotencyClaim | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new ApiError('invalid_request', 'Idempotency-Key is 1 to 255 visible ASCII characters.', { field: 'Idempotency-Key' });
  const caller = callerOf(request);
  const who = caller.accountId ?? caller.keyId;
  const path = request.url.replace(/\?.*$/, '');
  const { mac } = deps.secrets;
  return {
    keyMac: mac('idempotency', who, '\n', request.method, '\n', path, '\n', key),
    bodyMac: mac('idempotency-body', request.rawBody ?? ''),
  };
}

/** Under a key that nothing in the database gives away, and that a new installation key leaves as it is. */
const answerKey = ({ secrets }: ApiDeps, { keyMac }: IdempotencyClaim): Buffer => secrets.mac('idempotency-answer', keyMac);

/** An answer repeats what was asked for, such as the words of a template, which are sealed wherever they are kept. */
const sealed = (deps: ApiDeps, claim: IdempotencyClaim, answer: string): string =>
  wrap(answerKey(deps, claim), 'answer', Buffer.from(answer)).toString('base64');

/** What mail and batches record in their own commit holds nothing of the kind and is plain JSON. */
const opened = (deps: ApiDeps, claim: IdempotencyClaim, answer: string): string =>
  answer.startsWith('{') ? answer : unwrap(answerKey(deps, claim), 'answer', Buffer.from(answer, 'base64')).toString('utf8');

function withoutSecrets(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const had = SECRETS.filter(name => typeof body[name] === 'string');
  return had.length === 0 ? body : { ...body, ...Object.fromEntries(had.map(name => [name, null])), already_shown: true };
}
