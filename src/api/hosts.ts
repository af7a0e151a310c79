// Under which host names the API and the console answer: never under a tenant's (links, policies of a sending domain), where a page of
// theirs would share our origin.
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ApiDeps } from './types.ts';

export type Hosts = (request: FastifyRequest) => Promise<boolean>;

/** Ours are SESAME_HOSTNAME, the host of SESAME_PUBLIC_URL, SESAME_WEB_HOSTS, addresses, and every name that lies in no verified sending domain. */
export function newHosts({ config, identify }: Pick<ApiDeps, 'config' | 'identify'>): Hosts {
  const ours = new Set([config.hostname, ...config.webHosts, ...(config.publicUrl ? [new URL(config.publicUrl).hostname] : [])]);
  return async ({ hostname }) => {
    const name = (hostname ?? '').toLowerCase().replace(/\.$/, '');
    if (ours.has(name) || !name.includes('.') || isIP(name) !== 0 || name.startsWith('[')) return true;
    return (await identify.domain(name))?.state !== 'verified';
  };
}
