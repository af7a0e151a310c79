// Records as a zone file (RFC 1035 section 5.1): whole names with their final dot, TXT in strings of at most 255 octets. Pure.
import type { DnsRecord } from './records.ts';

const TTL_SECONDS = 3600;
const STRING = 255;

/** The value of a TXT record as quoted strings; octets that are no plain ASCII as \DDD. */
export function quoted(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const strings: string[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += STRING)
    strings.push(`"${[...bytes.subarray(at, at + STRING)].map(shown).join('')}"`);
  return strings.join(' ');
}

function shown(octet: number): string {
  if (octet === 0x22 || octet === 0x5c) return `\\${String.fromCharCode(octet)}`;
  return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`;
}

const dataOf = ({ type, expected }: DnsRecord): string => (type === 'TXT' ? quoted(expected) : `${expected}.`);

export const zoneFile = (name: string, records: readonly DnsRecord[]): string =>
  `; ${name}\n${records.map(record => `${record.host}.\t${TTL_SECONDS}\tIN\t${record.type}\t${dataOf(record)}\n`).join('')}`;
