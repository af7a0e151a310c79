// Batches (docs/lists.md): one mail for each recipient of a list, now, later or again and again; paused, resumed and ended by a word.
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import * as bounds from '../../batches/bounds.ts';
import { cycleOf, openSpec, sealSpec, type KeptCycle, type Spec } from '../../batches/spec.ts';
import { newId } from '../../engines/ids.ts';
import type { BatchRow } from '../../engines/store/control/batches.ts';
import { maySendAs, suspended } from '../../identify/gates.ts';
import { MAX_CALL } from '../../lists/bounds.ts';
import { fromArray } from '../../lists/read.ts';
import { splitAddress, strictMailbox } from '../../message/addresses.ts';
import { isReservedHeader } from '../../message/build.ts';
import { DAYS, isZone, nextAfter, type Cycle } from '../../schedule/cycle.ts';
import { MAX_DATA } from '../../templates/bounds.ts';
import { accountOf, callerOf } from '../caller.ts';
import { ApiError, invalid, notFound, ofRefusal } from '../errors.ts';
import { once } from '../idempotency.ts';
import { newList, ownList, sealList } from '../lists.ts';
import { cursorOf, limitOf, momentOf, page, PageQuery, time } from '../pages.ts';
import { personalOf, Track, Unsubscribe } from '../personal.ts';
import { reviewed } from '../template-review.ts';
import { ownTemplate, readOrThrow, sendable, TemplateData } from '../templates.ts';
import { TlsLevel } from '../tls-level.ts';
import type { ApiDeps, Resource } from '../types.ts';
import { imported } from './lists.ts';
import { givenPool, NewEmail, tagsOf } from './send.ts';

const strict = { additionalProperties: false };
const Text = Type.Union([Type.String(), Type.Null()]);
const NewCycle = Type.Object(
  {
    everySeconds: Type.Optional(Type.Integer({ minimum: bounds.LEAST_CYCLE_SECONDS, maximum: bounds.MAX_AHEAD_MS / 1_000 })),
    at: Type.Optional(Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'time of day, HH:MM' })),
    timeZone: Type.Optional(Type.String({ maxLength: 64, description: 'IANA name; UTC unless given' })),
    days: Type.Optional(Type.Array(Type.Union(DAYS.map(day => Type.Literal(day))), { minItems: 1, uniqueItems: true })),
    times: Type.Optional(Type.Integer({ minimum: 1, maximum: bounds.MOST_RUNS })),
    until: Type.Optional(Type.String()),
  },
  { ...strict, description: 'either everySeconds, or at with timeZone and days' },
);
const NewBatch = Type.Object(
  {
    from: Type.String(),
    replyTo: NewEmail.properties.replyTo,
    list: Type.Optional(Type.String({ maxLength: 64 })),
    recipients: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1, maxItems: bounds.MAX_RECIPIENTS })),
    template: Type.Optional(Type.Object({ id: Type.String({ maxLength: 64 }) }, strict)),
    subject: Type.Optional(Type.String({ maxLength: 2_000 })),
    text: Type.Optional(Text),
    html: Type.Optional(Text),
    data: Type.Optional(TemplateData),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    sendAt: Type.Optional(Type.String()),
    cycle: Type.Optional(NewCycle),
    onQuota: Type.Optional(Type.Union([Type.Literal('wait'), Type.Literal('fail')])),
    tags: NewEmail.properties.tags,
    track: Type.Optional(Track),
    unsubscribe: Type.Optional(
      Type.Union([Unsubscribe, Type.Null()], { description: 'left out: a way to leave, where links can lead here' }),
    ),
    tls: Type.Optional(TlsLevel),
    pool: Type.Optional(Type.String()),
    priority: NewEmail.properties.priority,
    maxDeliverySeconds: NewEmail.properties.maxDeliverySeconds,
  },
  strict,
);
type NewBatch = Static<typeof NewBatch>;
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
    return { ...state(row), ...wishes(openSpec(secrets, row)), recipients: list?.count ?? 0 };
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
          if (made === 'no_list') throw notFound();
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
      const { id, state: now } = await own(request, request.params.id);
      const row = await work(id);
      if (!row) throw new ApiError('wrong_state', `A batch that is ${now} cannot be ${word === 'cancel' ? 'cancelled' : `${word}d`}.`);
      return shown(row);
    });
  };
  verb('pause', id => store.batches.stop({ id, state: 'paused', why: 'asked' }));
  verb('resume', id => store.batches.resume(id));
  verb('cancel', id => store.batches.stop({ id, state: 'cancelled', why: 'asked' }));
};

