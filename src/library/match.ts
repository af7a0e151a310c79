// The blocked library's matching and precedence (docs/library.md), pure: which patterns to look for, and what the found entries say.
import { comparable, comparableLocal, domainName, splitAddress } from '../message/addresses.ts';
import { networkOf, plainIp } from './networks.ts';

export type Entry = {
  readonly id: string;
  readonly accountId: string | null;
  readonly action: 'block' | 'allow';
  readonly pattern: string;
  readonly kind: 'address' | 'domain' | 'subdomains' | 'ip' | 'cidr' | 'hash';
  readonly direction: 'sender' | 'recipient' | 'both';
  readonly source: string;
  /** hard_bounce, complaint, unsubscribed, malware, trap; null: entered by hand. */
  readonly class: string | null;
  /** Epoch ms; null: until somebody takes it out. */
  readonly expiresAt: number | null;
  /** Holds for mail of this group only; null and `*` (who left all mail of the account) for all mail. */
  readonly group: string | null;
};

/** Patterns that may match an address: itself, without +tag, its domain, its parents. */
export function addressPatterns(address: string): readonly string[] {
  const parts = splitAddress(comparable(address));
  if (!parts) return [];
  const { local, domain } = parts;
  const plain = local.replace(/\+.*$/, '');
  const patterns = [`${local}@${domain}`];
  if (plain && plain !== local) patterns.push(`${plain}@${domain}`);
  patterns.push(`@${domain}`);
  for (let dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) patterns.push(`*${domain.slice(dot)}`);
  return patterns;
}

/** Whether an entry that was found by pattern holds for this address: a hard bounce is of the exact address alone, a group's of its mail. */
export function holdsFor(entry: Entry, address: string, direction: 'sender' | 'recipient', group: string | null = null): boolean {
  if (entry.group !== null && entry.group !== '*' && entry.group !== group) return false;
  if (entry.direction !== 'both' && entry.direction !== direction) return false;
  // Hashes are made of what they hold for.
  return entry.kind === 'hash' || entry.class !== 'hard_bounce' || entry.pattern === comparable(address);
}

/**
 * Account allow, account block, global block. An account's allow lifts neither the operator's entries nor what malware made; an allow that
 * is for all (the operator's, a feed's) lifts blocks for all, and a feed's none of the operator's.
 */
export function blockedBy(entries: readonly Entry[]): Entry | null {
  const own = entries.filter(one => one.accountId !== null);
  const all = entries.filter(one => one.accountId === null);
  const isMalware = (one: Entry): boolean => one.action === 'block' && one.class === 'malware';
  const isFirm = (one: Entry): boolean => one.action === 'block' && (one.source === 'operator' || one.class === 'malware');
  const blocksOf = (of: readonly Entry[]): readonly Entry[] => of.filter(one => one.action === 'block');
  const found = own.find(isMalware);
  if (found) return found;
  const isExempt = all.some(one => one.action === 'allow' && one.source === 'operator');
  const firm = isExempt ? undefined : gravest(all.filter(isFirm));
  if (own.some(one => one.action === 'allow')) return firm ?? null;
  const blocked = gravest(blocksOf(own));
  if (blocked) return blocked;
  if (isExempt) return null;
  return firm ?? (all.some(one => one.action === 'allow') ? null : (gravest(all) ?? null));
}

/** Of several entries that all block, the one that says most of who writes there. */
const gravest = (blocks: readonly Entry[]): Entry | undefined =>
  blocks.find(one => one.class === 'malware') ?? blocks.find(one => one.class === 'trap') ?? blocks[0];

export type Pattern = { readonly pattern: string; readonly kind: Exclude<Entry['kind'], 'hash'> };

/** A pattern as the library keeps it; null when it is none of address, @domain, *.domain, IP, CIDR. */
export function readPattern(text: string, isIp: (text: string) => boolean): Pattern | null {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  const ip = slash < 0 ? trimmed : trimmed.slice(0, slash);
  if (MAY_BE_IP.test(ip) && isIp(ip)) {
    const plain = plainIp(ip);
    if (slash < 0) return { pattern: plain, kind: 'ip' };
    const text = trimmed.slice(slash + 1);
    const isMapped = ip.includes(':') && !plain.includes(':');
    const bits = /^\d{1,3}$/.test(text) ? Number(text) - (isMapped ? MAPPED_BITS : 0) : -1;
    return bits >= 0 && bits <= (plain.includes(':') ? 128 : 32) ? { pattern: networkOf(plain, bits), kind: 'cidr' } : null;
  }
  if (trimmed.startsWith('*.')) {
    const domain = domainName(trimmed.slice(2));
    return domain ? { pattern: `*.${domain}`, kind: 'subdomains' } : null;
  }
  if (trimmed.startsWith('@')) {
    const domain = domainName(trimmed.slice(1));
    return domain ? { pattern: `@${domain}`, kind: 'domain' } : null;
  }
  const parts = splitAddress(trimmed);
  const name = parts && LOCAL.test(parts.local) ? domainName(parts.domain) : null;
  return parts && name ? { pattern: `${comparableLocal(parts.local)}@${name}`, kind: 'address' } : null;
}
/** `::ffff:192.0.2.0/120` is 192.0.2.0/24: peers come as IPv4. */
const MAPPED_BITS = 96;
/** Without the name of an interface behind it (`fe80::1%eth0`), which `isIP` takes and which means nothing elsewhere. */
const MAY_BE_IP = /^[\d.]+$|^[\da-f:.]*:[\da-f:.]*$/i;
/**
 * More than a local part may be (some providers have dots at its ends), so that who is there can be blocked. Not with * (`*@example.org` is
 * written `@example.org`), nor with what would need quotes, nor what was no UTF-8.
 */
const LOCAL = /^(?:[^\s\p{Cc}<>@*"\ufffd]+|"(?:[^\p{Cc}"\\\ufffd]|\\[^\p{Cc}\ufffd])*")$/u;

/** What kind a pattern is that `readPattern` gave. */
export function kindOf(pattern: string): Pattern['kind'] {
  if (pattern.startsWith('@')) return 'domain';
  if (pattern.startsWith('*.')) return 'subdomains';
  if (pattern.includes('@')) return 'address';
  return pattern.includes('/') ? 'cidr' : 'ip';
}

/** Patterns that may match a peer: its address, and the ranges of the widths given. */
export function peerPatterns(ip: string, widths: { readonly v4: readonly number[]; readonly v6: readonly number[] }): readonly string[] {
  const plain = plainIp(ip);
  return [plain, ...(plain.includes(':') ? widths.v6 : widths.v4).map(bits => networkOf(plain, bits))];
}
