// What is typed into the box of the library: an address, a domain, an IP or a range; what to ask the server for it, and which entries may concern
// it. Pure; the server judges.

export type Question = {
  readonly kind: 'address' | 'domain' | 'ip' | 'range';
  /** As it is shown. */
  readonly text: string;
  /** What `POST /v1/blocked/check` is asked; null: only its very entry can be looked for. */
  readonly check: string | null;
  /** Patterns whose entries may concern it, nearest first. */
  readonly patterns: readonly string[];
};

/** A local part that no entry is about: what is said of it holds for the whole domain. */
const ANY = 'any-address-of-the-domain';
const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6 = /^(?=.*:.*:)[0-9a-f:]+(?:\d+\.\d+\.\d+\.\d+)?$/i;
const DOMAIN = /^(?=.{1,253}$)[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u;

/** null: none of them. */
export function readQuestion(given: string): Question | null {
  const text = given.trim().toLowerCase();
  const [, network = '', bits] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (bits !== undefined && (IPV4.test(network) || IPV6.test(network))) return { kind: 'range', text, check: null, patterns: [text] };
  if (IPV4.test(text)) return { kind: 'ip', text, check: text, patterns: [text, ...networksOf(text)] };
  if (IPV6.test(text)) return { kind: 'ip', text, check: text, patterns: [text] };
  const at = text.lastIndexOf('@');
  if (at > 0 && DOMAIN.test(text.slice(at + 1)) && !/\s/.test(text)) {
    const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
    const plain = local.replace(/\+.*$/, '');
    const exact = plain !== '' && plain !== local ? [text, `${plain}@${domain}`] : [text];
    return { kind: 'address', text, check: text, patterns: [...exact, ...domainPatterns(domain)] };
  }
  const domain = text.replace(/^(?:@|\*\.)/, '');
  if (!DOMAIN.test(domain) || /^[\d.]+$/.test(domain)) return null;
  if (text.startsWith('*.'))
    return { kind: 'domain', text: domain, check: `${ANY}@x.${domain}`, patterns: [text, ...domainPatterns(domain)] };
  return { kind: 'domain', text: domain, check: `${ANY}@${domain}`, patterns: domainPatterns(domain) };
}

/** `@a.b.c`, `*.b.c`, `*.c`: as the server looks for them. */
function domainPatterns(domain: string): readonly string[] {
  const labels = domain.split('.');
  return [`@${domain}`, ...labels.slice(1).map((_, n) => `*.${labels.slice(n + 1).join('.')}`)];
}

function networksOf(ip: string): readonly string[] {
  const [a, b, c] = ip.split('.');
  return [`${a}.${b}.${c}.0/24`, `${a}.${b}.0.0/16`, `${a}.0.0.0/8`];
}

/** The API's query for entries of one pattern. */
export const entriesOf = (pattern: string): string => `/v1/blocked?${new URLSearchParams({ pattern }).toString()}`;

export type Format = 'csv' | 'ndjson' | 'plain' | 'hosts' | 'rpz';
const BY_NAME: Readonly<Record<string, Format>> = { csv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson', rpz: 'rpz', zone: 'rpz' };
/** What a file's name says of its form. */
export const formatOf = (name: string): Format =>
  name.toLowerCase() === 'hosts' ? 'hosts' : (BY_NAME[name.toLowerCase().split('.').at(-1) ?? ''] ?? 'plain');
