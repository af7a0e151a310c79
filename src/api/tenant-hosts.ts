// Whose host a request was sent to. On a tenant's host for links only links and ACME challenges answer: never the API, never the console.
import type { FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import { newFacts } from '../engines/facts.ts';
import { linksHost } from '../upkeep/domain-records.ts';
import type { ApiDeps } from './types.ts';

/** The account whose host for links the request names, be it in use yet or not; null: none's. */
export type TenantOf = (request: FastifyRequest) => Promise<string | null>;

export function newTenantOf({ config, store, shared }: Pick<ApiDeps, 'config' | 'store' | 'shared'>): TenantOf {
  const domain = newFacts(shared).kept('tracking-host', store.domains.byTrackingHost);
  const own = new Set(['', 'localhost', config.hostname, linksHost(config)]);
  return async request => {
    const host = (request.hostname ?? '').toLowerCase().replace(/\.$/, '');
    if (own.has(host) || isIP(host.replace(/^\[|\]$/g, '')) || host.length > 253) return null;
    return (await domain(host))?.accountId ?? null;
  };
}
