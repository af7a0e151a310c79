// RFC 8460 section 3: a DKIM key may be for TLS reports only (`s=tlsrpt`), and is then no key for mail (RFC 6376 section 3.6.1). For a mail
// that is such a report it is one: this resolver shows it as one.
import type { Resolver } from './types.ts';

export function withReportKeys(resolver: Resolver): Resolver {
  return {
    lookUp: async (name, type, budget) => {
      const answer = await resolver.lookUp(name, type, budget);
      if (type !== 'TXT' || answer.kind !== 'records' || !/\._domainkey\./i.test(name)) return answer;
      const records = answer.records.map(one => (typeof one === 'string' ? widened(one) : one)) as typeof answer.records;
      return { ...answer, records };
    },
    close: () => undefined,
  };
}

/** `s=tlsrpt`, alone or in a list, as `s=*`. */
function widened(record: string): string {
  const tags = record.split(';');
  const isFor = (tag: string): boolean =>
    /^\s*s\s*=/.test(tag) &&
    tag
      .slice(tag.indexOf('=') + 1)
      .split(':')
      .some(one => one.trim() === 'tlsrpt');
  return tags.map(tag => (isFor(tag) ? ' s=*' : tag)).join(';');
}
