// What POST /v1/batches asks for: checked as far as it can be before the first mail, and made into what is kept of a batch.
import type { FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import * as bounds from '../batches/bounds.ts';
import type { Spec } from '../batches/spec.ts';
import { maySendAs, suspended } from '../identify/gates.ts';
import { strictMailbox } from '../message/addresses.ts';
import { isReservedHeader } from '../message/build.ts';
import { DAYS, isZone, nextAfter, type Cycle } from '../schedule/cycle.ts';
import { MAX_DATA } from '../templates/bounds.ts';
import { callerOf, requireDomains } from './caller.ts';
import { ApiError, invalid, ofRefusal } from './errors.ts';
import { momentOf } from './pages.ts';
import { personalOf, Track, Unsubscribe } from './personal.ts';
import { givenPool, NewEmail, tagsOf } from './resources/send.ts';
import { reviewed } from './template-review.ts';
import { ownTemplate, readOrThrow, sendable, TemplateData } from './templates.ts';
import { TlsLevel } from './tls-level.ts';
import type { ApiDeps } from './types.ts';

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
export const NewBatch = Type.Object(
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
export type NewBatch = Static<typeof NewBatch>;
/** Everything that can be known before the first mail. Throws an ApiError that names the field. */
export async function checked(
  deps: ApiDeps,
  request: FastifyRequest,
  accountId: string,
  body: NewBatch,
): Promise<{ readonly spec: Spec; readonly due: number; readonly cycle: Cycle | null }> {
  const from = strictMailbox(body.from);
  if (!from) throw invalid('from', 'is not one address.');
  const caller = callerOf(request);
  requireDomains(caller, [from.address]);
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
    const row = await ownTemplate(deps, accountId, template.id, 'template.id');
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
