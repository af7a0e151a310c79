// What others ask for by a fixed path (RFC 8615): the answer to an ACME challenge (RFC 8555 section 8.3), for any host, and the MTA-STS
// policy of a domain (RFC 8461 section 3.2), over HTTPS only; the host chooses the domain.
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { newFacts } from '../../engines/facts.ts';
import { challengeAnswer } from '../../engines/tls/webroot.ts';
import { domainName } from '../../message/addresses.ts';
import { ownPolicy } from '../../tlspolicy/own-policy.ts';
import { notFound } from '../errors.ts';
import type { Resource } from '../types.ts';

const POLICY_HOST = 'mta-sts.';

export const wellKnown: Resource = (app, { config, store, shared }) => {
  const domain = newFacts(shared).kept('domain-itself', store.domains.get);
  const challenge = { params: Type.Object({ token: Type.String({ maxLength: 200 }) }), summary: 'The answer to an ACME HTTP-01 challenge' };
  app.get(
    '/.well-known/acme-challenge/:token',
    { config: { access: 'public', onTenantHosts: true }, schema: challenge },
    async (request, reply) => {
      const answer = await challengeAnswer(config.acmeWebroot, request.params.token);
      if (!answer) throw notFound();
      return reply.type('application/octet-stream').send(answer);
    },
  );
  const policy = { summary: 'The MTA-STS policy of the domain whose mta-sts host is asked' };
  app.get('/.well-known/mta-sts.txt', { config: { access: 'public' }, schema: policy }, async (request, reply) => {
    const name = domainOf(request);
    const asked = name === null || request.protocol !== 'https' ? null : await domain(name);
    if (asked?.state !== 'verified') throw notFound();
    return reply.type('text/plain; charset=utf-8').send(ownPolicy(asked.mtaSts, config.hostname).text);
  });
};

/** `mta-sts.DOMAIN`, as the client or a trusted proxy says. */
function domainOf({ hostname }: FastifyRequest): string | null {
  const host = hostname?.toLowerCase() ?? '';
  return host.startsWith(POLICY_HOST) ? domainName(host.slice(POLICY_HOST.length)) : null;
}
