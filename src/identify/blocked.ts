// The blocked library's matching and precedence (docs/mail.md), pure: which patterns to look for, and what the found entries say.
import { comparable, domainName, splitAddress } from '../message/addresses.ts';

export type Entry = {
  readonly id: string;
  readonly accountId: string | null;
  readonly action: 'block' | 'allow';
  readonly pattern: string;
  readonly kind: 'address' | 'domain' | 'subdomains' | 'ip' | 'cidr' | 'hash';
  readonly direction: 'sender' | 'recipient' | 'both';
  readonly source: string;
  readonly class: string | null;
  /** Holds for mail of this group only; null and `*` (who left all mail of the account) for all mail. */
  readonly group: string | null;
};

/** Patterns that may match an address: itself, without +tag, its domain, its parents. */
export function addressPatterns(address: string): readonly string[] {
  const parts = splitAddress(comparable(address));
  if (!parts) return [];
  const { local, domain } = parts;
  const plain = local.replace(/\+.*$/, '');
  const labels = domain.split('.');
  const parents = labels.slice(1).map((_, i) => `*.${labels.slice(i + 1).join('.')}`);
  return [...new Set([`${local}@${domain}`, ...(plain && plain !== local ? [`${plain}@${domain}`] : []), `@${domain}`, ...parents])];
}

/** Whether an entry that was found by pattern holds for this address: a hard bounce is of the exact address alone, a group's of its mail. */
export function holdsFor(entry: Entry, address: string, direction: 'sender' | 'recipient', group: string | null = null): boolean {
  if (entry.group !== null && entry.group !== '*' && entry.group !== group) return false;
  if (entry.direction !== 'both' && entry.direction !== direction) return false;
  // Hashes are made of what they hold for.
  return entry.kind === 'hash' || entry.class !== 'hard_bounce' || entry.pattern === comparable(address);
}

/** Account allow, account block, global block. An account's allow lifts neither the operator's entries nor what malware made. */
export function blockedBy(entries: readonly Entry[]): Entry | null {
  const own = entries.filter(one => one.accountId !== null);
  const global = entries.filter(one => one.accountId === null && one.action === 'block');
  const firm = global.find(one => one.source === 'operator' || one.class === 'malware');
  const allowed = own.some(one => one.action === 'allow') || entries.some(one => one.accountId === null && one.action === 'allow');
  const malware = own.find(one => one.action === 'block' && one.class === 'malware');
  if (malware) return malware;
  if (allowed) return own.some(one => one.action === 'allow') ? (firm ?? null) : null;
  return own.find(one => one.action === 'block') ?? global[0] ?? null;
}

export type Pattern = { readonly pattern: string; readonly kind: Exclude<Entry['kind'], 'hash'> };

/** A pattern as the library keeps it; null when it is none of address, @domain, *.domain, IP, CIDR. */
export function readPattern(text: string, isIp: (text: string) => boolean): Pattern | null {
  const trimmed = text.trim();
  const [ip = '', bits] = trimmed.split('/');
  if (isIp(ip)) {
    if (bits === undefined) return { pattern: ip.toLowerCase(), kind: 'ip' };
    return /^\d{1,3}$/.test(bits) && Number(bits) <= (ip.includes(':') ? 128 : 32)
      ? { pattern: `${ip.toLowerCase()}/${bits}`, kind: 'cidr' }
      : null;
  }
  const domain = trimmed.startsWith('*.') ? domainName(trimmed.slice(2)) : trimmed.startsWith('@') ? domainName(trimmed.slice(1)) : null;
  if (trimmed.startsWith('*.')) return domain ? { pattern: `*.${domain}`, kind: 'subdomains' } : null;
  if (trimmed.startsWith('@')) return domain ? { pattern: `@${domain}`, kind: 'domain' } : null;
  const parts = splitAddress(trimmed);
  const name = parts && domainName(parts.domain);
  return parts && name && !/[\s<>]/.test(trimmed) ? { pattern: `${parts.local.toLowerCase()}@${name}`, kind: 'address' } : null;
}
