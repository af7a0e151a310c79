// DNS blocklists that the MX door asks (docs/library.md), each tried now by its test points (RFC 5782). For the operator, who sets them in the settings.
import { Type } from 'typebox';
import { tryNameZone, tryZone } from '../../engines/dns-lists.ts';
import { shownZone, type ZoneState } from '../../ips/dnsbl.ts';
import { PageQuery, pageOfAll } from '../pages.ts';
import type { Resource } from '../types.ts';

const Paged = Type.Object(PageQuery, { additionalProperties: false });

export const dnsLists: Resource = (app, { config, resolver }) => {
  const told = async (zone: string, asks: 'peer' | 'domain', state: Promise<ZoneState>): Promise<Readonly<Record<string, unknown>>> => {
    const now = await state;
    return { zone: shownZone(zone), asks, state: now.kind.replace(' ', '_'), answer: 'answer' in now ? now.answer : null };
  };
  app.get(
    '/v1/dns-lists',
    { config: { access: 'operator' }, schema: { querystring: Paged, summary: 'DNS blocklists that the MX asks, each tried now' } },
    async request => {
      const zones = [
        ...config.mxDnsbls.map(zone => ({ zone, asks: 'peer' }) as const),
        ...config.mxDomainDnsbls.map(zone => ({ zone, asks: 'domain' }) as const),
      ];
      const { rows, next } = pageOfAll(zones, request.query, one => `${one.asks}/${shownZone(one.zone)}`);
      const tried = rows.map(({ zone, asks }) =>
        told(zone, asks, asks === 'peer' ? tryZone({ resolver }, zone, 4) : tryNameZone({ resolver }, zone)),
      );
      return { data: await Promise.all(tried), next };
    },
  );
};
