// Recipient lists of an account (docs/lists.md): sealed, filled by imports that count what they met, searched by address.
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { newId } from '../../engines/ids.ts';
import type { ListRow } from '../../engines/store/control/lists.ts';
import { MAX_CALL, MAX_LIST, MAX_LISTS, MAX_TOLD, MAX_VALUES } from '../../lists/bounds.ts';
import { fromArray, fromCsv, fromLines, type Line, type Recipient } from '../../lists/read.ts';
import { normalAddress } from '../../message/addresses.ts';
import { accountOf, callerOf } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { blockedAmong, listBox, listMac, newList, openList, ownList, sealList, type ListDeps } from '../lists.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { Resource } from '../types.ts';

const strict = { additionalProperties: false };
const Named = Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) }, strict);
const Params = Type.Object({ id: Type.String() });
/** Recipients of one commit: a few milliseconds of the writer. */
const A_COMMIT = 200;

export const lists: Resource = (app, deps) => {
  const { store, secrets } = deps;
  const shown = (row: ListRow): Readonly<Record<string, unknown>> => {
    const { id, accountId, count, createdAt } = row;
    return { id, accountId, name: openList(secrets, row).name, recipients: count, createdAt: time(createdAt) };
  };

  app.post('/v1/lists', { config: { access: 'manage' }, schema: { body: Named, summary: 'Make a recipient list' } }, (request, reply) =>
    once(deps, request, reply, 201, async () => {
      const accountId = accountOf(request);
      const id = newId('lst');
      const sealed = sealList(secrets, id, newList(request.body.name));
      const row = await store.lists.create({ id, accountId, sealed, batchId: null, most: MAX_LISTS });
      if (!row) throw new ApiError('wrong_state', `The account has ${MAX_LISTS} lists: delete some first.`);
      return shown(row);
    }),
  );
  app.get('/v1/lists', { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, strict) } }, async request => {
    const limit = limitOf(request.query);
    const { accountId } = callerOf(request);
    const rows = await store.lists.list({ accountId, after: cursorOf(request.query, ''), limit: limit + 1 });
    return page(rows, limit, row => row.id, shown);
  });
  app.get('/v1/lists/:id', { config: { access: 'read' }, schema: { params: Params } }, async request =>
    shown(await ownList(deps, callerOf(request).accountId, request.params.id)),
  );
  app.patch('/v1/lists/:id', { config: { access: 'manage' }, schema: { params: Params, body: Named } }, async request => {
    const row = await ownList(deps, callerOf(request).accountId, request.params.id);
    const renamed = await store.lists.rename({
      id: row.id,
      sealed: sealList(secrets, row.id, { ...openList(secrets, row), name: request.body.name }),
    });
    if (!renamed) throw notFound();
    return shown(renamed);
  });
  app.delete('/v1/lists/:id', { config: { access: 'manage' }, schema: { params: Params } }, async (request, reply) => {
    const { id, accountId } = await ownList(deps, callerOf(request).accountId, request.params.id);
    if (!(await store.lists.remove({ id, accountId })))
      throw new ApiError('wrong_state', 'A batch sends to this list: wait for its end, or cancel it.');
    return reply.code(204).send();
  });

  app.post(
    '/v1/lists/:id/recipients',
    {
      config: { access: 'manage', bytes: true, maxValues: MAX_VALUES },
      schema: { params: Params, summary: 'Import recipients: text/csv, application/x-ndjson, or a JSON array' },
    },
    (request, reply) =>
      once(deps, request, reply, 200, async () => {
        const row = await ownList(deps, callerOf(request).accountId, request.params.id);
        const lines = linesOf(request);
        if (lines.length > MAX_CALL)
          throw new ApiError('too_large', `${lines.length} recipients in one call; at most ${MAX_CALL} are taken.`);
        return imported(deps, row, lines);
      }),
  );
  const search = Type.Object({ ...PageQuery, address: Type.Optional(Type.String({ maxLength: 320 })) }, strict);
  app.get('/v1/lists/:id/recipients', { config: { access: 'read' }, schema: { params: Params, querystring: search } }, async request => {
    const row = await ownList(deps, callerOf(request).accountId, request.params.id);
    const box = listBox(secrets.mac, row.id, openList(secrets, row));
    const { address } = request.query;
    if (address !== undefined) {
      const found = await store.lists.recipient({ listId: row.id, mac: listMac(secrets.mac, address) });
      return { data: found ? [box.open(found)] : [], next: null };
    }
    const limit = limitOf(request.query);
    const after = cursorOf(request.query, '0');
    if (!/^\d{1,15}$/.test(after)) throw new ApiError('invalid_request', '"after" is no cursor of this list.', { field: 'after' });
    const rows = await store.lists.recipients({ listId: row.id, after: Number(after), limit: limit + 1 });
    return page(rows, limit, one => one.n, box.open);
  });
  const one = Type.Object({ id: Type.String(), address: Type.String({ maxLength: 320 }) });
  app.delete('/v1/lists/:id/recipients/:address', { config: { access: 'manage' }, schema: { params: one } }, async (request, reply) => {
    const row = await ownList(deps, callerOf(request).accountId, request.params.id);
    const address = normalAddress(request.params.address);
    if (!address) throw invalid('address', 'is not an address.');
    if (!(await store.lists.drop({ id: row.id, mac: listMac(secrets.mac, address) }))) throw notFound();
    return reply.code(204).send();
  });
};

