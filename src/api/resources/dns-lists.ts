// DNS blocklists that the MX door asks (docs/library.md), each tried now by its test points (RFC 5782). For the operator, who sets them in the settings.
import { tryNameZone, tryZone } from '../../engines/dns-lists.ts';
import { shownZone, type ZoneState } from '../../ips/dnsbl.ts';
import type { Resource } from '../types.ts';

export const dnsLists: Resource = (app, { config, resolver }) => {
  const told = async (zone: string, asks: 'peer' | 'domain', state: Promise<ZoneState>): Promise<Readonly<Record<string, unknown>>> => {
    const now = await state;
    return { zone: shownZone(zone), asks, state: now.kind.replace(' ', '_'), answer: 'answer' in now ? now.answer : null };
  };
  app.get(
    '/v1/dns-lists',
    { config: { access: 'operator' }, schema: { summary: 'DNS blocklists that the MX asks, each tried now' } },
    async () => ({
      data: await Promise.all([
        ...config.mxDnsbls.map(zone => told(zone, 'peer', tryZone({ resolver }, zone, 4))),
        ...config.mxDomainDnsbls.map(zone => told(zone, 'domain', tryNameZone({ resolver }, zone))),
      ]),
      next: null,
    }),
  );
};
