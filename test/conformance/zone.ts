// A resolver over the zone of a test: what the suites say is in DNS, through the product's own resolver type.
import type { DnsAnswer, RecordType, RecordValue, Resolver } from '../../src/engines/resolver/types.ts';

/** Records of a name by type, and what happens when another type is asked for. */
export type ZoneName = Readonly<Partial<Record<RecordType, readonly RecordValue<RecordType>[]>>> & {
  readonly otherwise?: 'timeout' | 'servfail';
};

/** Names without case; CNAMEs are followed; an unknown name is NXDOMAIN. */
export function zoneResolver(zone: ReadonlyMap<string, ZoneName>): Resolver {
  const lookUp = <T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>> => {
    let at = name.toLowerCase().replace(/\.$/, '');
    for (let hops = 0; hops < 10; hops++) {
      const there = zone.get(at);
      if (!there) return Promise.resolve({ kind: 'nxdomain', ad: false, ttlSeconds: 60 });
      const found = there[type];
      if (found && found.length > 0)
        return Promise.resolve({ kind: 'records', records: found as readonly RecordValue<T>[], ad: false, ttlSeconds: 60, canonical: at });
      const alias = there.CNAME?.[0];
      if (typeof alias !== 'string')
        return Promise.resolve(there.otherwise ? { kind: there.otherwise } : { kind: 'nodata', ad: false, ttlSeconds: 60 });
      at = alias.toLowerCase().replace(/\.$/, '');
    }
    return Promise.resolve({ kind: 'servfail' });
  };
  return { lookUp, close: () => undefined };
}

/** Only TXT records, as the DKIM and ARC suites have them. */
export function txtZone(records: Readonly<Record<string, string>>): Resolver {
  const entries = Object.entries(records).map(([name, text]): [string, ZoneName] => {
    const key = name.toLowerCase().replace(/\.$/, '');
    if (text === 'NXDOMAIN') return [`\0${key}`, {}];
    if (text === '~~Query timed out~~') return [key, { otherwise: 'timeout' }];
    if (text === '~~SERVFAIL~~') return [key, { otherwise: 'servfail' }];
    return [key, { TXT: [text === '""' ? '' : text] }];
  });
  return zoneResolver(new Map(entries));
}
