// Lines of lists as others write them, read into entries: CSV, NDJSON, plain lists (a pattern or a domain a line), hosts files and RPZ
// zones (draft-vixie-dnsop-dns-rpz section 4). A line is an entry, nothing (blank, a comment), or a sentence that says what is wrong.
import { readInstant } from '../message/instant.ts';
import { domainName } from '../message/addresses.ts';
import { MAX_GROUP } from '../personal/bounds.ts';
import { MAX_REASON, MAX_SOURCE } from './bounds.ts';
import { CLASSES, readKept, type Kept, type Word } from './kept.ts';
import { readPattern } from './match.ts';
import { newZone } from './zone.ts';

export const FORMATS = ['csv', 'ndjson', 'plain', 'hosts', 'rpz'] as const;
/** `kept`: the lines of a list itself, out of a backup. */
export type Format = (typeof FORMATS)[number] | 'kept';
export type Direction = 'sender' | 'recipient' | 'both';
/** What holds for lines that say nothing about it themselves. */
export type Defaults = {
  readonly action: 'block' | 'allow';
  /** null: both, or recipient for an entry with a group. */
  readonly direction: Direction | null;
  /** Domains of plain lists, hosts files and zones stand for their subdomains too. */
  readonly subdomains: boolean;
  /** Entries of the classes trap and malware are the operator's to make. */
  readonly operator: boolean;
};
export type Read = { readonly entries: readonly Kept[] } | { readonly fault: string } | { readonly automatic: true } | null;
/** Whether a text is an IP address; the world's to say. */
export type IsIp = (text: string) => boolean;
export type LineReader = (line: string) => Read;

/** A reader keeps what a format carries from line to line: the columns of a CSV file, the origin of a zone. */
export function newReader(isIp: IsIp, format: Format, defaults: Defaults): LineReader {
  const fields = (given: Readonly<Record<string, unknown>>): Read => entryOf(isIp, given, defaults);
  const domains = (names: readonly string[]): Read => ({
    entries: names.flatMap(name => [`@${name}`, ...(defaults.subdomains ? [`*.${name}`] : [])]).map(one => plainEntry(one, defaults)),
  });
  if (format === 'kept') {
    return line => {
      const kept = readKept(line);
      return kept ? { entries: [kept] } : { fault: 'it is damaged' };
    };
  }
  if (format === 'ndjson') return line => (line.trim() === '' ? null : fromJson(line, fields));
  if (format === 'csv') return newCsv(fields);
  if (format === 'hosts') return line => fromHosts(isIp, line, domains);
  if (format === 'rpz') {
    const zone = newZone(isIp);
    return line => {
      const rule = zone(line);
      if (rule === null || 'fault' in rule) return rule;
      const action = rule.action ?? defaults.action;
      if (rule.pattern.startsWith('@') && defaults.subdomains)
        return { entries: [rule.pattern, `*.${rule.pattern.slice(1)}`].map(one => plainEntry(one, { ...defaults, action })) };
      return { entries: [plainEntry(rule.pattern, { ...defaults, action })] };
    };
  }
  return line => fromPlain(isIp, line, defaults, domains);
}

const NO_PATTERN = 'it is none of address, @domain, *.domain, IP and CIDR';

function plainEntry(pattern: string, { action, direction }: Pick<Defaults, 'action' | 'direction'>): Kept {
  const of = direction ?? 'both';
  const sender: Word = of === 'recipient' ? null : action;
  return {
    pattern,
    sender,
    recipient: of === 'sender' ? null : action,
    class: null,
    expiresAt: null,
    group: null,
    source: null,
    reason: null,
  };
}

