// What was seen of a sending IP, as one look for each check: what is, what should be, who does what about it. A question without an answer
// is `unknown`, never `fail`. Pure: the asking is in upkeep/sending-ips.ts.
import { domainName } from '../message/addresses.ts';
import { isGenericName } from './address.ts';
import { MAX_REASON, SPF_AGAIN, SPF_COVERING, UNREACHED_SITES } from './bounds.ts';
import { pageOf, readListing, shownZone, type Told, type ZoneState } from './dnsbl.ts';

export type LookState = 'ok' | 'warn' | 'fail' | 'unknown';
export type Look = {
  /** `address` `ptr` `forward` `helo` `spf` `port`, or `dnsbl/ZONE`. */
  readonly name: string;
  readonly state: LookState;
  readonly found: string;
  readonly expected: string | null;
  /** What to do, and who can; null when nothing is to do. */
  readonly fix: string | null;
  /** Of `spf`: domains to ask again, some that cover the IP and some that do not. */
  readonly domains?: readonly string[];
};

const DNS_SILENT = 'Nothing to do if it passes. If it stays: look at the resolver (SESAME_RESOLVER).';
const look = (name: string, state: LookState, found: string, expected: string | null, fix: string | null): Look => ({
  name,
  state,
  // Names and answers are the words of strangers' DNS: no control characters reach a terminal or a log.
  found: found.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, MAX_REASON),
  expected,
  fix: state === 'ok' ? null : fix,
});

/** `error`: the system's code when the address could not be bound; null = it is on this machine. */
export function addressLook(ip: string, error: string | null): Look {
  const name = 'address';
  if (error === null) return look(name, 'ok', `${ip} is an address of this machine`, null, null);
  const fix = `Add ${ip} to a network interface of this machine, or take it out of SESAME_SENDING_IPS.`;
  if (error === 'EADDRNOTAVAIL') return look(name, 'fail', `${ip} is no address of this machine`, ip, fix);
  return look(name, 'unknown', `${ip} could not be tried (${error})`, ip, fix);
}

const askProvider = (ip: string, name: string): string =>
  `Ask the owner of the address (your hosting provider) to set the reverse DNS (PTR) of ${ip} to ${name}. Many receivers refuse mail without it.`;

export function ptrLook(ip: string, hostname: string, names: Told): Look {
  if (names.kind === 'no answer') return look('ptr', 'unknown', `DNS does not answer about ${ip}`, hostname, DNS_SILENT);
  const first = names.kind === 'records' ? names.records[0] : undefined;
  if (names.kind !== 'records' || first === undefined)
    return look('ptr', 'fail', `${ip} has no name (no PTR record)`, hostname, askProvider(ip, hostname));
  if (names.records.every(one => isGenericName(one, ip)))
    return look(
      'ptr',
      'warn',
      `${ip} is called ${first}, a name that looks like every customer's`,
      hostname,
      `${askProvider(ip, hostname)} Some take mail from generic names for spam.`,
    );
  return look('ptr', 'ok', `${ip} is called ${names.records.join(', ')}`, null, null);
}

/** A reverse name, and the addresses of the IP's family that it has. */
export type Named = { readonly name: string; readonly addresses: Told };
const leadsTo = (ip: string, { addresses }: Named): boolean => addresses.kind === 'records' && addresses.records.includes(ip);
const addressesOf = ({ addresses }: Named): string =>
  addresses.kind === 'records' ? addresses.records.join(', ') : addresses.kind === 'none' ? 'no address' : '(no answer)';

/** The name to say in EHLO: ours if the address has it, else the address's own; null when no name leads to it and back. */
export function confirmedName(ip: string, hostname: string, names: readonly Named[]): string | null {
  // What DNS gives may be no host name at all, and it is to stand in EHLO.
  const confirmed = names.filter(one => leadsTo(ip, one) && domainName(one.name) === one.name).map(one => one.name);
  return confirmed.find(one => one === hostname) ?? confirmed[0] ?? null;
}

export function forwardLook(ip: string, names: readonly Named[] | null): Look {
  if (names === null) return look('forward', 'unknown', 'the name of the address is not known', ip, DNS_SILENT);
  const [first] = names;
  if (!first) return look('forward', 'fail', `${ip} has no name that could lead back to it`, ip, 'Set the reverse DNS first.');
  const good = names.find(one => leadsTo(ip, one));
  if (good) return look('forward', 'ok', `${good.name} is ${ip}`, null, null);
  if (names.some(one => one.addresses.kind === 'no answer'))
    return look('forward', 'unknown', `DNS does not answer about ${first.name}`, ip, DNS_SILENT);
  const type = ip.includes(':') ? 'AAAA' : 'A';
  return look(
    'forward',
    'fail',
    `${first.name} is ${addressesOf(first)}`,
    ip,
    `Publish an ${type} record ${first.name} = ${ip} where the DNS of that domain is kept. The name must lead back to the address.`,
  );
}

