// TLS of a domain: what its own mail is held to, and what others may count on when they send to it (the mode of its MTA-STS policy).
import { Type } from 'typebox';
import { whyNotProven } from '../../engines/tls/told.ts';
import { callerOf, noted } from '../caller.ts';
import { ownDomain, shownDomain } from '../domains.ts';
import { ApiError } from '../errors.ts';
import { TlsLevel } from '../tls-level.ts';
import type { Resource } from '../types.ts';

const Modes = Type.Union([Type.Literal('none'), Type.Literal('testing'), Type.Literal('enforce')], {
  description: 'mode of the MTA-STS policy that is served for the domain',
});

export const domainPolicy: Resource = (app, deps) => {
  const params = Type.Object({ name: Type.String() });
  const body = Type.Object(
    { tls: Type.Optional(TlsLevel), mtaSts: Type.Optional(Modes) },
    { additionalProperties: false, minProperties: 1 },
  );
  const schema = { params, body, summary: 'TLS of mail from the domain, and what senders to it may count on' };
  app.patch('/v1/domains/:name', { config: { access: 'manage' }, schema }, async request => {
    const domain = await ownDomain(deps, callerOf(request).accountId, request.params.name);
    const { tls = domain.tls, mtaSts = domain.mtaSts } = request.body;
    const why = request.body.mtaSts === 'enforce' ? whyNotProven(deps.tls().groups, deps.config.hostname, deps.clock.now()) : null;
    if (why !== null) {
      const text = `Senders that enforce the policy would not deliver: ${why}. See GET /v1/tls.`;
      throw new ApiError('wrong_state', text, { field: 'mtaSts' });
    }
    const changed = await deps.store.domains.setPolicy({ name: domain.name, tls, mtaSts });
    await noted(deps, request, 'domain.patch', domain.name, `tls ${tls} mtaSts ${mtaSts}`);
    return shownDomain(deps, changed ?? domain);
  });
};
