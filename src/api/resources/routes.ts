// Inbound routes: what happens with mail for an address or domain of the account (docs/api.md).
import { randomBytes } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { RouteRow } from '../../engines/store/control/routes.ts';
import type { Route, RouteAction } from '../../mail.ts';
import { comparable, domainName, normalAddress, splitAddress } from '../../message/addresses.ts';
import { compose } from '../../message/build.ts';
import { accountOf, callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { targetFault } from '../targets.ts';
import { once } from '../idempotency.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { ApiDeps, Caller, Resource } from '../types.ts';

const strict = { additionalProperties: false };
const one = <const W extends readonly string[]>(...words: W) =>
  Type.Optional(Type.Union(words.map(word => Type.Literal(word as W[number]))));
const Action = Type.Union([
  Type.Object({ webhook: Type.String({ maxLength: 2_000 }) }, strict),
  Type.Object({ forward: Type.String({ maxLength: 254 }) }, strict),
  Type.Object({ lmtp: Type.String({ maxLength: 100 }) }, strict),
  Type.Literal('reject'),
  Type.Literal('drop'),
]);
const Wishes = {
  onSpam: one('reject', 'mark', 'drop'),
  onVirus: one('reject', 'drop'),
  onUnscannable: one('reject', 'mark'),
  onDmarcFail: one('mark', 'honor'),
  includeRaw: Type.Optional(Type.Boolean()),
};
const NewRoute = Type.Object({ match: Type.String({ maxLength: 254 }), action: Action, ...Wishes }, strict);
const PatchRoute = Type.Object({ action: Type.Optional(Action), ...Wishes }, strict);
const Params = Type.Object({ id: Type.String() });
type Wish = Pick<Static<typeof PatchRoute>, 'onSpam' | 'onVirus' | 'onUnscannable' | 'onDmarcFail' | 'includeRaw'>;

const DEFAULTS = { onSpam: 'mark', onVirus: 'reject', onUnscannable: 'reject', onDmarcFail: 'mark', includeRaw: false } as const;

export const routes: Resource = (app, deps) => {
  const { store } = deps;
  const own = async (caller: Caller, id: string): Promise<RouteRow> => {
    const route = await store.routes.get(id);
    if (!route || (caller.accountId !== null && route.accountId !== caller.accountId)) throw notFound();
    return route;
  };

  app.post(
    '/v1/inbound/routes',
    { config: { access: 'manage' }, schema: { body: NewRoute, summary: 'Take mail for an address or domain' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const caller = callerOf(request);
        const match = await matchOf(deps, caller, request.body.match.trim(), () => accountOf(request));
        const action = await actionOf(deps, request.body.action);
        const { secret, sealed, confirmMac, token, id } = secretsOf(deps, action, newId('rte'));
        const state = action.kind === 'forward' ? 'pending' : 'active';
        const route: Route = {
          id,
          accountId: match === '*' ? null : caller.accountId,
          match,
          action,
          ...DEFAULTS,
          ...wishesOf(request.body),
          state,
        };
        if (!(await store.routes.create({ ...route, secret: sealed, confirmMac })))
          throw new ApiError('already_exists', `There is a route for ${match} already.`, { field: 'match' });
        if (token !== null) await mailConfirmation(deps, route, token);
        return { ...shown({ ...route, createdAt: deps.clock.now() }), ...(secret === null ? {} : { secret }) };
      }),
  );
  app.get('/v1/inbound/routes', { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, strict) } }, async request => {
    const limit = limitOf(request.query);
    const rows = await store.routes.list({
      accountId: callerOf(request).accountId,
      after: cursorOf(request.query, ''),
      limit: limit + 1,
    });
    return page(rows, limit, row => row.id, shown);
  });
  app.get('/v1/inbound/routes/:id', { config: { access: 'read' }, schema: { params: Params } }, async request =>
    shown(await own(callerOf(request), request.params.id)),
  );
  app.patch('/v1/inbound/routes/:id', { config: { access: 'manage' }, schema: { params: Params, body: PatchRoute } }, async request => {
    const old = await own(callerOf(request), request.params.id);
    const action = request.body.action === undefined ? old.action : await actionOf(deps, request.body.action);
    const same = JSON.stringify(action) === JSON.stringify(old.action);
    const kept = same || (action.kind === 'webhook' && old.action.kind === 'webhook');
    const made = secretsOf(deps, action, old.id);
    const secret = kept ? await store.routes.secret(old.id) : made.sealed;
    const state = same ? old.state : action.kind === 'forward' ? 'pending' : 'active';
    const route = { ...old, ...wishesOf(request.body), action, state } as const;
    await store.routes.replace({ ...route, secret, confirmMac: same ? null : made.confirmMac });
    if (!same && made.token !== null) await mailConfirmation(deps, route, made.token);
    return { ...shown(route), ...(kept || made.secret === null ? {} : { secret: made.secret }) };
  });
  app.delete('/v1/inbound/routes/:id', { config: { access: 'manage' }, schema: { params: Params } }, async (request, reply) => {
    const route = await own(callerOf(request), request.params.id);
    await store.routes.remove({ id: route.id, accountId: route.accountId });
    return reply.code(204).send();
  });
  const force = Type.Object({ force: Type.Boolean() }, strict);
  app.post('/v1/inbound/routes/:id/confirm', { config: { access: 'operator' }, schema: { params: Params, body: force } }, async request => {
    const caller = callerOf(request);
    const route = await store.routes.get(request.params.id);
    if (!route || (caller.accountId !== null && route.accountId !== caller.accountId)) throw notFound();
    if (!request.body.force) throw invalid('force', 'must be true.');
    await store.routes.confirm(route.id);
    await noted(deps, request, 'route.confirm', route.id);
    return shown({ ...route, state: 'active' });
  });
};