/** `helo`: the confirmed name, or null; then `own` is what DNS says about our hostname, which is said instead. */
export function heloLook(ip: string, helo: string | null, own: Named): Look {
  if (helo !== null) return look('helo', 'ok', `it greets as ${helo}, which is ${ip}`, null, null);
  if (leadsTo(ip, own)) return look('helo', 'ok', `it greets as ${own.name}, which is ${ip}`, null, null);
  if (own.addresses.kind === 'no answer') return look('helo', 'unknown', `DNS does not answer about ${own.name}`, ip, DNS_SILENT);
  const fix = `Let the address and its name lead to each other (reverse DNS), or publish ${own.name} = ${ip}, the name of SESAME_HOSTNAME.`;
  return look('helo', 'fail', `it would greet as ${own.name}, which is ${addressesOf(own)}`, ip, fix);
}

/** One sending domain, and what SPF (RFC 7208) says of mail from `bounce.DOMAIN` through this IP. */
export type Cover = { readonly domain: string; readonly result: string };

/** Fails only when no domain covers the IP: one domain's slip must not stop the mail of the others. */
export function spfLook(ip: string, covers: readonly Cover[]): Look {
  const term = `ip${ip.includes(':') ? 6 : 4}:${ip}`;
  if (covers.length === 0) return look('spf', 'ok', 'there is no sending domain with its own proof yet', null, null);
  const not = covers.filter(one => one.result !== 'pass' && one.result !== 'temperror');
  const passed = covers.filter(one => one.result === 'pass');
  const covering = passed.length;
  const silent = covers.length - not.length - covering;
  const told = not.map(one => `bounce.${one.domain} (${one.result})`).join(', ');
  const fix = `Publish the SPF record that GET /v1/domains/{name} shows: bounce.DOMAIN must have ${term}. Who keeps the DNS of the domain can.`;
  const more = { domains: [...passed.slice(0, SPF_COVERING), ...not.slice(0, SPF_AGAIN)].map(one => one.domain) };
  if (not.length === 0 && silent === 0)
    return { ...look('spf', 'ok', `SPF of ${covers.length} sending domains covers it`, null, null), ...more };
  if (covering === 0 && silent === 0) return { ...look('spf', 'fail', `SPF of no sending domain covers it: ${told}`, term, fix), ...more };
  if (not.length === 0 || covering === 0)
    return {
      ...look('spf', 'unknown', `SPF of ${silent} of ${covers.length} sending domains could not be read`, term, DNS_SILENT),
      ...more,
    };
  return {
    ...look('spf', 'warn', `SPF covers it for ${covering} of ${covers.length} sending domains, not for ${told}`, term, fix),
    ...more,
  };
}

export type PortFacts = {
  readonly port: number;
  /** What the probe (SESAME_PORT_PROBE) gave from this IP, and whether any of our IPs reached it; null = no probe is set. */
  readonly probe: { readonly host: string; readonly error: string | null; readonly othersReach: boolean } | null;
  /** Of deliveries in the last hour: connections made, and different sites that none was made to. */
  readonly connected: number;
  readonly unreached: number;
};

/** A probe that no IP reaches may be down itself: then only what deliveries saw counts. */
export function portLook(ip: string, { port, probe, connected, unreached }: PortFacts): Look {
  const fix = `Let ${ip} connect to port ${port} of others. Many hosting providers block it until they are asked (their support); else look at your firewall.`;
  const expected = `connections to port ${port}`;
  if (probe?.error === null) return look('port', 'ok', `${probe.host} was reached`, null, null);
  if (connected > 0) return look('port', 'ok', `deliveries made ${connected} connections in the last hour`, null, null);
  if (unreached >= UNREACHED_SITES)
    return look(
      'port',
      'fail',
      `deliveries to ${unreached} mail hosts found no connection in the last hour, to none they did`,
      expected,
      fix,
    );
  if (probe?.othersReach)
    return look('port', 'fail', `${probe.host} was not reached (${probe.error}), from other addresses it was`, expected, fix);
  if (probe)
    return look('port', 'unknown', `${probe.host} was not reached (${probe.error}) from any address: it may be down`, expected, fix);
  return look('port', 'ok', 'nothing speaks against it: no or too few deliveries in the last hour to tell more', null, null);
}

const OWN_RESOLVER =
  'Ask through a resolver of your own (SESAME_RESOLVER): most lists refuse the public ones. Or take the list out of SESAME_DNSBLS.';

export function listLook(given: string, ip: string, state: ZoneState, answer: Told): Look {
  const zone = shownZone(given);
  const name = `dnsbl/${zone}`;
  const listing = state.kind === 'works' ? readListing(answer) : state;
  switch (listing.kind) {
    case 'clear':
      return look(name, 'ok', `${zone} does not list it`, null, null);
    case 'none':
      return look(name, 'ok', `${zone} lists no IPv6 addresses`, null, null);
    case 'listed': {
      const page = pageOf(zone, ip);
      const fix = `Read why${page ? ` at ${page}` : ' on the page of the list'}, stop the cause, ask the list to remove it. The address is used again by itself when it is clean.`;
      return look(name, 'fail', `${zone} lists it (${listing.answer})`, 'not listed', fix);
    }
    case 'refused':
      return look(name, 'unknown', `${zone} refuses the question (${listing.answer})`, null, OWN_RESOLVER);
    case 'no answer':
      return look(name, 'unknown', `${zone} does not answer`, null, OWN_RESOLVER);
    default:
      return look(
        name,
        'unknown',
        `${zone} does not work as a list: ${'answer' in listing ? listing.answer : listing.kind}`,
        null,
        OWN_RESOLVER,
      );
  }
}
