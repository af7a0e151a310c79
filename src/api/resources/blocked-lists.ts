// Imports into the blocked library, the lists that they make, and the export (docs/library.md). A small import without the name of a list
// becomes entries one by one; any other builds a list beside the server.
import { Type, type Static } from 'typebox';
import type { Readable } from 'node:stream';
import { newId } from '../../engines/ids.ts';
import { sourceOf, type ListDescription } from '../../engines/library/shelf.ts';
import { isSmall, type SmallImport } from '../../engines/library/upload.ts';
import type { ImportRow } from '../../engines/store/control/library.ts';
import * as bounds from '../../library/bounds.ts';
import { FORMATS, type Defaults, type Format } from '../../library/formats.ts';
import { entriesOf } from '../../library/kept.ts';
import { callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { exported } from '../library.ts';
import { cursorOf, limitOf, page, pageOfAll, PageQuery, time } from '../pages.ts';
import type { ApiDeps, App, Caller, Resource } from '../types.ts';

const strict = { additionalProperties: false };
const word = <const T extends readonly string[]>(words: T) => Type.Optional(Type.Enum([...words] as T[number][]));
const ImportQuery = Type.Object(
  {
    format: word(FORMATS),
    list: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$' })),
    mode: word(['add', 'replace']),
    action: word(['block', 'allow']),
    direction: word(['sender', 'recipient', 'both']),
    subdomains: word(['true', 'false']),
  },
  strict,
);
const Params = Type.Object({ id: Type.String() });
/** Where an import goes that names no list and is too large for entries of their own. */
const OTHERS = 'imported';
const LOOK_MS = 50;
/** Uploads of one owner at once. */
const UPLOADS = 2;
const WRITES = 500;

export const blockedLists: Resource = (app, deps) => {
  const { store, library } = deps;

  app.register(async inside => {
    const scope = inside as App;
    // The body goes to the disk as it comes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    scope.post(
      '/v1/blocked/import',
      {
        bodyLimit: bounds.UPLOAD,
        config: { access: 'manage', bytes: true, stream: true },
        schema: { querystring: ImportQuery, summary: 'Import CSV, NDJSON, plain lists, hosts files or RPZ zones' },
      },
      async (request, reply) => {
        const caller = callerOf(request);
        const body = request.body as Readable | undefined;
        if (!body) throw new ApiError('unsupported_media_type', 'Send text/csv, application/x-ndjson or text/plain.');
        const format = formatOf(request.query, request.headers['content-type']);
        const place = `upload/${caller.accountId ?? ''}`;
        if (!deps.shared.enter(place, UPLOADS))
          throw new ApiError('rate_limited', `At most ${UPLOADS} uploads at once.`, { retrySeconds: 5 });
        try {
          const done = await taken(deps, caller, request.query, format, body);
          await noted(deps, request, 'library.import', done.list ?? caller.accountId ?? 'global', String(done.imported));
          return reply.code(done.state === 'done' ? 200 : 202).send(done);
        } finally {
          deps.shared.leave(place);
        }
      },
    );
  });

  app.get(
    '/v1/blocked/imports',
    { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, strict), summary: 'Imports into lists, newest first' } },
    async request => {
      const limit = limitOf(request.query);
      const before = cursorOf(request.query, '~');
      const rows = await store.library.imports({ accountId: callerOf(request).accountId, before, limit: limit + 1 });
      return page(rows, limit, row => row.id, shownImport);
    },
  );
  app.get('/v1/blocked/imports/:id', { config: { access: 'read' }, schema: { params: Params } }, async request => {
    const row = await store.library.one(request.params.id);
    if (!row || row.accountId !== callerOf(request).accountId) throw notFound();
    return shownImport(row);
  });
  app.get(
    '/v1/blocked/lists',
    {
      config: { access: 'read' },
      schema: { querystring: Type.Object(PageQuery, strict), summary: 'Lists of the blocked library: of imports and feeds' },
    },
    async request => {
      const { accountId } = callerOf(request);
      const own = library.lists().filter(list => list.accountId === accountId);
      const { rows, next } = pageOfAll(own, request.query, list => list.name);
      return { data: rows.map(shownList), next };
    },
  );
  app.delete(
    '/v1/blocked/lists/:name',
    { config: { access: 'manage' }, schema: { params: Type.Object({ name: Type.String() }) } },
    async (request, reply) => {
      const { accountId } = callerOf(request);
      const { name } = request.params;
      const list = library.lists().find(one => one.accountId === accountId && one.name === name);
      if (list?.feed) throw new ApiError('wrong_state', 'The list of a feed goes with its feed: DELETE /v1/feeds/{id}.');
      if (!(await store.library.removeList({ accountId, name }))) throw notFound();
      await noted(deps, request, 'library.list.remove', name);
      return reply.code(204).send();
    },
  );
  app.get(
    '/v1/blocked/export',
    {
      config: { access: 'read' },
      schema: {
        querystring: Type.Object({ format: word(['csv', 'ndjson']), list: Type.Optional(Type.String({ maxLength: 64 })) }, strict),
        summary: 'All entries as CSV or NDJSON, but those that made themselves',
      },
    },
    async (request, reply) => {
      const { format = 'ndjson', list = null } = request.query;
      const { accountId } = callerOf(request);
      if (list !== null && !library.lists().some(one => one.accountId === accountId && one.name === list)) throw notFound();
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
        .send(exported(deps, accountId, format, list));
    },
  );
};

