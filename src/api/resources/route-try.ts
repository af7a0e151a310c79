// Where mail for an address would go: the very look-up that the MX door asks, without mail.
import { Type } from 'typebox';
import { destination } from '../../identify/lookup.ts';
import { normalAddress, splitAddress } from '../../message/addresses.ts';
import { callerOf } from '../caller.ts';
import { invalid, notFound } from '../errors.ts';
import type { Resource } from '../types.ts';

const Body = Type.Object({ address: Type.String({ maxLength: 320 }) }, { additionalProperties: false });

export const routeTry: Resource = (app, deps) => {
  app.post(
    '/v1/inbound/try',
    { config: { access: 'read', reads: true }, schema: { body: Body, summary: 'Where mail for an address would go, and by which route' } },
    async request => {
      const { accountId } = callerOf(request);
      const address = normalAddress(request.body.address.trim());
      const domain = address === null ? undefined : splitAddress(address)?.domain;
      if (address === null || domain === undefined) throw invalid('address', 'is not an address.');
      // What is another account's is not there.
      if (accountId !== null && (await deps.identify.domain(domain))?.accountId !== accountId) throw notFound();
      const found = await destination(deps.identify, address);
      if ('refused' in found) return { address, taken: false, reason: found.reason, code: found.code, route: null, match: null };
      const { route } = found;
      const isOwn = route.id.startsWith('rte_') && (accountId === null || route.accountId === accountId);
      const isTaken = route.action.kind !== 'reject';
      return {
        address,
        taken: isTaken,
        reason: isTaken ? null : 'route_rejects',
        code: isTaken ? 250 : 550,
        // null: the server itself takes it (return paths, reports, postmaster), or the operator's route for all.
        route: isOwn ? route.id : null,
        match: isOwn ? route.match : null,
      };
    },
  );
};
