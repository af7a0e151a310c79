// What the answers of DNS blocklists mean (RFC 5782). Only 127.0.0.2 and up is a listing; 127.255.255.x says that the list refuses to answer,
// anything else that somebody else answered. A list that does not know its own test points says nothing about anybody.
import { familyOf } from './address.ts';

/** What DNS said about a name: records, none, or no answer at all. */
export type Told = { readonly kind: 'records'; readonly records: readonly string[] } | { readonly kind: 'none' | 'no answer' };

/** Lists that anybody may ask; those with terms (Spamhaus, Barracuda) are the operator's to add: docs/sending-ips.md. */
export const DEFAULT_ZONES: readonly string[] = ['bl.spamcop.net', 'psbl.surriel.com'];

/** A list that is paid for has the customer's key as its first label, which stands in no log and no answer. */
export const shownZone = (zone: string): string => zone.replace(/^[^.]+\.(?=[^.]+\.dq\.spamhaus\.net$)/, '');

export type Listing =
  | { readonly kind: 'clear' | 'no answer' }
  | { readonly kind: 'listed' | 'refused' | 'broken'; readonly answer: string };

/** `answer`: the A records of the address's name in the list. */
export function readListing(answer: Told): Listing {
  if (answer.kind !== 'records') return { kind: answer.kind === 'none' ? 'clear' : 'no answer' };
  const text = answer.records.join(', ');
  if (answer.records.some(one => one.startsWith('127.255.255.'))) return { kind: 'refused', answer: text };
  const isListing = (one: string): boolean => one.startsWith('127.') && one !== '127.0.0.0' && one !== '127.0.0.1';
  return { kind: answer.records.every(isListing) ? 'listed' : 'broken', answer: text };
}

/** RFC 5782 section 5: what a working list must have, and what it must not. */
export function testPoints(family: 4 | 6): { readonly listed: string; readonly clear: string } {
  return family === 4 ? { listed: '127.0.0.2', clear: '127.0.0.1' } : { listed: '::ffff:127.0.0.2', clear: '::ffff:127.0.0.1' };
}

/** The same of lists of domains. */
export const nameTestPoints = { listed: 'test', clear: 'invalid' } as const;

/** `none`: the list has nothing of this family, as most have no IPv6. */
export type ZoneState =
  | { readonly kind: 'works' | 'none' | 'no answer' }
  | { readonly kind: 'refused' | 'broken'; readonly answer: string };

/** From the answers about both test points. */
export function zoneState(family: 4 | 6, aboutListed: Told, aboutClear: Told): ZoneState {
  const [listed, clear] = [readListing(aboutListed), readListing(aboutClear)];
  for (const one of [listed, clear]) if (one.kind === 'refused' || one.kind === 'broken') return { kind: one.kind, answer: one.answer };
  if (listed.kind === 'no answer' || clear.kind === 'no answer') return { kind: 'no answer' };
  if (clear.kind === 'listed') return { kind: 'broken', answer: 'it lists every address' };
  if (listed.kind === 'listed') return { kind: 'works' };
  return family === 6 ? { kind: 'none' } : { kind: 'broken', answer: 'it lists no address at all' };
}

const spamhaus = (ip: string): string => `https://check.spamhaus.org/results/?query=${ip}`;
const PAGES: Readonly<Record<string, (ip: string) => string>> = {
  'zen.spamhaus.org': spamhaus,
  'zen.dq.spamhaus.net': spamhaus,
  'bl.spamcop.net': ip => `https://www.spamcop.net/w3m?action=checkblock&ip=${ip}`,
  'psbl.surriel.com': ip => `https://psbl.org/listing?ip=${ip}`,
};

/** Where a person reads why an address is listed; null when we know no page. */
export const pageOf = (zone: string, ip: string): string | null => (familyOf(ip) === 4 ? (PAGES[shownZone(zone)]?.(ip) ?? null) : null);
