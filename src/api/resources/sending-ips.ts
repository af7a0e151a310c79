// Sending IPs, for the operator: state with reason, every check with what is, what should be and what to do, and the history of states.
import { Type } from 'typebox';
import type { SendingIp } from '../../engines/store/control/sending-ips.ts';
import { findIp } from '../../ips/address.ts';
import { MAX_REASON } from '../../ips/bounds.ts';
import { kindOf, SHARED } from '../../ips/pools.ts';
import { newIp } from '../../ips/state.ts';
import { checkSendingIp } from '../../upkeep/sending-ips.ts';
import { actorOf, callerOf, noted } from '../caller.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { time, PageQuery, pageOfAll } from '../pages.ts';
import { paceShown } from '../paces.ts';
import type { Resource } from '../types.ts';

/** Providers shown beside one IP; `/v1/shaping` has all. */
const CAPS = 100;
const Params = Type.Object({ ip: Type.String({ maxLength: 64 }) });
const Patch = Type.Object(
  {
    rest: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_REASON, description: 'take it out of service; why' })),
    resume: Type.Optional(Type.Literal(true, { description: 'end the rest' })),
    warm: Type.Optional(Type.Literal(true, { description: 'providers know this IP: it does not warm up' })),
    pool: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'the pool that it belongs to' })),
  },
  { additionalProperties: false, minProperties: 1 },
);

export const sendingIps: Resource = (app, deps) => {
  const { store, config, clock } = deps;
  const fresh = (ip: string): SendingIp => ({ ...newIp(ip, clock.now()), pool: SHARED });
  /** One that is set; what was left out of the settings keeps its row, for when it comes back. */
  const own = async (given: string): Promise<SendingIp> => {
    const ip = findIp(config.sendingIps, given);
    if (ip === undefined) throw notFound();
    return (await store.sendingIps.get(ip)) ?? fresh(ip);
  };

  /** With what each provider takes of it. */
  const whole = async (one: SendingIp): Promise<Readonly<Record<string, unknown>>> => {
    const rows = await store.paces.list({ ip: one.ip, provider: undefined, after: { ip: '', provider: '' }, limit: CAPS });
    const caps = rows.map(row => {
      const { provider, name, perSecond, dayCap, warmUpDayCap, usedToday, heldUntil } = paceShown(deps, row);
      return { provider, name, perSecond, dayCap, warmUpDayCap: one.state === 'warming' ? warmUpDayCap : null, usedToday, heldUntil };
    });
    return { ...shown(one), caps };
  };

  const Paged = Type.Object(PageQuery, { additionalProperties: false });
  const listed = { querystring: Paged, summary: 'Sending IPs and their states' };
  app.get('/v1/sending-ips', { config: { access: 'operator' }, schema: listed }, async request => {
    const { rows, next } = pageOfAll(config.sendingIps, request.query, ip => ip);
    const known = new Map((await store.sendingIps.list()).map(one => [one.ip, one]));
    return { data: rows.map(ip => brief(known.get(ip) ?? fresh(ip))), next };
  });
  app.get(
    '/v1/sending-ips/:ip',
    { config: { access: 'operator' }, schema: { params: Params, summary: 'One sending IP with its checks and history' } },
    async request => whole(await own(request.params.ip)),
  );
  app.patch(
    '/v1/sending-ips/:ip',
    { config: { access: 'operator' }, schema: { params: Params, body: Patch, summary: 'Rest, resume, declare warm, or move to a pool' } },
    async request => {
      const { rest, resume, warm, pool } = request.body;
      const { ip, rest: wasRested } = await own(request.params.ip);
      const by = actorOf(callerOf(request));
      if (rest !== undefined && resume) throw invalid('resume', 'and "rest" cannot be said at once.');
      if (resume && wasRested === null)
        throw new ApiError('wrong_state', `${ip} was not rested by the operator: it comes back by itself when its checks are clean.`, {
          field: 'resume',
        });
      if (pool !== undefined && !(await store.pools.get(pool)))
        throw invalid('pool', `${JSON.stringify(pool)} does not exist: make it with POST /v1/pools.`);
      if (rest !== undefined) await store.sendingIps.rest({ ip, reason: rest, by });
      if (resume) await store.sendingIps.resume({ ip, by });
      if (warm) await store.sendingIps.declareWarm({ ip, by });
      if (pool !== undefined) await store.sendingIps.setPool({ ip, pool });
      await noted(deps, request, 'sending_ip.patch', ip, Object.keys(request.body).join(' '));
      return whole(await own(ip));
    },
  );
  app.post(
    '/v1/sending-ips/:ip/check',
    { config: { access: 'operator' }, schema: { params: Params, summary: 'Check one sending IP now' } },
    async request => {
      const { ip } = await own(request.params.ip);
      return whole(await checkSendingIp(deps, ip));
    },
  );
};

function brief({ ip, state, reason, since, pool, helo, checkedAt }: SendingIp): Readonly<Record<string, unknown>> {
  return { ip, state, reason, since: time(since), pool, helo, checkedAt: time(checkedAt) };
}

function shown(one: SendingIp): Readonly<Record<string, unknown>> {
  return {
    ...brief(one),
    poolKind: kindOf(one.pool),
    rest: one.rest,
    usedDays: one.usedDays,
    checks: one.checks.map(({ name, state, found, expected, fix, at }) => ({ name, state, found, expected, fix, at: time(at) })),
    history: one.history.map(({ at, state, reason }) => ({ at: time(at), state, reason })),
  };
}
