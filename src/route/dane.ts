// What a mail host's DNS promises by DANE (RFC 7672 section 2.2): addresses and TLSA records count only with AD from a trusted resolver.
import type { Budget, DnsAnswer, Resolver } from '../engines/resolver/types.ts';
import { daneOffer, type DaneOffer, type TlsaAnswer } from '../tlspolicy/dane.ts';

export type Host = {
  readonly name: string;
  readonly ips: readonly string[];
  /** Some look-up of an address gave no answer. */
  readonly unanswered: boolean;
  /** Every answer about its addresses was signed. */
  readonly ad: boolean;
  /** Where its CNAMEs end; `name` itself without any. */
  readonly canonical: string;
};

/** The port that domains publish for: a delivery port of another number stands in for it. */
const SMTP_PORT = 25;

/** Addresses of a host, IPv4 first: its sending addresses have the reputation; IPv6 is there when IPv4 is not. */
export async function lookUpHost(resolver: Resolver, name: string, budget: Budget): Promise<Host> {
  const literal = /^[\d.]+$|:/.test(name) ? name : name === 'localhost' ? '127.0.0.1' : null;
  if (literal !== null) return { name, ips: [literal], unanswered: false, ad: false, canonical: name };
  const [a, aaaa] = [await resolver.lookUp(name, 'A', budget), await resolver.lookUp(name, 'AAAA', budget)];
  const ips = [a, aaaa].flatMap(answer => (answer.kind === 'records' ? answer.records : []));
  const unanswered = [a, aaaa].some(answer => !('ad' in answer));
  const ad = [a, aaaa].every(answer => 'ad' in answer && answer.ad);
  const canonical = [a, aaaa].find(answer => answer.kind === 'records')?.canonical ?? name;
  return { name, ips, unanswered, ad, canonical };
}

/** `mxAd`: the answer that named this host was signed, or the operator named it. `domain`: the recipient's, null at a smarthost. */
export async function lookUpDane(
  resolver: Resolver,
  host: Host,
  at: { readonly port: number; readonly domain: string | null; readonly mxAd: boolean },
  budget: Budget,
): Promise<DaneOffer> {
  // The end of signed CNAMEs is asked first, then the name as it was given (section 2.2.3).
  const bases = [...new Set([host.canonical, host.name])];
  const names = [...new Set([...bases, ...(at.domain === null ? [] : [at.domain])])];
  const asked = at.mxAd && host.ad;
  const tlsa: TlsaAnswer = asked ? await firstTlsa(resolver, bases, at.port, budget) : { kind: 'unasked' };
  return daneOffer({ mxAd: at.mxAd, addressAd: host.ad, tlsa, names });
}

async function firstTlsa(resolver: Resolver, bases: readonly string[], port: number, budget: Budget): Promise<TlsaAnswer> {
  let last: TlsaAnswer = { kind: 'unasked' };
  for (const base of bases) {
    for (const number of new Set([port, SMTP_PORT])) {
      last = tlsaOf(await resolver.lookUp(`_${number}._tcp.${base}`, 'TLSA', budget));
      if (last.kind === 'failed' || (last.kind === 'records' && last.ad)) return last;
    }
  }
  return last;
}

function tlsaOf(answer: DnsAnswer<'TLSA'>): TlsaAnswer {
  if (answer.kind === 'records') return { kind: 'records', ad: answer.ad, records: answer.records };
  if (answer.kind === 'nodata' || answer.kind === 'nxdomain') return { kind: 'none', ad: answer.ad };
  return { kind: 'failed', why: `DNS: ${answer.kind}` };
}
