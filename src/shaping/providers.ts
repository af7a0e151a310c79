// Who runs a site's mail hosts: limits and reputation are kept by the provider, not by the domain in the address, so pace belongs to it too.
import type { RuleBook, Rules } from './rules.ts';

/** `key` names it in the store and in figures: a key of the rules, or the registrable domain of the mail hosts. */
export type Provider = { readonly key: string; readonly name: string; readonly rules: Rules };

export type ProviderOf = (mxHosts: readonly string[]) => Provider;

/**
 * Finds the provider of mail hosts, given in the order of their preference; the first one decides, since mail goes there. `domainOf` gives the
 * registrable domain of a host name, null when it has none (an address, a bare name): then the host itself is the provider.
 */
export function newProviderOf(book: RuleBook, domainOf: (host: string) => string | null): ProviderOf {
  const known = new Map<string, Provider>();
  for (const { key, name, mx, rules } of book.providers) for (const pattern of mx) known.set(pattern, { key, name, rules });
  return mxHosts => {
    const host = (mxHosts[0] ?? '').toLowerCase().replace(/\.$/, '');
    const exact = known.get(host);
    if (exact) return exact;
    // The longest name that covers it: `*.mail.example.com` before `*.example.com`.
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const found = known.get(`*${host.slice(dot)}`);
      if (found) return found;
    }
    const key = (domainOf(host) ?? host).slice(0, 255) || 'unknown';
    return { key, name: key, rules: book.defaults };
  };
}

/** The rules of a provider by its key. */
export function newRulesOf(book: RuleBook): (key: string) => Rules {
  const known = new Map(book.providers.map(one => [one.key, one.rules]));
  return key => known.get(key) ?? book.defaults;
}
