// The blocked library: entries of an account, and global ones of the operator; searches and checks (docs/library.md).
import { isIP } from 'node:net';
import { Type, type Static } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { ListDescription } from '../../engines/library/shelf.ts';
import type { BlockedEntry, NewBlockedEntry } from '../../engines/store/control/blocked.ts';
import { blockedAddress, blockedPeer } from '../../identify/lookup.ts';
import type { Kept } from '../../library/kept.ts';
import { kindOf, readPattern, type Pattern } from '../../library/match.ts';
import { normalAddress } from '../../message/addresses.ts';
import { MAX_GROUP } from '../../personal/bounds.ts';
import * as bounds from '../bounds.ts';
import { callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { keptOf, pageOfLibrary, shownEntry, shownListed, type Shown } from '../library.ts';
import { GROUP_RULE, isGroup } from '../personal.ts';
import { cursorOf, limitOf, momentOf, PageQuery, time } from '../pages.ts';
import type { Caller, Resource } from '../types.ts';

const strict = { additionalProperties: false };
const NewEntry = Type.Object(
  {
    pattern: Type.String({ maxLength: 320 }),
    action: Type.Optional(Type.Union([Type.Literal('block'), Type.Literal('allow')])),
    direction: Type.Optional(Type.Union([Type.Literal('sender'), Type.Literal('recipient'), Type.Literal('both')])),
    scope: Type.Optional(Type.Union([Type.Literal('account'), Type.Literal('global')])),
    group: Type.Optional(Type.String({ maxLength: MAX_GROUP })),
    class: Type.Optional(Type.Union([Type.Literal('manual'), Type.Literal('trap'), Type.Literal('malware')])),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
    source: Type.Optional(Type.String({ maxLength: 100 })),
    expiresAt: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  strict,
);
type NewEntry = Static<typeof NewEntry>;
const Params = Type.Object({ id: Type.String() });
const Query = Type.Object(
  {
    ...PageQuery,
    pattern: Type.Optional(Type.String({ maxLength: 320 })),
    prefix: Type.Optional(Type.String({ maxLength: 320, minLength: 1 })),
    list: Type.Optional(Type.String({ maxLength: 64 })),
    class: Type.Optional(Type.Enum(['manual', 'hard_bounce', 'complaint', 'unsubscribed', 'malware', 'trap'])),
    since: Type.Optional(Type.String({ maxLength: 40, description: 'made then or later' })),
    until: Type.Optional(Type.String({ maxLength: 40 })),
  },
  strict,
);
const MINUTE = 60_000;
/** `source` of a global entry by which the operator marks a recipient that nobody gave to anybody (docs/standing.md). Accounts are not told. */
const TRAP = 'trap';

/** A row, or an entry of a list by its key. */
type Own = { readonly row: BlockedEntry } | { readonly list: ListDescription; readonly key: string; readonly kept: Kept };

export const blocked: Resource = (app, deps) => {
  const { store, secrets, clock, library } = deps;
  const own = async (caller: Caller, id: string): Promise<Own> => {
    const [, listId, key] = /^(bls_[0-9a-z]+)\.([0-9a-f]{32})$/.exec(id) ?? [];
    if (listId !== undefined && key !== undefined) {
      const entry = library.entry(listId, key);
      if (!entry || entry.list.accountId !== caller.accountId || entry.text === null) throw notFound();
      const isOver = entry.value.expiresAt !== null && entry.value.expiresAt <= clock.now();
      if (isOver || (await store.library.isRemoved({ list: listId, key }))) throw notFound();
      return { list: entry.list, key, kept: keptOf(entry, null) };
    }
    const row = await store.blocked.get(id);
    // What made itself and is over is only remembered.
    const isOver = row?.kind === 'hash' && row.expiresAt !== null && row.expiresAt <= clock.now();
    if (!row || row.accountId !== caller.accountId || isOver) throw notFound();
    return { row };
  };
  const shown = (one: Own): Shown => {
    if ('row' in one) return shownEntry(secrets, one.row);
    const [first] = shownListed(one.list, one.key, one.kept);
    if (!first) throw notFound();
    return first;
  };

  app.post(
    '/v1/blocked',
    { config: { access: 'manage' }, schema: { body: NewEntry, summary: 'Block or allow an address, domain or range' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const caller = callerOf(request);
        const entry = await store.blocked.put(entryOf(caller, request.body, clock.now()));
        await noted(deps, request, `library.${entry.action}`, entry.pattern, entry.reason);
        return shownEntry(secrets, entry);
      }),
  );
  app.get(
    '/v1/blocked',
    {
      config: { access: 'read' },
      schema: {
        querystring: Query,
        summary:
          'Entries: all, of a pattern, of those that begin so (a page may be short and have a next one), of a list, of a class, by when they were made',
      },
    },
    async request => {
      const { query } = request;
      const pattern = query.pattern === undefined ? null : patternOf(query.pattern, 'pattern').pattern;
      const at = (field: 'since' | 'until'): number | null => (query[field] === undefined ? null : momentOf(query[field], field));
      const only = { list: query.list ?? null, class: query.class ?? null, since: at('since'), until: at('until') };
      const search = { pattern, prefix: query.prefix?.toLowerCase() ?? null, ...only };
      return pageOfLibrary(deps, callerOf(request).accountId, search, { after: cursorOf(query, ''), limit: limitOf(query) });
    },
  );
  app.get('/v1/blocked/:id', { config: { access: 'read' }, schema: { params: Params } }, async request =>
    shown(await own(callerOf(request), request.params.id)),
  );
  const patch = Type.Object(
    { reason: Type.Optional(Type.String({ maxLength: 500 })), expiresAt: Type.Optional(Type.Union([Type.String(), Type.Null()])) },
    strict,
  );
  app.patch('/v1/blocked/:id', { config: { access: 'manage' }, schema: { params: Params, body: patch } }, async request => {
    const caller = callerOf(request);
    const one = await own(caller, request.params.id);
    const old = 'row' in one ? rowOf(one.row) : rowOfListed(caller, one);
    const { reason = old.reason, expiresAt } = request.body;
    const until = expiresAt === undefined ? old.expiresAt : endOf(expiresAt, clock.now());
    const entry = await store.blocked.put({ ...old, reason, expiresAt: until });
    // It leaves its list and is an entry of its own from now on.
    if ('list' in one) await store.library.takeOut({ list: one.list.id, key: one.key });
    await noted(deps, request, 'library.patch', entry.pattern, reason);
    return shownEntry(secrets, entry);
  });
  app.delete('/v1/blocked/:id', { config: { access: 'manage' }, schema: { params: Params } }, async (request, reply) => {
    const one = await own(callerOf(request), request.params.id);
    if ('row' in one) await store.blocked.remove({ id: one.row.id, accountId: one.row.accountId });
    else await store.library.takeOut({ list: one.list.id, key: one.key });
    const [pattern, list] = 'row' in one ? [one.row.pattern, null] : [one.kept.pattern, one.list.name];
    await noted(deps, request, 'library.remove', pattern, list);
    return reply.code(204).send();
  });

  const check = Type.Object(
    { address: Type.String({ maxLength: 320 }), group: Type.Optional(Type.String({ maxLength: MAX_GROUP })) },
    strict,
  );
  app.post(
    '/v1/blocked/check',
    {
      config: { access: 'read', reads: true },
      schema: { body: check, summary: 'Is an address or IP blocked for the account? 60 a minute' },
    },
    async request => {
      const { accountId, keyId } = callerOf(request);
      const counter = `check/${accountId ?? keyId}`;
      if (deps.shared.count(counter, MINUTE) > bounds.CHECKS_PER_MINUTE) {
        const retrySeconds = Math.ceil((deps.shared.peek(counter, MINUTE).endsAt - deps.clock.now()) / 1_000);
        throw new ApiError('rate_limited', `At most ${bounds.CHECKS_PER_MINUTE} checks a minute.`, { retrySeconds });
      }
      const given = request.body.address.trim();
      const address = isIP(given) === 0 ? normalAddress(given) : given;
      if (!address) throw invalid('address', 'is not an address.');
      const entry =
        isIP(address) === 0
          ? ((await blockedAddress(deps.identify, accountId, address, 'recipient', request.body.group)) ??
            (await blockedAddress(deps.identify, accountId, address, 'sender')))
          : await blockedPeer(deps.identify, accountId, address);
      // An account learns yes or no, the class and the end; never another tenant's evidence, and not which address is a trap.
      const kind = entry?.class === TRAP && accountId !== null ? null : (entry?.class ?? null);
      return { address, blocked: entry !== null, class: entry ? (kind ?? 'manual') : null, expiresAt: time(entry?.expiresAt ?? null) };
    },
  );
};

function patternOf(text: string, field: string): Pattern {
  const pattern = readPattern(text, one => isIP(one) !== 0);
  if (!pattern) throw invalid(field, `is ${JSON.stringify(text.slice(0, 80))}: allowed are address, @domain, *.domain, IP and CIDR.`);
  return pattern;
}

function entryOf(caller: Caller, body: NewEntry, now: number): NewBlockedEntry {
  const pattern = patternOf(body.pattern, 'pattern');
  if (body.direction === 'recipient' && (pattern.kind === 'ip' || pattern.kind === 'cidr'))
    throw invalid('direction', 'is "sender" or "both" for an IP: it is the peer that brings the mail.');
  const global = body.scope === 'global' || (body.scope === undefined && caller.operator && caller.accountId === null);
  if (global && !caller.operator) throw new ApiError('forbidden', 'Global entries are for the operator.', { field: 'scope' });
  if (!global && caller.accountId === null)
    throw new ApiError('account_required', 'Name the account with the header "Sesame-Account: acc_…".');
  if (body.group !== undefined && body.group !== '*' && !isGroup(body.group)) throw invalid('group', GROUP_RULE);
  if (body.group !== undefined && (body.direction ?? 'recipient') !== 'recipient')
    throw invalid('direction', 'is "recipient" for an entry with a group: recipients leave groups.');
  // The word in `source` is the older way to say so.
  const named = body.class ?? (global && body.source === TRAP ? TRAP : 'manual');
  const kind = named === 'manual' ? null : named;
  if (kind !== null && !caller.operator)
    throw new ApiError('forbidden', `Entries of the class ${kind} are for the operator.`, { field: 'class' });
  if (kind === TRAP && ((body.direction ?? 'recipient') !== 'recipient' || body.action === 'allow'))
    throw invalid('direction', 'is "recipient" for a trap: nobody ever asked for mail there.');
  return {
    id: newId('blk'),
    accountId: global ? null : caller.accountId,
    action: body.action ?? 'block',
    ...pattern,
    direction: body.direction ?? (body.group === undefined && kind !== TRAP ? 'both' : 'recipient'),
    reason: body.reason ?? null,
    source: global ? 'operator' : (body.source ?? 'manual'),
    class: kind,
    group: body.group ?? null,
    expiresAt: endOf(body.expiresAt ?? null, now),
  };
}

/** When an entry ends, epoch ms. */
function endOf(text: string | null, now: number): number | null {
  const end = text === null ? null : momentOf(text, 'expiresAt');
  if (end !== null && end <= now) throw invalid('expiresAt', 'lies in the past.');
  return end;
}

function rowOf({ createdAt: _createdAt, sealed: _sealed, ...row }: BlockedEntry): NewBlockedEntry {
  return row;
}

function rowOfListed(caller: Caller, one: { readonly list: ListDescription; readonly key: string; readonly kept: Kept }): NewBlockedEntry {
  const [first] = shownListed(one.list, one.key, one.kept);
  if (!first) throw notFound();
  const { pattern, group, reason, class: kind, expiresAt } = one.kept;
  const { action, direction, source } = first as Pick<NewBlockedEntry, 'action' | 'direction' | 'source'>;
  return {
    id: newId('blk'),
    accountId: caller.accountId,
    pattern,
    kind: kindOf(pattern),
    action,
    direction,
    reason,
    source,
    class: kind,
    group,
    expiresAt,
  };
}
