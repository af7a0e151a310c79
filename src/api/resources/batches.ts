// Batches (docs/lists.md): one mail for each recipient of a list, now, later or again and again; paused, resumed and ended by a word.
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import * as bounds from '../../batches/bounds.ts';
import { cycleOf, openSpec, sealSpec, type KeptCycle, type Spec } from '../../batches/spec.ts';
import { newId } from '../../engines/ids.ts';
import type { BatchRow } from '../../engines/store/control/batches.ts';
import { MAX_CALL } from '../../lists/bounds.ts';
import { fromArray } from '../../lists/read.ts';
import { strictMailbox } from '../../message/addresses.ts';
import { checked, NewBatch } from '../batch-ask.ts';
import { accountOf, callerOf, requireDomains } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { newList, ownList, sealList } from '../lists.ts';
import { cursorOf, limitOf, page, PageQuery, time } from '../pages.ts';
import type { ApiDeps, Resource } from '../types.ts';
import { imported } from './lists.ts';

const strict = { additionalProperties: false };
const Params = Type.Object({ id: Type.String() });
/** Ids sort by time; this is above all. */
const NEWEST = 'bat_~';

export const batches: Resource = (app, deps) => {
  const { store, secrets } = deps;
  const own = async (request: FastifyRequest, id: string): Promise<BatchRow> => {
    const { accountId } = callerOf(request);
    const row = await store.batches.get(id);
    if (!row || (accountId !== null && row.accountId !== accountId)) throw notFound();
    return row;
  };
  const shown = async (row: BatchRow): Promise<Readonly<Record<string, unknown>>> => {
    const list = await store.lists.get(row.listId);
    // A list that was made for this batch alone is seen by nobody.
    const own = list?.batchId === null ? list.id : null;
    return { ...state(row), list: own, ...wishes(openSpec(secrets, row)), recipients: list?.count ?? 0 };
  };

  app.post(
    '/v1/batches',
    {
      config: { access: 'send' },
      schema: { body: NewBatch, summary: 'Send one mail to each recipient of a list, now, later or repeatedly' },
    },
    (request, reply) =>
      once(
        deps,
        request,
        reply,
        202,
        async claim => {
          const accountId = accountOf(request);
          const { spec, due, cycle } = await checked(deps, request, accountId, request.body);
          const id = newId('bat');
          const list = await listOf(deps, accountId, id, request.body);
          const answer = { id, accountId, list: list.own, state: 'scheduled', nextAt: time(due), recipients: list.count, ...wishes(spec) };
          const kept = cycle && JSON.stringify({ ...cycle, first: due } satisfies KeptCycle);
          const row = {
            id,
            accountId,
            listId: list.id,
            plannedAt: due,
            cycle: kept,
            sealed: sealSpec(secrets, id, spec),
            most: bounds.MAX_BATCHES,
          };
          const idempotency = claim && { ...claim, status: 202, answer: JSON.stringify(answer) };
          const made = await store.batches.create({ ...row, idempotency });
          // The recipients of a batch that never came to be are nobody's.
          if (made !== 'made' && list.own === null) await store.lists.remove({ id: list.id, accountId });
          if (made === 'no_list') throw notFound('list');
          if (made === 'full') throw new ApiError('wrong_state', `The account has ${bounds.MAX_BATCHES} batches that are not over.`);
          return answer;
        },
        true,
      ),
  );
  app.get('/v1/batches', { config: { access: 'read' }, schema: { querystring: Type.Object(PageQuery, strict) } }, async request => {
    const limit = limitOf(request.query);
    const { accountId } = callerOf(request);
    const rows = await store.batches.list({ accountId, before: cursorOf(request.query, NEWEST), limit: limit + 1 });
    return page(rows, limit, row => row.id, state);
  });
  app.get('/v1/batches/:id', { config: { access: 'read' }, schema: { params: Params } }, async request =>
    shown(await own(request, request.params.id)),
  );
  app.delete('/v1/batches/:id', { config: { access: 'manage' }, schema: { params: Params } }, async (request, reply) => {
    const { id, accountId } = await own(request, request.params.id);
    if (!(await store.batches.remove({ id, accountId }))) throw new ApiError('wrong_state', 'The batch is not over: cancel it first.');
    return reply.code(204).send();
  });
  const verb = (word: 'pause' | 'resume' | 'cancel', work: (id: string) => Promise<BatchRow | null>): void => {
    app.post(`/v1/batches/:id/${word}`, { config: { access: 'send' }, schema: { params: Params } }, async request => {
      const batch = await own(request, request.params.id);
      const { id, state: now } = batch;
      requireDomains(callerOf(request), [strictMailbox(openSpec(secrets, batch).from)?.address ?? '']);
      const row = await work(id);
      if (!row) throw new ApiError('wrong_state', `A batch that is ${now} cannot be ${word === 'cancel' ? 'cancelled' : `${word}d`}.`);
      return shown(row);
    });
  };
  verb('pause', id => store.batches.stop({ id, state: 'paused', why: 'asked' }));
  verb('resume', id => store.batches.resume(id));
  verb('cancel', id => store.batches.stop({ id, state: 'cancelled', why: 'asked' }));
};

