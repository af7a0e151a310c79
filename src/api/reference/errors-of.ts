// Which error codes a call can give: those that follow from what it takes, and those that are its own.
import { CODES, type Code } from '../errors.ts';
import { callOf, type Operation } from './document.ts';

/** Of every call; said once at the top. */
export const EVERYWHERE: readonly Code[] = ['invalid_request', 'method_not_allowed', 'rate_limited', 'internal', 'draining'];
export const KEYED: readonly Code[] = ['unauthenticated', 'tls_required', 'forbidden', 'not_found', 'account_required'];
const BODY: readonly Code[] = ['invalid_json', 'invalid_field', 'too_large', 'unsupported_media_type', 'storage_full'];
const ONCE: readonly Code[] = ['idempotency_in_progress', 'idempotency_key_reused'];

/** Beyond those of every call, in the order of the list of codes. `name`: `POST /v1/emails`. */
export function errorsOf(name: string, operation: Operation): readonly Code[] {
  const own = callOf(name).call?.errors ?? [];
  const isCreating =
    name.startsWith('POST ') && Object.keys(operation.responses ?? {}).some(status => status === '201' || status === '202');
  const codes = new Set<Code>([
    ...own,
    ...(operation.requestBody ? BODY : []),
    ...(isCreating || name.startsWith('POST /v1/emails') ? ONCE : []),
  ]);
  return (Object.keys(CODES) as Code[]).filter(code => codes.has(code));
}
