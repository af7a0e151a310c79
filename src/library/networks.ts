// IP networks by number: the one way in which a range is written, and the ranges of given widths that hold an address.
import { canonicalIp } from '../ips/address.ts';

/** `::ffff:192.0.2.1` is the IPv4 address that it maps; anything else in its one form, without the name of an interface (`fe80::1%eth0`). `ip`: one that `isIP` takes. */
export function plainIp(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const form = canonicalIp(ip.toLowerCase().replace(/%.*$/, ''));
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(form) ?? [];
  return high === undefined || low === undefined ? form : [high, low].flatMap(octetsOf).join('.');
}

const octetsOf = (group: string): readonly number[] => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255];

/** `192.0.2.77`, 24 → `192.0.2.0/24`: bits behind the width are cleared, so that one range has one name. `ip` as `plainIp` gives it. */
export function networkOf(ip: string, bits: number): string {
  if (ip.includes(':')) {
    const groups = groupsOf(ip).map((group, i) => group & masked(16, bits - i * 16));
    return `${canonicalIp(groups.map(group => group.toString(16)).join(':'))}/${bits}`;
  }
  const octets = ip.split('.').map((octet, i) => Number(octet) & masked(8, bits - i * 8));
  return `${octets.join('.')}/${bits}`;
}

/** The first `bits` of `width` bits set. */
function masked(width: number, bits: number): number {
  const ones = (1 << width) - 1;
  return bits <= 0 ? 0 : bits >= width ? ones : ones & ~((1 << (width - bits)) - 1);
}

/** The eight groups of an IPv6 address in its one form. */
function groupsOf(ip: string): readonly number[] {
  const [head = '', tail] = ip.split('::');
  const read = (part: string): readonly number[] => (part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16)));
  const [front, back] = [read(head), read(tail ?? '')];
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}