/** The list of the call, or one that is made of its recipients and seen by nobody. */
async function listOf(
  deps: ApiDeps,
  accountId: string,
  batchId: string,
  { list, recipients }: NewBatch,
): Promise<{ readonly id: string; readonly own: string | null; readonly count: number }> {
  if ((list === undefined) === (recipients === undefined)) throw invalid('list', 'or "recipients" is needed, not both.');
  if (list !== undefined) {
    const row = await ownList(deps, accountId, list, 'list');
    return { id: row.id, own: row.id, count: row.count };
  }
  const lines = fromArray(recipients ?? []);
  const findings = lines.flatMap(line => ('why' in line ? [{ field: `recipients${line.at}`, message: line.why }] : []));
  const first = findings[0];
  if (first)
    throw new ApiError('invalid_field', `"${first.field}" ${first.message}.`, { field: first.field, findings: findings.slice(0, 100) });
  const id = newId('lst');
  const row = await deps.store.lists.create({
    id,
    accountId,
    sealed: sealList(deps.secrets, id, newList(batchId)),
    batchId,
    most: MAX_CALL,
  });
  if (!row) throw notFound();
  return { id, own: null, count: (await imported(deps, row, lines)).recipients };
}

const COUNTED = [
  'accepted',
  'suppressed',
  'invalid',
  'refused',
  'held',
  'delivered',
  'bounced',
  'expired',
  'cancelled',
  'complained',
  'unsubscribed',
] as const;

function state(row: BatchRow): Readonly<Record<string, unknown>> {
  const { id, accountId, why, run, plannedAt, nextAt, counts, createdAt, startedAt, endedAt } = row;
  const cycle = cycleOf(row);
  const waits = why !== null && nextAt !== null;
  return {
    id,
    accountId,
    state: row.state,
    why: waits ? null : why,
    waiting: waits ? { why, until: time(nextAt) } : null,
    run,
    nextAt: row.state === 'scheduled' || (row.state === 'paused' && startedAt === null) ? time(plannedAt) : null,
    startedAt: time(startedAt),
    endedAt: time(endedAt),
    createdAt: time(createdAt),
    done: startedAt === null ? null : (counts.done ?? 0),
    counts: Object.fromEntries(COUNTED.map(name => [name, counts[name] ?? 0])),
    cycle: cycle && { ...cycle, first: time(cycle.first), ...(cycle.until === undefined ? {} : { until: time(cycle.until) }) },
  };
}

/** What was asked for, without the words of a message. */
function wishes({ from, content, tags, tls, pool, priority, onQuota, personal }: Spec): Readonly<Record<string, unknown>> {
  const template = 'templateId' in content ? content.templateId : null;
  const { opens = false, clicks = false, unsubscribe = null } = personal ?? {};
  return { from, template, tags, tls, pool, priority, onQuota, track: { opens, clicks }, unsubscribe };
}
