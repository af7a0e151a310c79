// Which IP addresses may be connected to: never the loopback, private, link-local, shared (CGNAT), metadata or mapped ones unless the
// operator opened them.
import { BlockList, isIP, isIPv6 } from 'node:net';

const CLOSED: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['::ffff:0:0', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

/** `allowed(ip)`: may be connected to. `opened`: CIDRs of SESAME_PRIVATE_PEERS; `all` opens everything (labs). */
export function peerFilter(opened: readonly string[], all: boolean): (ip: string) => boolean {
  const closed = new BlockList();
  for (const [net, bits, kind] of CLOSED) closed.addSubnet(net, bits, kind);
  const open = ranges(opened);
  return given => {
    const ip = unmapped(given);
    if (!isIP(ip)) return false;
    const kind = isIPv6(ip) ? 'ipv6' : 'ipv4';
    return all || open.check(ip, kind) || !closed.check(ip, kind);
  };
}

/** `inside(ip)`: one of the CIDRs holds it. */
export function insideRanges(cidrs: readonly string[]): (ip: string) => boolean {
  const list = ranges(cidrs);
  return given => {
    const ip = unmapped(given);
    return isIP(ip) !== 0 && list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
  };
}

function ranges(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [ip = '', bits] = cidr.split('/');
    if (isIP(ip)) list.addSubnet(ip, Number(bits ?? (isIPv6(ip) ? 128 : 32)), isIPv6(ip) ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** ::ffff:a.b.c.d is the IPv4 address that it maps. */
function unmapped(ip: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip;
}
