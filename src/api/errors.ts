// The closed list of error codes, each with one status and one meaning; refusals of the journey come out under the same words.
import type { Reason, Refusal } from '../mail.ts';

export const CODES = {
  account_required: [400, 'The operator key must name an account with Sesame-Account on this route.'],
  invalid_json: [400, 'The body is no JSON.'],
  invalid_request: [400, 'The request line, a header or a query parameter is not as it should be.'],
  unauthenticated: [401, 'No key, or one that is not valid (any more).'],
  tls_required: [403, 'A key was sent over plain HTTP to an address that is not loopback.'],
  forbidden: [403, 'The key may not do this.'],
  account_suspended: [403, 'Sending is suspended for this account.'],
  domain_not_verified: [403, 'The domain of the sender is not verified for this account.'],
  sandbox_recipient: [403, 'An account in the sandbox sends to verified addresses only.'],
  not_found: [404, 'There is no such thing, or it belongs to another account.'],
  method_not_allowed: [405, 'The path does not know this method.'],
  already_exists: [409, 'There is one already.'],
  idempotency_in_progress: [409, 'A request with this Idempotency-Key is being answered now.'],
  wrong_state: [409, 'Its state does not allow this.'],
  too_large: [413, 'The body or the message is larger than the limit.'],
  unsupported_media_type: [415, 'The Content-Type is not one that this route takes.'],
  invalid_field: [422, 'A field is missing, unknown or not valid.'],
  spam_content: [422, 'The content filter refuses the message.'],
  virus_found: [422, 'The scanner found malware.'],
  attachment_unscannable: [422, 'A part of the message could not be looked into.'],
  attachment_refused: [422, 'A file type or a suspicious file is refused.'],
  header_refused: [422, 'A header may not be set, or not so.'],
  recipient_blocked: [422, 'Every recipient is in the blocked library.'],
  idempotency_key_reused: [422, 'This Idempotency-Key was used with another body.'],
  rate_limited: [429, 'Too many requests.'],
  quota_exceeded: [429, 'The account has used its quota.'],
  internal: [503, 'An error of this server. Nothing was taken; try again.'],
  scanner_unavailable: [503, 'A check did not finish. Nothing was taken; try again.'],
  storage_full: [503, 'No room for more now. Nothing was taken; try again.'],
  draining: [503, 'The server is stopping. Try again.'],
} as const satisfies Readonly<Record<string, readonly [status: number, meaning: string]>>;

export type Code = keyof typeof CODES;
export type Finding = { readonly field?: string | undefined; readonly id?: string | undefined; readonly message: string };

/** Thrown by handlers, answered by the error handler of server.ts. The message says what is wrong, the value, the cure. */
export class ApiError extends Error {
  readonly code: Code;
  readonly field: string | undefined;
  readonly findings: readonly Finding[] | undefined;
  /** For Retry-After: when the window that refused ends; undefined = soon. */
  readonly retrySeconds: number | undefined;
  constructor(
    code: Code,
    message: string,
    more: { readonly field?: string; readonly findings?: readonly Finding[]; readonly retrySeconds?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.field = more.field;
    this.findings = more.findings;
    this.retrySeconds = more.retrySeconds;
  }
}

export function invalid(field: string, message: string): ApiError {
  return new ApiError('invalid_field', `"${field}" ${message}`, { field, findings: [{ field, message }] });
}

/** `field`: what named it when the path did not. */
export const notFound = (field?: string): ApiError =>
  field === undefined
    ? new ApiError('not_found', 'There is no such thing here.')
    : new ApiError('not_found', `What "${field}" names is not here.`, { field });

const CODE_OF: Readonly<Record<Reason, Code>> = {
  spam_content: 'spam_content',
  virus_found: 'virus_found',
  attachment_unscannable: 'attachment_unscannable',
  attachment_refused: 'attachment_refused',
  header_refused: 'header_refused',
  account_suspended: 'account_suspended',
  domain_not_verified: 'domain_not_verified',
  recipient_blocked: 'recipient_blocked',
  sender_blocked: 'forbidden',
  quota_exceeded: 'quota_exceeded',
  rate_limited: 'rate_limited',
  sandbox_recipient: 'sandbox_recipient',
  no_such_recipient: 'invalid_field',
  bad_address: 'invalid_field',
  dmarc_reject: 'forbidden',
  route_rejects: 'forbidden',
  mail_loop: 'header_refused',
  too_large: 'too_large',
  malformed: 'invalid_field',
  tls_required: 'tls_required',
  unauthenticated: 'unauthenticated',
  forbidden: 'forbidden',
  storage_full: 'storage_full',
  scanner_unavailable: 'scanner_unavailable',
  filter_unavailable: 'scanner_unavailable',
  postmaster_unset: 'wrong_state',
  policy_mixed: 'invalid_request',
  draining: 'draining',
  internal: 'internal',
};

export function ofRefusal(refusal: Refusal): ApiError {
  return new ApiError(CODE_OF[refusal.reason], refusal.text, {
    ...(refusal.field ? { field: refusal.field } : {}),
    ...(refusal.findings ? { findings: refusal.findings } : {}),
    ...(refusal.retryAfterMs === undefined ? {} : { retrySeconds: Math.max(1, Math.ceil(refusal.retryAfterMs / 1_000)) }),
  });
}

export type ErrorBody = {
  readonly error: {
    readonly code: Code;
    readonly message: string;
    readonly field?: string;
    readonly findings?: readonly Finding[];
    readonly docs: string;
    readonly requestId: string;
  };
};

export function errorBody(error: ApiError, requestId: string): ErrorBody {
  const { code, message, field, findings } = error;
  const more = { ...(field ? { field } : {}), ...(findings && findings.length > 0 ? { findings } : {}) };
  return { error: { code, message, ...more, docs: `/docs/errors#${code}`, requestId } };
}

/** The same shape for OpenAPI, with the closed list of codes. */
const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'docs', 'requestId'],
      properties: {
        code: { type: 'string', enum: Object.keys(CODES) },
        message: { type: 'string' },
        field: { type: 'string' },
        findings: {
          type: 'array',
          items: {
            type: 'object',
            required: ['message'],
            properties: { field: { type: 'string' }, id: { type: 'string' }, message: { type: 'string' } },
          },
        },
        docs: { type: 'string' },
        requestId: { type: 'string' },
      },
    },
  },
} as const;

type Operation = { responses?: Record<string, unknown> };

/** Every operation may answer with an error. */
export function withErrors<D extends { paths?: object; components?: object }>(document: D): D {
  const answer = { description: 'An error', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };
  for (const path of Object.values(document.paths ?? {}) as Readonly<Record<string, Operation>>[])
    for (const operation of Object.values(path)) operation.responses = { ...operation.responses, default: answer };
  return { ...document, components: { ...document.components, schemas: { Error: ERROR_SCHEMA } } };
}