/** A pattern, or a bare domain, which stands for itself. `#` and `;` begin a comment. */
function fromPlain(isIp: IsIp, line: string, defaults: Defaults, domains: (names: readonly string[]) => Read): Read {
  const text = (/[#;]/.test(line) ? line.replace(/^\s*[#;].*$|\s[#;].*$/, '') : line).trim();
  if (text === '') return null;
  const found = readPattern(text, isIp);
  if (found) return { entries: [plainEntry(found.pattern, defaults)] };
  const domain = text.includes('@') || !text.includes('.') ? null : domainName(text);
  return domain ? domains([domain]) : { fault: `${NO_PATTERN}, and no domain` };
}

/** Where hosts files send what they block; other addresses are real entries and no business of ours. */
const SINKS = new Set(['0.0.0.0', '127.0.0.1', '::', '::0', '::1', '0']);
const OWN_NAMES = /^(?:localhost|localhost\.localdomain|local|broadcasthost|ip6-[a-z]+|0\.0\.0\.0)$/i;

function fromHosts(isIp: IsIp, line: string, domains: (names: readonly string[]) => Read): Read {
  const [ip = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
  if (ip === '') return null;
  if (!SINKS.has(ip)) return isIp(ip.replace(/%.*$/, '')) ? null : { fault: 'it does not begin with an IP address such as 0.0.0.0' };
  if (names.length === 0) return { fault: 'there is no name behind the address' };
  const found: string[] = [];
  for (const name of names.filter(one => !OWN_NAMES.test(one))) {
    const domain = domainName(name);
    if (!domain) return { fault: 'a name is no domain' };
    found.push(domain);
  }
  return found.length === 0 ? null : domains(found);
}

function fromJson(line: string, fields: (given: Readonly<Record<string, unknown>>) => Read): Read {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { fault: 'it is no JSON' };
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? fields(value as Readonly<Record<string, unknown>>)
    : { fault: 'it is no JSON object' };
}

/** With a header line that names the columns, or one pattern a line. */
function newCsv(fields: (given: Readonly<Record<string, unknown>>) => Read): LineReader {
  let head: readonly string[] | null = null;
  return line => {
    if (line.trim() === '') return null;
    const cells = cellsOf(line);
    if (head === null) {
      const names = cells.map(named);
      head = names.includes('pattern') ? names : ['pattern'];
      if (head === names) return null;
    }
    const given: Record<string, unknown> = {};
    for (const [i, name] of head.entries()) if (name !== '' && (cells[i] ?? '') !== '') given[name] = cells[i];
    return fields(given);
  };
}

/** Quotes doubled inside quotes; the apostrophe that keeps a spreadsheet from reckoning (an export has it) is no part of the value. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length;) {
    CELL.lastIndex = at;
    const [, quoted, plain = ''] = CELL.exec(line) ?? [];
    cells.push(plainCell(quoted?.replaceAll('""', '"') ?? plain.trim()));
    at = CELL.lastIndex + 1;
  }
  return cells;
}
/** What stands behind closing quotes is let go. */
const CELL = /(?:\s*"((?:[^"]|"")*)"[^,]*|([^,]*))/y;
const plainCell = (text: string): string => (/^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text);

/** Fields of a line of CSV or NDJSON: those of `POST /v1/blocked`; what an export says beside is passed over. */
const FIELDS = new Set(['pattern', 'action', 'direction', 'group', 'reason', 'source', 'class', 'expiresAt']);
const TOLD_ONLY = new Set(['id', 'scope', 'evidence', 'createdAt', 'list']);
/** Spreadsheets write the names of columns in any case. */
const named = (column: string): string => [...FIELDS, ...TOLD_ONLY].find(one => one.toLowerCase() === column.toLowerCase()) ?? column;
/** They make and end themselves; as entries of a person they would never end. */
const AUTOMATIC = new Set<unknown>(['hard_bounce', 'complaint']);

function entryOf(isIp: IsIp, given: Readonly<Record<string, unknown>>, defaults: Defaults): Read {
  for (const name of Object.keys(given))
    if (!FIELDS.has(name) && !TOLD_ONLY.has(name)) return { fault: `"${name.slice(0, 40)}" is not known here` };
  const { pattern, action, direction, group, reason, source, class: kind, expiresAt } = given;
  if (typeof pattern !== 'string') return { fault: '"pattern" is needed' };
  if (AUTOMATIC.has(kind)) return { automatic: true };
  const found = readPattern(pattern, isIp);
  if (!found) return { fault: `"pattern": ${NO_PATTERN}` };
  if (!isNone(action) && action !== 'block' && action !== 'allow') return { fault: '"action" is "block" or "allow"' };
  if (!isNone(direction) && direction !== 'sender' && direction !== 'recipient' && direction !== 'both')
    return { fault: '"direction" is "sender", "recipient" or "both"' };
  if (!isNone(group) && (typeof group !== 'string' || !isGroupName(group)))
    return { fault: `"group" is the name of a group, up to ${MAX_GROUP} characters, or *` };
  for (const [name, value, most] of [
    ['reason', reason, MAX_REASON],
    ['source', source, MAX_SOURCE],
  ] as const)
    if (!isNone(value) && (typeof value !== 'string' || value.length > most || value.includes('\0')))
      return { fault: `"${name}" is text of up to ${most} characters without NUL` };
  const classed = isNone(kind) || kind === 'manual' ? null : CLASSES.find(one => one === kind);
  if (classed === undefined) return { fault: '"class" is one of manual, unsubscribed, malware, trap' };
  if ((classed === 'malware' || classed === 'trap') && !defaults.operator) return { fault: `"class": ${classed} is the operator's` };
  const end = isNone(expiresAt) ? null : typeof expiresAt === 'string' ? readInstant(expiresAt) : undefined;
  if (end === undefined || (end === null && !isNone(expiresAt)))
    return { fault: '"expiresAt" is an RFC 3339 time such as 2027-01-31T08:00:00Z' };
  const isGrouped = typeof group === 'string';
  const towards = (isNone(direction) ? defaults.direction : direction) ?? (isGrouped ? 'recipient' : 'both');
  if (isGrouped && towards !== 'recipient') return { fault: '"direction" is "recipient" for an entry with a group' };
  const plain = plainEntry(found.pattern, {
    action: action === 'allow' || action === 'block' ? action : defaults.action,
    direction: towards,
  });
  return {
    entries: [
      { ...plain, class: classed, expiresAt: end, group: isGrouped ? group : null, source: textOrNull(source), reason: textOrNull(reason) },
    ],
  };
}

const isNone = (value: unknown): value is null | undefined | '' => value === undefined || value === null || value === '';
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const isGroupName = (text: string): boolean => text === '*' || (/^[A-Za-z0-9._-]+$/.test(text) && text.length <= MAX_GROUP);