/** By the content type; a JSON body is an array. */
function linesOf({ body, headers }: FastifyRequest): readonly Line[] {
  if (Array.isArray(body)) return fromArray(body);
  if (!Buffer.isBuffer(body))
    throw invalid('body', 'is an array of addresses or of {"address", "data"}, or text/csv, or application/x-ndjson.');
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'text/csv' && type !== 'application/x-ndjson')
    throw new ApiError('unsupported_media_type', 'Send text/csv, application/x-ndjson, or a JSON array.');
  const text = body.toString('utf8');
  const lines = type === 'text/csv' ? fromCsv(text) : fromLines(text);
  if (!lines) throw invalid('body', 'holds a quote (") that never closes.');
  return lines;
}

export type Imported = {
  readonly valid: number;
  readonly repeated: number;
  readonly invalid: number;
  readonly blocked: number;
  /** Of the list, now. */
  readonly recipients: number;
  readonly findings: readonly { readonly field: string; readonly message: string }[];
};

/** Each line counts once: invalid, repeated (in the import or the list; the later data hold), blocked (kept, passed over while it is), or valid. */
export async function imported(deps: ListDeps, list: ListRow, lines: readonly Line[]): Promise<Imported> {
  const box = listBox(deps.secrets.mac, list.id, openList(deps.secrets, list));
  const bad = lines.flatMap(line => ('why' in line ? [{ field: line.at, message: line.why }] : []));
  const good: readonly Recipient[] = lines.flatMap(line => ('recipient' in line ? [line.recipient] : []));
  const sums = { valid: 0, repeated: 0, blocked: 0 };
  let { count } = list;
  for (let at = 0; at < good.length; at += A_COMMIT) {
    const some = good.slice(at, at + A_COMMIT);
    const added = await deps.store.lists.add({ id: list.id, rows: some.map(box.seal), most: MAX_LIST });
    if (!added) throw notFound();
    const fresh = some.filter((_, n) => added.fresh[n]).map(one => one.address);
    const blocked = await blockedAmong(deps, list.accountId, fresh);
    sums.repeated += added.fresh.length - fresh.length;
    sums.blocked += blocked.size;
    sums.valid += fresh.length - blocked.size;
    ({ count } = added);
    if (added.left > 0)
      throw new ApiError(
        'wrong_state',
        `The list is full: it has ${count} recipients. ${good.length - at - added.fresh.length} were not taken.`,
      );
  }
  return { ...sums, invalid: bad.length, recipients: count, findings: bad.slice(0, MAX_TOLD) };
}