/** Everything that can be known before the first mail. Throws an ApiError that names the field. */
async function checked(
  deps: ApiDeps,
  request: FastifyRequest,
  accountId: string,
  body: NewBatch,
): Promise<{ readonly spec: Spec; readonly due: number; readonly cycle: Cycle | null }> {
  const from = strictMailbox(body.from);
  if (!from) throw invalid('from', 'is not one address.');
  const caller = callerOf(request);
  const domain = splitAddress(from.address)?.domain ?? '';
  if (caller.domains && !caller.domains.some(one => domain === one || domain.endsWith(`.${one}`)))
    throw new ApiError('forbidden', `The key "${caller.name}" may not send from ${domain}.`, { field: 'from' });
  const account = await deps.identify.account(accountId);
  if (account?.state === 'suspended') throw ofRefusal(suspended(account.stateReason));
  const gate = await maySendAs(deps.identify, accountId, from.address, 'from');
  if (gate) throw ofRefusal(gate);
  const reserved = Object.keys(body.headers ?? {}).find(isReservedHeader);
  if (reserved !== undefined)
    throw new ApiError('header_refused', `"headers.${reserved.slice(0, 80)}" is set by Sesame: leave it out.`, {
      field: `headers.${reserved.slice(0, 80)}`,
    });
  const replyTo = body.replyTo === undefined ? [] : [body.replyTo].flat();
  for (const [n, one] of replyTo.entries()) if (!strictMailbox(one)) throw invalid(`replyTo[${n}]`, 'is not one address.');
  if (Buffer.byteLength(JSON.stringify(body.data ?? {})) > MAX_DATA) throw invalid('data', `has more than ${MAX_DATA} bytes.`);
  const now = deps.clock.now();
  const sendAt = body.sendAt === undefined ? null : momentOf(body.sendAt, 'sendAt');
  if (sendAt !== null && sendAt - now > bounds.MAX_AHEAD_MS) throw invalid('sendAt', 'is more than a year ahead.');
  const cycle = body.cycle ? readCycle(body.cycle) : null;
  const start = Math.max(sendAt ?? now, now);
  const due = cycle && 'at' in cycle ? nextAfter(cycle, start, start - 1) : start;
  if (cycle?.until !== undefined && cycle.until < due) throw invalid('cycle.until', 'is before the first run.');
  const { tls = 'opportunistic', priority = 'bulk', onQuota = 'wait', maxDeliverySeconds = null } = body;
  const spec: Spec = {
    from: body.from,
    replyTo,
    headers: body.headers ?? {},
    content: await contentOf(deps, accountId, body),
    data: body.data ?? {},
    tls,
    pool: body.pool === undefined ? null : await givenPool(deps, accountId, body.pool),
    tags: tagsOf(body.tags),
    personal: wayToLeave(deps, body),
    priority,
    maxDeliverySeconds,
    onQuota,
    credentialId: caller.keyId,
  };
  return { spec, due, cycle };
}

/** A way to leave unless the call says no, where our links can be reached. */
function wayToLeave({ config }: ApiDeps, { track, unsubscribe, headers }: NewBatch): Spec['personal'] {
  const own = Object.keys(headers ?? {}).some(name => /^list-unsubscribe$/i.test(name));
  const wish = unsubscribe === undefined && config.publicUrl !== null && !own ? {} : (unsubscribe ?? undefined);
  return personalOf(config, { ...(track ? { track } : {}), ...(wish ? { unsubscribe: wish } : {}), ...(headers ? { headers } : {}) });
}

/** A template that may be sent, or the words of the call, reviewed as a template would be. */
async function contentOf(deps: ApiDeps, accountId: string, { template, subject, text, html }: NewBatch): Promise<Spec['content']> {
  if (template) {
    const beside = Object.entries({ subject, text, html }).find(([, value]) => value !== undefined)?.[0];
    if (beside) throw invalid(beside, 'cannot be given beside "template", which brings its own.');
    const row = await ownTemplate(deps, accountId, template.id);
    sendable(deps.secrets, row);
    return { templateId: row.id };
  }
  if ((text ?? null) === null && (html ?? null) === null) throw invalid('template', 'or "text" or "html" is needed.');
  const source = { subject: subject ?? '', text: text ?? null, html: html ?? null };
  const { state: judged, review } = await reviewed(deps, accountId, readOrThrow(source), {});
  if (judged !== 'refused') return source;
  throw new ApiError('spam_content', review.reasons[0]?.message ?? 'The content filter refuses the message.', { findings: review.reasons });
}

function readCycle({ everySeconds, at, timeZone, days, times, until }: Static<typeof NewCycle>): Cycle {
  const ends = { ...(times === undefined ? {} : { times }), ...(until === undefined ? {} : { until: momentOf(until, 'cycle.until') }) };
  if ((everySeconds === undefined) === (at === undefined)) throw invalid('cycle', 'has either "everySeconds" or "at".');
  if (everySeconds !== undefined) {
    if (timeZone !== undefined || days) throw invalid('cycle.everySeconds', 'counts seconds: "timeZone" and "days" go with "at".');
    return { everySeconds, ...ends };
  }
  if (timeZone !== undefined && !isZone(timeZone))
    throw invalid('cycle.timeZone', `${JSON.stringify(timeZone)} is no time zone such as "Asia/Jakarta".`);
  return { at: at ?? '', timeZone: timeZone ?? 'UTC', ...(days ? { days } : {}), ...ends };
}

/** The list of the call, or one that is made of its recipients and seen by nobody. */
async function listOf(
  deps: ApiDeps,
  accountId: string,
  batchId: string,
  { list, recipients }: NewBatch,
): Promise<{ readonly id: string; readonly own: string | null; readonly count: number }> {
  if ((list === undefined) === (recipients === undefined)) throw invalid('list', 'or "recipients" is needed, not both.');
  if (list !== undefined) {
    const row = await ownList(deps, accountId, list);
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
