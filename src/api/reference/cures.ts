// Each error code: why it comes, and what to do about it.
import type { Code } from '../errors.ts';

export const CURES: Readonly<Record<Code, { readonly why: string; readonly cure: string }>> = {
  account_required: {
    why: 'An operator key stands for no account by itself, and this route belongs to one.',
    cure: 'Send the header <code>Sesame-Account: acc_…</code> with the id of the account, or use a key of that account.',
  },
  invalid_json: { why: 'The body cannot be parsed as JSON (RFC 8259).', cure: 'Look for a missing quote or a comma too many; send UTF-8.' },
  invalid_request: {
    why: 'A header, the path or a query parameter is not as it should be. Unknown query parameters are refused: a misspelt filter must not return everything.',
    cure: 'Compare the parameters with the table of the call. <code>field</code> names the one at fault.',
  },
  unauthenticated: {
    why: 'There is no key, it is unknown, revoked or expired, or a browser is not signed in (any more).',
    cure: 'Send <code>Authorization: Bearer KEY</code>. After many wrong keys from one address the next minute is 429.',
  },
  tls_required: {
    why: 'A key came over plain HTTP to an address that is not loopback, so others may have read it.',
    cure: 'Revoke the key. Then use HTTPS, or a proxy named in <code>SESAME_TRUSTED_PROXIES</code> that says <code>X-Forwarded-Proto: https</code>.',
  },
  forbidden: {
    why: 'The key lacks the scope, the domain or the address range, or the route is the operator’s. In a browser: the token or the origin is not that of the session.',
    cure: 'Use a key that may. The message says what is missing.',
  },
  account_suspended: {
    why: 'Sending was suspended, by a published rule or by the operator. What waits stays sealed.',
    cure: 'Read <code>GET /v1/accounts/self</code> and its standing: reason, evidence and what comes next. An appeal is <code>POST …/appeal</code>.',
  },
  domain_not_verified: {
    why: 'The domain of the sender is not verified for this account, so nobody has proved that it is yours.',
    cure: 'Publish the records that <code>GET /v1/domains/{name}</code> shows, then call <code>…/verify</code>.',
  },
  sandbox_recipient: {
    why: 'A new account may write to verified addresses and the simulator only.',
    cure: 'Write to <code>success@simulator.sesame.test</code>, or ask the operator to lift the sandbox.',
  },
  not_found: {
    why: 'It does not exist, or it belongs to another account: both look alike. Or the host name belongs to a sending domain.',
    cure: 'Check the id, and for an operator the account in <code>Sesame-Account</code>.',
  },
  method_not_allowed: { why: 'The path exists, with other methods.', cure: 'Look the call up in the reference.' },
  already_exists: {
    why: 'There is one with this name or match already, here or in another account.',
    cure: 'Change that one, or choose another name.',
  },
  idempotency_in_progress: {
    why: 'The first request with this key is still being answered.',
    cure: 'Ask again after <code>Retry-After</code>: the answer is kept.',
  },
  wrong_state: {
    why: 'What was asked for does not fit the state that the thing is in.',
    cure: 'Read it again; the message says which state it would have to be in.',
  },
  too_large: {
    why: 'The body or the message is over the limit.',
    cure: 'See <code>GET /v1/limits</code>. Large files are better sent as links.',
  },
  unsupported_media_type: {
    why: 'The route takes another <code>Content-Type</code>.',
    cure: 'Send <code>application/json</code>, or what the call names.',
  },
  invalid_field: {
    why: 'A field is missing, unknown or not valid. All faults are told at once.',
    cure: 'Read <code>findings</code>: each names its field and what is wrong with it.',
  },
  spam_content: {
    why: 'The content filter is sure that this is spam, with reasons.',
    cure: 'Read <code>findings</code>, and try <code>POST /v1/score</code> before sending.',
  },
  virus_found: {
    why: 'The scanner found malware. Nothing was queued.',
    cure: 'Remove the part that <code>field</code> names. One such mail may suspend the account.',
  },
  attachment_unscannable: {
    why: 'A part could not be looked into: encrypted, broken or over the bounds. What was not scanned is never taken for clean.',
    cure: 'Send it without a password, or as a link.',
  },
  attachment_refused: {
    why: 'Programs, scripts and files that hide what they are do not pass.',
    cure: 'Send another kind of file, or a link.',
  },
  header_refused: { why: 'Some headers are written by Sesame alone.', cure: 'Leave the header out; most have a field of their own.' },
  recipient_blocked: {
    why: 'All recipients are in the blocked library: they bounced, complained, left, or somebody entered them.',
    cure: '<code>POST /v1/blocked/check</code> says why. Do not write to people who left.',
  },
  idempotency_key_reused: { why: 'The key was used within 24 hours with another body.', cure: 'Take a new key for each new thing.' },
  rate_limited: { why: 'Too many requests, or too many wrong keys from this address.', cure: 'Wait for <code>Retry-After</code>.' },
  quota_exceeded: {
    why: 'The account has used what it may send in this second or this day.',
    cure: 'Wait for <code>Retry-After</code>; <code>RateLimit</code> says what is left. The operator sets the quota.',
  },
  internal: {
    why: 'A fault of this server. Nothing was taken.',
    cure: 'Try again; with an <code>Idempotency-Key</code> nothing happens twice. Tell the operator the <code>Request-Id</code>.',
  },
  scanner_unavailable: {
    why: 'A check did not finish, and nothing unscanned passes.',
    cure: 'Try again after <code>Retry-After</code>. The operator finds the cause with <code>bin/sesame doctor</code>.',
  },
  storage_full: { why: 'There is no room for more mail now.', cure: 'Try again later. The operator must make room.' },
  draining: { why: 'The server is being stopped.', cure: 'Try again after <code>Retry-After</code>.' },
};
