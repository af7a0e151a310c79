// The checks of the installation (docs/operating.md), the same that `bin/sesame doctor` prints: as a list, or line by line as they come.
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { findings } from '../../doctor/doctor.ts';
import type { Known, OwnDomain, Told } from '../../doctor/types.ts';
import type { SetAside } from '../../engines/store/control/settings.ts';
import { whyNotProven } from '../../engines/tls/told.ts';
import { SPF_SAMPLE } from '../../ips/bounds.ts';
import { DOCTOR_DOMAINS, DOCTORS, SET_ASIDE } from '../bounds.ts';
import { actorOf, callerOf, noted } from '../caller.ts';
import { shownDomain } from '../domains.ts';
import { ApiError, notFound } from '../errors.ts';
import { once } from '../idempotency.ts';
import { time, PageQuery, pageOfAll } from '../pages.ts';
import type { ApiDeps, Resource } from '../types.ts';

const strict = { additionalProperties: false };
const which = { group: Type.String({ minLength: 1, maxLength: 100 }), name: Type.String({ minLength: 1, maxLength: 253 }) };
const Aside = Type.Object({ ...which, reason: Type.String({ minLength: 1, maxLength: 500 }) }, strict);
const LINES = 'application/x-ndjson';

export const doctor: Resource = (app, deps) => {
  const { store, shared } = deps;
  const access = { config: { access: 'operator' as const } };

  app.get(
    '/v1/doctor',
    { ...access, schema: { summary: 'Check names, sending IPs, ports, certificates, scanner, disk: what is, and what to do' } },
    async (request, reply) => {
      if (!shared.enter('doctor', DOCTORS))
        throw new ApiError('rate_limited', 'Checks are running already: wait until they are done.', { retrySeconds: 30 });
      const leave = (): void => shared.leave('doctor');
      reply.raw.once('close', leave);
      return (request.headers.accept ?? '').includes(LINES) ? lineByLine(deps, reply) : { data: await whole(deps), next: null };
    },
  );

  const listed = { querystring: Type.Object(PageQuery, { additionalProperties: false }), summary: 'Findings that were set aside' };
  app.get('/v1/doctor/set-aside', { ...access, schema: listed }, async request => {
    const { rows, next } = pageOfAll(await store.settings.setAside(), request.query, one => `${one.group}/${one.name}`);
    return { data: rows.map(shown), next };
  });
  app.post(
    '/v1/doctor/set-aside',
    { ...access, schema: { body: Aside, summary: 'Set a finding aside, with the reason' } },
    (request, reply) =>
      once(deps, request, reply, 201, async () => {
        const { group, name, reason } = request.body;
        const by = actorOf(callerOf(request));
        if (!(await store.settings.setSetAside({ group, name, reason, by, most: SET_ASIDE })))
          throw new ApiError('wrong_state', `${SET_ASIDE} findings are set aside: take one back first.`);
        await noted(deps, request, 'doctor.set_aside', `${group}/${name}`, reason);
        return shown({ group, name, reason, by, at: deps.clock.now() });
      }),
  );
  app.delete(
    '/v1/doctor/set-aside/:group/:name',
    { ...access, schema: { params: Type.Object(which), summary: 'Take it back: it is told again' } },
    async (request, reply) => {
      const { group, name } = request.params;
      if (!(await store.settings.setSetAside({ group, name, reason: null, by: '', most: SET_ASIDE }))) throw notFound();
      await noted(deps, request, 'doctor.take_back', `${group}/${name}`);
      return reply.code(204).send();
    },
  );
};

const shown = ({ at, ...rest }: SetAside): Readonly<Record<string, unknown>> => ({ ...rest, at: time(at) });

const told = ({ setAside, ...finding }: Told): Readonly<Record<string, unknown>> => ({
  ...finding,
  setAside: setAside && { ...setAside, at: time(setAside.at) },
});

async function whole(deps: ApiDeps): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const all: Readonly<Record<string, unknown>>[] = [];
  for await (const one of run(deps)) all.push(told(one));
  return all;
}

/** Each as soon as it is there; who hangs up ends the checks. */
function lineByLine(deps: ApiDeps, reply: FastifyReply): FastifyReply {
  const lines = async function* (): AsyncIterable<string> {
    for await (const one of run(deps)) yield `${JSON.stringify(told(one))}\n`;
  };
  return reply.type(LINES).header('x-accel-buffering', 'no').send(Readable.from(lines()));
}

const run = (deps: ApiDeps): AsyncIterable<Told> => findings({ config: deps.config, resolver: deps.resolver, known: knownTo(deps) });

/** What the command has to ask the server for, from the server itself. */
function knownTo(deps: ApiDeps): Known {
  const { store, config, clock } = deps;
  return {
    isVerified: async name => (await store.domains.get(name))?.state === 'verified',
    domains: async () => {
      const own = await store.domains.list({ accountId: null, after: '', limit: DOCTOR_DOMAINS });
      // `shownDomain` is the very JSON that the command reads.
      return Promise.all(own.map(async one => (await shownDomain(deps, one)) as unknown as OwnDomain));
    },
    whyNotProven: async () => whyNotProven(deps.tls().groups, config.hostname, clock.now()),
    sendingIps: async () => ({ ips: await store.sendingIps.list(), domains: (await store.domains.proven()).slice(0, SPF_SAMPLE) }),
    hashLists: async () => deps.hashes(),
    setAside: store.settings.setAside,
  };
}