type Told = Readonly<Record<string, unknown>> & {
  readonly list: string | null;
  readonly imported: number;
  readonly state: ImportRow['state'];
};

async function taken(deps: ApiDeps, caller: Caller, query: Static<typeof ImportQuery>, format: Format, body: Readable): Promise<Told> {
  const { store, uploads } = deps;
  const { accountId } = caller;
  const defaults: Defaults = {
    action: query.action ?? 'block',
    direction: query.direction ?? null,
    subdomains: query.subdomains === 'true',
    operator: caller.operator,
  };
  const open = (await store.library.open()).filter(one => one.accountId === accountId);
  if (open.length >= bounds.WAITING) throw new ApiError('rate_limited', `${open.length} imports wait already.`, { retrySeconds: 30 });
  const list = query.list ?? OTHERS;
  if (deps.library.lists().some(one => one.accountId === accountId && one.name === list && one.feed !== null))
    throw new ApiError('wrong_state', `"${list}" is the list of a feed: import into another one.`);
  const id = newId('imp');
  const got = await uploads.receive(id, body, accountId === null ? bounds.UPLOAD : bounds.UPLOAD_OF_ACCOUNT);
  if ('refused' in got) {
    const why =
      got.refused === 'too_large' ? 'The import is larger than the limit, see /v1/limits.' : 'There is no room for it on the disk.';
    throw new ApiError(got.refused, why);
  }
  if (query.list === undefined && isSmall(got.bytes)) {
    const small = await uploads.read(id, format, defaults, bounds.ROW_ENTRIES);
    if (small !== null) uploads.drop(id);
    if (typeof small === 'string') throw invalid('body', `cannot be read: ${small}.`);
    if (small !== null) return oneByOne(deps, accountId, small);
  }
  await store.library.begin({ id, accountId, list, feed: null, how: { format, defaults, mode: query.mode ?? 'add' } });
  const end = deps.clock.monotonic() + bounds.ANSWER_MS;
  for (;;) {
    const row = await store.library.one(id);
    if (row?.state === 'failed')
      throw new ApiError('invalid_field', `Nothing was imported into "${list}": ${row.fault ?? ''}.`, {
        field: 'body',
        findings: row.told?.findings ?? [],
      });
    if (row && (row.state === 'done' || deps.clock.monotonic() > end)) return shownImport(row);
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
  }
}

async function oneByOne({ store }: ApiDeps, accountId: string | null, small: SmallImport): Promise<Told> {
  const rows = small.entries.flatMap(kept => {
    const source = accountId === null ? 'operator' : (kept.source ?? 'manual');
    return entriesOf(kept, { id: '', accountId, pattern: kept.pattern, source, group: kept.group }).map(entry => ({
      ...entry,
      id: newId('blk'),
      reason: kept.reason,
    }));
  });
  for (let at = 0; at < rows.length; at += WRITES) await Promise.all(rows.slice(at, at + WRITES).map(row => store.blocked.put(row)));
  const patterns = new Set(small.entries.map(one => `${one.pattern}\n${one.group}`)).size;
  const { entries, invalid: refused, automatic, findings } = small;
  return {
    id: null,
    state: 'done',
    list: null,
    imported: entries.length,
    repeated: entries.length - patterns,
    refused,
    automatic,
    findings,
  };
}

function shownImport(row: ImportRow): Told {
  const { id, state, list, told, fault, createdAt, endedAt } = row;
  const { valid = 0, repeated = 0, invalid: refused = 0, automatic = 0, findings = [], bytes = 0, size = 0 } = told ?? {};
  const share = size > 0 ? bytes / size : 0;
  const counts = { imported: valid, repeated, refused, automatic, progress: state === 'done' ? 1 : Number(share.toFixed(3)) };
  return { id, state, list, ...counts, findings, fault, createdAt: time(createdAt), endedAt: time(endedAt) };
}

function shownList(list: ListDescription): Readonly<Record<string, unknown>> {
  const { name, entries, feed, madeAt, record, fault } = list;
  const bytes = (list.segment?.memory.byteLength ?? 0) + record.linesBytes;
  return { name, entries, feed, source: sourceOf(list), bytes, madeAt: time(madeAt), fault };
}

function formatOf(query: { readonly format?: string }, type = ''): Format {
  if (query.format !== undefined) return query.format as Format;
  if (/json\s*(;|$)/i.test(type) && !/ndjson/i.test(type))
    throw new ApiError('unsupported_media_type', 'Send text/csv, application/x-ndjson or text/plain.');
  if (/csv/i.test(type)) return 'csv';
  return /^text\/plain/i.test(type) ? 'plain' : 'ndjson';
}
