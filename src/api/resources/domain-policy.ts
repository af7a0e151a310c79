// What an account decides of a domain: TLS that its own mail is held to, what others may count on when they send to it (the mode of its
// MTA-STS policy), and its own host for links in mail.
import { Type } from 'typebox';
import type { Domain } from '../../engines/store/control/domains.ts';
import { whyNotProven } from '../../engines/tls/told.ts';
import { callerOf, noted } from '../caller.ts';
import { ownDomain, shownDomain } from '../domains.ts';
import { ApiError } from '../errors.ts';
import { TlsLevel } from '../tls-level.ts';
import { trackingHostOf } from '../tracking-host.ts';
import type { ApiDeps, Resource } from '../types.ts';

const Modes = Type.Union([Type.Literal('none'), Type.Literal('testing'), Type.Literal('enforce')], {
  description: 'mode of the MTA-STS policy that is served for the domain',
});

const Host = Type.Union([Type.String({ maxLength: 253 }), Type.Null()], {
  description: 'a name below the domain for links in mail, such as links.example.com; null: SESAME_PUBLIC_URL',
});

const hostOf = (deps: ApiDeps, domain: Domain, given: string | null): string | null =>
  given === null ? null : trackingHostOf(deps, domain, given);

export const domainPolicy: Resource = (app, deps) => {
  const params = Type.Object({ name: Type.String() });
  const body = Type.Object(
    { tls: Type.Optional(TlsLevel), mtaSts: Type.Optional(Modes), trackingHost: Type.Optional(Host) },
    { additionalProperties: false, minProperties: 1 },
  );
  const schema = { params, body, summary: 'TLS of mail from the domain, what senders to it may count on, its own host for links' };
  app.patch('/v1/domains/:name', { config: { access: 'manage' }, schema }, async request => {
    const domain = await ownDomain(deps, callerOf(request).accountId, request.params.name);
    const { tls = domain.tls, mtaSts = domain.mtaSts } = request.body;
    const why = request.body.mtaSts === 'enforce' ? whyNotProven(deps.tls().groups, deps.config.hostname, deps.clock.now()) : null;
    if (why !== null) {
      const text = `Senders that enforce the policy would not deliver: ${why}. See GET /v1/tls.`;
      throw new ApiError('wrong_state', text, { field: 'mtaSts' });
    }
    const host = request.body.trackingHost === undefined ? domain.trackingHost : hostOf(deps, domain, request.body.trackingHost);
    const set = host === domain.trackingHost ? domain : await deps.store.domains.setTrackingHost({ name: domain.name, host });
    if (set === 'taken') throw new ApiError('already_exists', `${host} is the host of another domain.`, { field: 'trackingHost' });
    const changed = await deps.store.domains.setPolicy({ name: domain.name, tls, mtaSts });
    await noted(deps, request, 'domain.patch', domain.name, `tls ${tls} mtaSts ${mtaSts} trackingHost ${host ?? 'none'}`);
    return shownDomain(deps, changed ?? domain);
  });
};
