// Who calls: a bearer key by its MAC, the account it acts for, and what it may. A key revoked counts at the next request on every door.
import type { FastifyRequest } from 'fastify';
import { insideRanges } from '../engines/addresses.ts';
import { newFacts } from '../engines/facts.ts';
import { noteLogin } from '../identify/standing.ts';
import { ApiError, notFound } from './errors.ts';
import type { Access, ApiDeps, Caller } from './types.ts';

const MINUTE = 60_000;
const LOOPBACK = insideRanges(['127.0.0.0/8', '::1/128']);

export type Callers = (request: FastifyRequest, access: Access) => Promise<Caller | null>;

export function newCallers(deps: ApiDeps): Callers {
  const byMac = newFacts(deps.shared).kept('api-key', async (mac: string) => deps.store.keys.byMac(Buffer.from(mac, 'hex')));
  const proxies = insideRanges(deps.config.trustedProxies);
  const secured = (request: FastifyRequest): boolean =>
    'encrypted' in request.raw.socket ||
    LOOPBACK(request.raw.socket.localAddress ?? '') ||
    (proxies(request.raw.socket.remoteAddress ?? '') && request.headers['x-forwarded-proto'] === 'https');

  return async (request, access) => {
    if (access === 'public') return null;
    const given = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given && !secured(request))
      throw new ApiError('tls_required', 'Keys are taken over HTTPS or loopback only. Treat this key as known to others: revoke it.');
    const failures = `auth/${request.ip}`;
    if (deps.shared.peek(failures, MINUTE).value >= Math.max(5, deps.config.connectionLimit / 5))
      throw new ApiError('rate_limited', 'Too many failed keys from your address. Try again in a minute.', { retrySeconds: 60 });
    const key = given ? await byMac(deps.secrets.mac('api-key', given).toString('hex')) : null;
    const live = key && key.kind !== 'signing' && (key.expiresAt === null || key.expiresAt > deps.clock.now());
    if (!key || !live) {
      if (given) deps.shared.count(failures, MINUTE);
      throw new ApiError('unauthenticated', 'Send a valid key as "Authorization: Bearer KEY".');
    }
    if (key.ips && !insideRanges(key.ips.map(withBits))(request.ip))
      throw new ApiError('forbidden', `The key "${key.name}" may not be used from ${request.ip}.`);
    const operator = key.kind === 'operator';
    const caller: Caller = { ...key, operator, keyId: key.id, accountId: operator ? await acting(deps, request) : key.accountId };
    if (operator) return caller;
    if (caller.accountId) noteLogin(deps.identify, caller.accountId, request.ip);
    if (access === 'operator') throw new ApiError('forbidden', 'This is for the operator.');
    if (!caller.scopes.includes(access)) throw new ApiError('forbidden', `The key "${key.name}" lacks the scope "${access}".`);
    return caller;
  };
}

/** The account that an operator acts for. */
async function acting(deps: ApiDeps, request: FastifyRequest): Promise<string | null> {
  const named = request.headers['sesame-account'];
  if (named === undefined || named === '') return null;
  const account = await deps.identify.account(String(named));
  if (!account) throw notFound();
  return account.id;
}

const withBits = (ip: string): string => (ip.includes('/') ? ip : `${ip}/${ip.includes(':') ? 128 : 32}`);

/** The caller, on routes that are not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new ApiError('unauthenticated', 'Send a valid key as "Authorization: Bearer KEY".');
  return request.caller;
}

/** The account of the request; an operator must have named one. */
export function accountOf(request: FastifyRequest): string {
  const { accountId } = callerOf(request);
  if (!accountId) throw new ApiError('account_required', 'Name the account with the header "Sesame-Account: acc_…".');
  return accountId;
}

/** The actor as the audit log and events name it. */
export const actorOf = (caller: Caller): string => `${caller.operator ? 'operator' : 'key'}:${caller.name}`;

/** What an operator did to a thing goes to the audit log under the name of the key; what accounts do to their own does not. */
export async function noted(
  deps: ApiDeps,
  request: FastifyRequest,
  action: string,
  object: string,
  detail: string | null = null,
): Promise<void> {
  const caller = callerOf(request);
  if (caller.operator) await deps.store.audit.add({ actor: actorOf(caller), action, object, detail });
}
