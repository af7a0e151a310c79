// Idempotency-Key on creating calls (docs/api.md): claimed before, answered again after, freed by a refusal. Mail records its
// answer in the accepting commit itself; other calls here.
import type { FastifyReply, FastifyRequest } from 'fastify';
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
    return JSON.parse(state.answer);
  }
  try {
    const body = await create(claim);
    if (!recorded) await deps.store.idempotency.finish({ keyMac: claim.keyMac, status, answer: JSON.stringify(withoutSecrets(body)) });
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

function withoutSecrets(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const had = SECRETS.filter(name => typeof body[name] === 'string');
  return had.length === 0 ? body : { ...body, ...Object.fromEntries(had.map(name => [name, null])), already_shown: true };
}