/** An address, `@domain` or `domain` under a verified domain of the account; `*` is the operator's. */
async function matchOf(deps: ApiDeps, caller: Caller, text: string, account: () => string): Promise<string> {
  if (text === '*') {
    if (!caller.operator) throw new ApiError('forbidden', '"*" is for the operator.', { field: 'match' });
    return text;
  }
  const accountId = account();
  const bare = text.startsWith('@') ? text.slice(1) : text;
  const isAddress = bare.includes('@');
  const address = isAddress ? normalAddress(bare) : null;
  const domain = isAddress ? (splitAddress(address ?? '')?.domain ?? null) : domainName(bare);
  if (!domain) throw invalid('match', 'is no address, @domain or domain.');
  const owner = await deps.identify.domain(domain);
  if (!owner || owner.accountId !== accountId || owner.state !== 'verified')
    throw new ApiError('domain_not_verified', `${domain} is not verified for this account.`, { field: 'match' });
  return address ? comparable(address) : `${text.startsWith('@') ? '@' : ''}${domain}`;
}

async function actionOf(deps: ApiDeps, given: Static<typeof Action>): Promise<RouteAction> {
  if (typeof given === 'string') return { kind: given };
  if ('webhook' in given) {
    const fault = targetFault(deps.config, given.webhook);
    if (fault) throw invalid('action.webhook', `is not taken: ${fault}.`);
    return { kind: 'webhook', url: given.webhook };
  }
  if ('forward' in given) {
    const address = normalAddress(given.forward);
    if (!address) throw invalid('action.forward', 'is not an address.');
    return { kind: 'forward', address };
  }
  if (!(given.lmtp in deps.config.lmtpTargets)) throw invalid('action.lmtp', 'is no target of SESAME_LMTP_TARGETS.');
  return { kind: 'lmtp', name: given.lmtp };
}

type Made = {
  readonly id: string;
  readonly secret: string | null;
  readonly sealed: Buffer | null;
  readonly token: string | null;
  readonly confirmMac: Buffer | null;
};

function secretsOf({ secrets }: ApiDeps, action: RouteAction, id: string): Made {
  const none = { id, secret: null, sealed: null, token: null, confirmMac: null };
  if (action.kind === 'webhook') {
    const key = randomBytes(32);
    return { ...none, secret: `whsec_${key.toString('base64')}`, sealed: secrets.seal(`route/${id}`, key) };
  }
  if (action.kind !== 'forward') return none;
  const token = randomBytes(24).toString('base64url');
  return { ...none, token, confirmMac: secrets.mac('confirm-route', token) };
}

function wishesOf(body: Wish): Partial<Pick<Route, 'onSpam' | 'onVirus' | 'onUnscannable' | 'onDmarcFail' | 'includeRaw'>> {
  const { onSpam, onVirus, onUnscannable, onDmarcFail, includeRaw } = body;
  const given = Object.entries({ onSpam, onVirus, onUnscannable, onDmarcFail, includeRaw }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

function shown(route: RouteRow): Readonly<Record<string, unknown>> {
  const { id, accountId, match, action, onSpam, onVirus, onUnscannable, onDmarcFail, includeRaw, state, createdAt } = route;
  const told =
    action.kind === 'webhook'
      ? { webhook: action.url }
      : action.kind === 'forward'
        ? { forward: action.address }
        : action.kind === 'lmtp'
          ? { lmtp: action.name }
          : action.kind;
  return { id, accountId, match, action: told, onSpam, onVirus, onUnscannable, onDmarcFail, includeRaw, state, createdAt: time(createdAt) };
}

/** The link that the target must follow before mail is forwarded to it. Without SESAME_PUBLIC_URL only the operator can confirm. */
async function mailConfirmation(deps: ApiDeps, route: Route, token: string): Promise<void> {
  const { config, clock } = deps;
  if (config.publicUrl === null || route.action.kind !== 'forward') return;
  const id = newId('msg');
  const built = compose({
    from: `postmaster@${config.hostname}`,
    to: [route.action.address],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Confirm that mail may be forwarded to you',
    text: `Mail for ${route.match} would be forwarded to this address.\n\nIf you want that, open:\n${config.publicUrl}/v1/inbound/confirm/${token}\n\nIf not, do nothing: no mail is forwarded.\n`,
    html: null,
    attachments: [],
    headers: [['Auto-Submitted', 'auto-generated']],
    at: clock.now(),
    messageId: `<${id.slice(4)}@${config.hostname}>`,
  });
  if (built.ok) await deps.notice(id, route.action.address, built.raw);
}
