// How an IP address is written: one form for comparing, its name in the reverse trees (RFC 1035 section 3.5, RFC 3596 section 2.5), and in
// a DNS list (RFC 5782 sections 2.1 and 2.4).

/** The one form of an address that `isIP` takes: IPv6 in lower case with the longest run of zeros cut (RFC 5952). */
export function canonicalIp(ip: string): string {
  return ip.includes(':') ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip;
}

/** The one of `ips` that a person means, however it is written; undefined = none. */
export function findIp(ips: readonly string[], given: string): string | undefined {
  const form = given.includes(':') && URL.canParse(`http://[${given}]`) ? canonicalIp(given) : given;
  return ips.find(one => one === form);
}

export const familyOf = (ip: string): 4 | 6 => (ip.includes(':') ? 6 : 4);

/** The name whose PTR record names the address. */
export function reverseName(ip: string): string {
  return `${backwards(ip)}.${familyOf(ip) === 4 ? 'in-addr' : 'ip6'}.arpa`;
}

/** The name whose A record says whether `zone` lists the address. */
export function listName(ip: string, zone: string): string {
  return `${backwards(ip)}.${zone}`;
}

function backwards(ip: string): string {
  if (familyOf(ip) === 4) return ip.split('.').toReversed().join('.');
  const [head = '', tail] = canonicalIp(ip).split('::');
  const groups = (part: string): readonly string[] =>
    part
      .split(':')
      .filter(one => one !== '')
      .map(one => one.padStart(4, '0'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const gap = Array.from({ length: 8 - front.length - back.length }, () => '0000');
  return [...front, ...gap, ...back].join('').split('').toReversed().join('.');
}

/** Is this a name that a provider gives to all its addresses: one with every octet of the address in it, in order or backwards? */
export function isGenericName(name: string, ip: string): boolean {
  if (familyOf(ip) === 6) return false;
  const octets = ip.split('.');
  const found = [octets, octets.toReversed()].some(order => {
    const plain = order.map(one => `0{0,2}${one}`).join('[.-]');
    return new RegExp(`(?:^|\\D)${plain}(?:\\D|$)`).test(name);
  });
  const hex = octets.map(one => Number(one).toString(16).padStart(2, '0')).join('');
  return found || new RegExp(`(?:^|[^0-9a-f])${hex}(?:[^0-9a-f]|$)`).test(name);
}
