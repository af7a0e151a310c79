// Who calls: a bearer key by its MAC or a signed-in browser by its cookie, the account it acts for, and what it may. A key revoked counts
// at the next request on every door.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { insideRanges } from '../engines/addresses.ts';
import { newFacts } from '../engines/facts.ts';
import { errorText } from '../engines/log.ts';
import type { ApiKey } from '../engines/store/control/keys.ts';
import { newUses } from '../engines/uses.ts';
import { noteLogin } from '../identify/standing.ts';
import { splitAddress } from '../message/addresses.ts';
import { changes, originOf, requireCsrf } from './console/same-origin.ts';
import { newSessions } from './console/sessions.ts';
import { ApiError, notFound } from './errors.ts';
import { prefixOf } from './key-text.ts';
import type { Access, ApiDeps, Caller } from './types.ts';

const MINUTE = 60_000;
const LOOPBACK = insideRanges(['127.0.0.0/8', '::1/128']);

/** May a secret travel over this connection: HTTPS, loopback, or a trusted proxy that says https. */
export function isSecured({ trustedProxies }: Pick<Config, 'trustedProxies'>, { raw, headers }: FastifyRequest): boolean {
  const proxied = (): boolean => insideRanges(trustedProxies)(raw.socket.remoteAddress ?? '') && headers['x-forwarded-proto'] === 'https';
  return 'encrypted' in raw.socket || LOOPBACK(raw.socket.localAddress ?? '') || proxied();
}

export type Callers = (request: FastifyRequest, access: Access) => Promise<Caller | null>;

export function newCallers(deps: ApiDeps): Callers {
  const check = newKeyCheck(deps);
  const sessions = newSessions(deps);
  return async (request, access) => {
    if (access === 'public') return null;
    const given = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) request.session = originOf(request) === 'foreign' ? null : await sessions.of(request);
    const { session } = request;
    if (session) check.use(request, session.key);
    const key = session?.key ?? (await check.valid(request, given));
    if (access === 'session' && !session) throw new ApiError('unauthenticated', 'Sign in to the console first.');
    if (session && changes(request) && !request.routeOptions.config.form) requireCsrf(request, session, request.headers['sesame-csrf']);
    const caller = callerFor(key, key.kind === 'operator' ? await acting(deps, request) : key.accountId);
    if (!caller.operator && caller.accountId) noteLogin(deps.identify, caller.accountId, request.ip);
    if (caller.operator || access === 'session') return caller;
    if (access === 'operator') throw new ApiError('forbidden', 'This is for the operator.');
    if (!caller.scopes.includes(access)) throw new ApiError('forbidden', `The key "${key.name}" lacks the scope "${access}".`);
    return caller;
  };
}

export const callerFor = (key: ApiKey, accountId: string | null): Caller => ({
  ...key,
  operator: key.kind === 'operator',
  keyId: key.id,
  accountId,
});

export type KeyCheck = {
  /** The key that a text is. Throws when it is none, is over, or may not be used over this connection or from this peer. */
  readonly valid: (request: FastifyRequest, given: string | undefined) => Promise<ApiKey>;
  /** A key, or what was opened with it, is used. Throws when it may not be over this connection or from this peer. `given`: its text. */
  readonly use: (request: FastifyRequest, key: ApiKey, given?: string) => void;
};

export function newKeyCheck(deps: ApiDeps): KeyCheck {
  const byMac = newFacts(deps.shared).kept('api-key', async (mac: string) => deps.store.keys.byMac(Buffer.from(mac, 'hex')));
  const noteUse = newUses(deps);
  const use: KeyCheck['use'] = (request, key, given) => {
    if (!isSecured(deps.config, request))
      throw new ApiError('tls_required', 'Keys are taken over HTTPS or loopback only. Treat this key as known to others: revoke it.');
    if (key.ips && !insideRanges(key.ips.map(withBits))(request.ip))
      throw new ApiError('forbidden', `The key "${key.name}" may not be used from ${request.ip}.`);
    const prefix = key.prefix ?? (given === undefined ? null : prefixOf(given));
    noteUse(`key/${key.id}`, () => deps.store.keys.used({ id: key.id, prefix }));
  };

  return {
    use,
    valid: async (request, given) => {
      if (given && !isSecured(deps.config, request))
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
      use(request, key, given);
      return key;
    },
  };
}

/** The account that an operator acts for. */
async function acting(deps: ApiDeps, request: FastifyRequest): Promise<string | null> {
  const named = request.headers['sesame-account'];
  if (named === undefined || named === '') return null;
  const account = await deps.identify.account(String(named));
  if (!account) throw notFound('Sesame-Account');
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

/** Throws when the key may not send from one of the addresses. */
export function requireDomains({ domains, name }: Caller, senders: readonly string[]): void {
  for (const sender of domains === null ? [] : senders) {
    const domain = splitAddress(sender)?.domain ?? '';
    if (!domains?.some(one => domain === one || domain.endsWith(`.${one}`)))
      throw new ApiError('forbidden', `The key "${name}" may not send from ${domain}.`, { field: 'from' });
  }
}

/** The actor as the audit log and events name it. */
export const actorOf = (caller: Caller): string => `${caller.operator ? 'operator' : 'key'}:${caller.name}`;

/** What an operator did to a thing goes to the audit log under the name of the key; what accounts do to their own does not. */
export async function noted(
  deps: Pick<ApiDeps, 'store'>,
  request: FastifyRequest,
  action: string,
  object: string,
  detail: string | null = null,
): Promise<void> {
  const caller = callerOf(request);
  if (!caller.operator) return;
  request.noted = true;
  await deps.store.audit.add({ actor: actorOf(caller), action, object, detail, accountId: caller.accountId, requestId: request.id });
}

/** What a handler did not note itself is noted by its route, so that no deed of an operator is left out: at the latest before the answer. */
export async function noteDeed(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { url, config } = request.routeOptions;
  if (!request.caller?.operator || request.noted || config.reads || !changes(request)) return;
  if (reply.statusCode >= 400 || reply.hasHeader('idempotent-replayed')) return;
  const object = Object.values((request.params ?? {}) as Readonly<Record<string, string>>)[0] ?? '';
  try {
    await noted(deps, request, `${request.method} ${url}`, object);
  } catch (error) {
    deps.log.error('a deed of the operator was not noted', { requestId: request.id, error: errorText(error) });
  }
}
