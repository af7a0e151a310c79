// The blocked library: entries of an account, and global ones of the operator; checks, import, export (docs/mail.md).
import { isIP } from 'node:net';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { newId } from '../../engines/ids.ts';
import type { BlockedEntry, NewBlockedEntry } from '../../engines/store/control/blocked.ts';
import { readPattern } from '../../identify/blocked.ts';
import { blockedAddress } from '../../identify/lookup.ts';
import { normalAddress } from '../../message/addresses.ts';
import { MAX_GROUP } from '../../personal/bounds.ts';
import { readKnown } from '../../suppress/entries.ts';
import * as bounds from '../bounds.ts';
import { callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { GROUP_RULE, isGroup } from '../personal.ts';
import { cursorOf, limitOf, momentOf, page, PageQuery, time } from '../pages.ts';
import type { Secrets } from '../../engines/types.ts';
import type { Caller, Resource } from '../types.ts';

const strict = { additionalProperties: false };
const NewEntry = Type.Object(
  {
    pattern: Type.String({ maxLength: 320 }),
    action: Type.Optional(Type.Union([Type.Literal('block'), Type.Literal('allow')])),
    direction: Type.Optional(Type.Union([Type.Literal('sender'), Type.Literal('recipient'), Type.Literal('both')])),
    scope: Type.Optional(Type.Union([Type.Literal('account'), Type.Literal('global')])),
    group: Type.Optional(Type.String({ maxLength: MAX_GROUP })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
    source: Type.Optional(Type.String({ maxLength: 100 })),
    expiresAt: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  strict,
);
type NewEntry = Static<typeof NewEntry>;
const Params = Type.Object({ id: Type.String() });
const COLUMNS = ['pattern', 'action', 'direction', 'group', 'reason', 'source', 'expiresAt'] as const;
const MINUTE = 60_000;
/** `source` of a global entry by which the operator marks a recipient that nobody gave to anybody (docs/standing.md). Accounts are not told. */
const TRAP = 'trap';

export const blocked: Resource = (app, deps) => {
  const { store, secrets, clock } = deps;
  const shown = (entry: BlockedEntry): ReturnType<typeof shownEntry> => shownEntry(secrets, entry);
  const own = async (caller: Caller, id: string): Promise<BlockedEntry> => {
    const entry = await store.blocked.get(id);
    // What made itself and is over is only remembered.
    const isOver = entry?.kind === 'hash' && entry.expiresAt !== null && entry.expiresAt <= clock.now();
    if (!entry || entry.accountId !== caller.accountId || isOver) throw notFound();
    return entry;
  };

  app.post(
    '/v1/blocked',
    { config: { access: 'manage' }, schema: { body: NewEntry, summary: 'Block or allow an address, domain or range' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const caller = callerOf(request);
        const entry = await store.blocked.put(entryOf(caller, request.body));
        await noted(deps, request, `library.${entry.action}`, entry.pattern, entry.reason);
        return shown(entry);
      }),
  );
  app.get('/v1/blocked', { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, strict) } }, async request => {
    const limit = limitOf(request.query);
    const rows = await store.blocked.list({
      accountId: callerOf(request).accountId,
      after: cursorOf(request.query, ''),
      limit: limit + 1,
      now: clock.now(),
    });
    return page(rows, limit, row => row.id, shown);
  });
  app.get('/v1/blocked/:id', { config: { access: 'read' }, schema: { params: Params } }, async request =>
    shown(await own(callerOf(request), request.params.id)),
  );
  const patch = Type.Object(
    { reason: Type.Optional(Type.String({ maxLength: 500 })), expiresAt: Type.Optional(Type.Union([Type.String(), Type.Null()])) },
    strict,
  );
  app.patch('/v1/blocked/:id', { config: { access: 'manage' }, schema: { params: Params, body: patch } }, async request => {
    const { createdAt: _createdAt, sealed: _sealed, ...old } = await own(callerOf(request), request.params.id);
    const { reason = old.reason, expiresAt } = request.body;
    const until = expiresAt === undefined ? old.expiresAt : expiresAt === null ? null : momentOf(expiresAt, 'expiresAt');
    const entry = await store.blocked.put({ ...old, reason, expiresAt: until });
    await noted(deps, request, 'library.patch', entry.pattern, reason);
    return shown(entry);
  });
  app.delete('/v1/blocked/:id', { config: { access: 'manage' }, schema: { params: Params } }, async (request, reply) => {
    const caller = callerOf(request);
    const entry = await own(caller, request.params.id);
    await store.blocked.remove({ id: entry.id, accountId: entry.accountId });
    await noted(deps, request, 'library.remove', entry.pattern);
    return reply.code(204).send();
  });

  const check = Type.Object(
    { address: Type.String({ maxLength: 320 }), group: Type.Optional(Type.String({ maxLength: MAX_GROUP })) },
    strict,
  );
  app.post('/v1/blocked/check', { config: { access: 'read', reads: true }, schema: { body: check } }, async request => {
    const { accountId, keyId } = callerOf(request);
    const counter = `check/${accountId ?? keyId}`;
    if (deps.shared.count(counter, MINUTE) > bounds.CHECKS_PER_MINUTE) {
      const retrySeconds = Math.ceil((deps.shared.peek(counter, MINUTE).endsAt - deps.clock.now()) / 1_000);
      throw new ApiError('rate_limited', `At most ${bounds.CHECKS_PER_MINUTE} checks a minute.`, { retrySeconds });
    }
    const address = normalAddress(request.body.address);
    if (!address) throw invalid('address', 'is not an address.');
    const entry =
      (await blockedAddress(deps.identify, accountId, address, 'recipient', request.body.group)) ??
      (await blockedAddress(deps.identify, accountId, address, 'sender'));
    const row = entry ? await store.blocked.get(entry.id) : null;
    // An account learns yes or no, the class and the end; never another tenant's evidence.
    return {
      address,
      blocked: row !== null,
      class: row ? (row.class === TRAP ? 'manual' : (row.class ?? 'manual')) : null,
      expiresAt: time(row?.expiresAt ?? null),
    };
  });

  app.post('/v1/blocked/import', { config: { access: 'manage', bytes: true } }, async (request, reply) => {
    const caller = callerOf(request);
    if (!Buffer.isBuffer(request.body)) throw new ApiError('unsupported_media_type', 'Send text/csv or application/x-ndjson.');
    const text = request.body.toString('utf8');
    const rows = /csv/.test(request.headers['content-type'] ?? '') ? fromCsv(text) : fromLines(text);
    if (rows.length > bounds.MAX_IMPORT) throw new ApiError('too_large', `At most ${bounds.MAX_IMPORT} lines in one import.`);
    const findings: { field: string; message: string }[] = [];
    const entries = rows.flatMap((row, n) => {
      try {
        return [entryOf(caller, row)];
      } catch (error) {
        if (error instanceof ApiError && findings.length < 100) findings.push({ field: `line ${n + 1}`, message: error.message });
        return [];
      }
    });
    await noted(deps, request, 'library.import', caller.accountId ?? 'global', String(entries.length));
    for (let at = 0; at < entries.length; at += 500) await Promise.all(entries.slice(at, at + 500).map(entry => store.blocked.put(entry)));
    return reply.code(200).send({ imported: entries.length, refused: rows.length - entries.length, findings });
  });
  app.get(
    '/v1/blocked/export',
    {
      config: { access: 'read' },
      schema: { querystring: Type.Object({ format: Type.Optional(Type.Union([Type.Literal('csv'), Type.Literal('ndjson')])) }, strict) },
    },
    async (request, reply) => {
      const { accountId } = callerOf(request);
      const csv = request.query.format === 'csv';
      const lines = csv ? [COLUMNS.join(',')] : [];
      for (let after = ''; ;) {
        const rows = await store.blocked.list({ accountId, after, limit: 1_000, now: clock.now() });
        // What names nobody cannot be taken in again.
        for (const row of rows.filter(one => shown(one)['pattern'] !== null))
          lines.push(csv ? COLUMNS.map(name => cell(shown(row)[name])).join(',') : JSON.stringify(shown(row)));
        if (rows.length < 1_000) break;
        after = rows.at(-1)?.id ?? '';
      }
      return reply.type(csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson').send(`${lines.join('\n')}\n`);
    },
  );
};

function entryOf(caller: Caller, body: NewEntry): NewBlockedEntry {
  // Lines of an import met no schema yet.
  if (!Value.Check(NewEntry, body)) {
    const fault = Value.Errors(NewEntry, body)[0];
    throw invalid(fault?.instancePath.slice(1) || 'entry', `${fault?.message ?? 'is not valid'}.`);
  }
  const pattern = readPattern(body.pattern, text => isIP(text) !== 0);
  if (!pattern)
    throw invalid('pattern', `is ${JSON.stringify(body.pattern.slice(0, 80))}: allowed are address, @domain, *.domain, IP and CIDR.`);
  const global = body.scope === 'global' || (body.scope === undefined && caller.operator && caller.accountId === null);
  if (global && !caller.operator) throw new ApiError('forbidden', 'Global entries are for the operator.', { field: 'scope' });
  if (!global && caller.accountId === null)
    throw new ApiError('account_required', 'Name the account with the header "Sesame-Account: acc_…".');
  if (body.group !== undefined && body.group !== '*' && !isGroup(body.group)) throw invalid('group', GROUP_RULE);
  if (body.group !== undefined && (body.direction ?? 'recipient') !== 'recipient')
    throw invalid('direction', 'is "recipient" for an entry with a group: recipients leave groups.');
  return {
    id: newId('blk'),
    accountId: global ? null : caller.accountId,
    action: body.action ?? 'block',
    ...pattern,
    direction: body.direction ?? (body.group === undefined ? 'both' : 'recipient'),
    reason: body.reason ?? null,
    source: global ? 'operator' : (body.source ?? 'manual'),
    class: global && body.source === TRAP ? TRAP : null,
    group: body.group ?? null,
    expiresAt: body.expiresAt === undefined || body.expiresAt === null ? null : momentOf(body.expiresAt, 'expiresAt'),
  };
}

/** An entry that made itself shows its address and the peer's words to the account that caused it, while it holds: nobody else has the seal. */
function shownEntry(secrets: Secrets, entry: BlockedEntry): Readonly<Record<string, unknown>> {
  const { id, accountId, action, direction, group, reason, source, expiresAt, createdAt } = entry;
  const known = entry.sealed && accountId !== null ? readKnown(secrets.open, accountId, entry.sealed) : null;
  const pattern = entry.kind === 'hash' ? (known?.address ?? null) : entry.pattern;
  return {
    id,
    action,
    pattern,
    direction,
    group,
    scope: accountId === null ? 'global' : 'account',
    reason,
    source,
    class: entry.class,
    evidence: known?.evidence ?? null,
    expiresAt: time(expiresAt),
    createdAt: time(createdAt),
  };
}

/** Values that a spreadsheet would take for a formula are quoted with an apostrophe. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const safe = /^[=+\-@\t\r]/.test(text) && !/^@[\w.-]+$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function fromLines(text: string): readonly NewEntry[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      try {
        const row = JSON.parse(line) as NewEntry;
        return typeof row.pattern === 'string' ? row : { pattern: '' };
      } catch {
        return { pattern: '' };
      }
    });
}

/** With a header line that names the columns, or one pattern a line. */
function fromCsv(text: string): readonly NewEntry[] {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '');
  const head = cellsOf(lines[0] ?? '');
  if (!head.includes('pattern')) return lines.map(line => ({ pattern: cellsOf(line)[0] ?? '' }));
  return lines.slice(1).map(line => {
    const cells = cellsOf(line);
    const row = Object.fromEntries(
      head.map((name, i) => [name, cells[i] ?? '']).filter(([name, value]) => value !== '' && COLUMNS.includes(name as never)),
    );
    return { pattern: '', ...row } as NewEntry;
  });
}

function cellsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
