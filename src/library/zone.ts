// Response policy zones (RPZ): a name with `CNAME .` is blocked, `*.name` its subdomains, `rpz-ip` ranges of addresses; `rpz-passthru.` lets
// through. Read as a master file (RFC 1035 section 5.1) line by line: owners that are left out, $ORIGIN, a SOA over several lines.
import { domainName } from '../message/addresses.ts';
import { readPattern } from './match.ts';

/** `action`: null = as the list says. */
export type Rule = { readonly pattern: string; readonly action: 'allow' | null } | { readonly fault: string } | null;

const TTL_OR_CLASS = /^(?:\d+[smhdw]?|IN|CH|HS)$/i;
/** Records of the zone itself. */
const OF_ZONE = new Set(['SOA', 'NS', 'DNSKEY', 'RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DS']);
/** Records that send a name elsewhere, as `CNAME .` says that it is not there: it is blocked. */
const DATA = new Set(['A', 'AAAA', 'MX', 'TXT', 'SRV', 'PTR', 'CNAME', 'DNAME']);

export function newZone(isIp: (text: string) => boolean): (line: string) => Rule {
  let origin = '';
  let owner = '';
  let depth = 0;
  return line => {
    const text = withoutComment(line);
    if (text.trim() === '') return null;
    const isInside = depth > 0;
    for (const c of text.replace(/"[^"]*"/g, '')) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
    if (isInside) return null;
    const words = text.trim().split(/\s+/);
    if (words[0]?.startsWith('$')) {
      if (words[0].toUpperCase() === '$ORIGIN') origin = (words[1] ?? '').replace(/\.$/, '').toLowerCase();
      return null;
    }
    const has = !/^\s/.test(text);
    if (has) owner = words[0] ?? '';
    const rest = (has ? words.slice(1) : words).filter(
      (word, i, all) => !(TTL_OR_CLASS.test(word) && all.slice(0, i).every(one => TTL_OR_CLASS.test(one))),
    );
    const type = (rest[0] ?? '').toUpperCase();
    // The zone's name, by which owners are relative, is the owner of its SOA where no $ORIGIN says it.
    if (type === 'SOA') {
      if (origin === '' && owner.endsWith('.')) origin = owner.slice(0, -1).toLowerCase();
      return null;
    }
    if (OF_ZONE.has(type)) return null;
    if (!DATA.has(type)) return { fault: 'it is no record of a response policy zone' };
    return ruleOf(isIp, relative(owner, origin), type, (rest[1] ?? '').toLowerCase());
  };
}

function ruleOf(isIp: (text: string) => boolean, name: string, type: string, target: string): Rule {
  const action = type === 'CNAME' && /^rpz-passthru\.?$/.test(target) ? 'allow' : null;
  if (/(?:^|\.)rpz-(?:nsdname|nsip|client-ip)$/.test(name)) return null;
  if (name.endsWith('.rpz-ip')) {
    const range = rangeOf(isIp, name.slice(0, -'.rpz-ip'.length));
    return range ? { pattern: range, action } : { fault: 'its rpz-ip name is no range of addresses' };
  }
  const isBelow = name.startsWith('*.');
  const domain = domainName(isBelow ? name.slice(2) : name);
  return domain ? { pattern: `${isBelow ? '*.' : '@'}${domain}`, action } : { fault: 'its name is no domain' };
}

/** `24.0.2.0.192` is 192.0.2.0/24; in IPv6 `zz` stands for `::`. */
function rangeOf(isIp: (text: string) => boolean, name: string): string | null {
  const [bits = '', ...parts] = name.split('.');
  const turned = parts.toReversed();
  const ip =
    turned.length === 4 && turned.every(one => /^\d+$/.test(one))
      ? turned.join('.')
      : turned
          .join(':')
          .replace(/(^|:)zz(:|$)/, '::')
          .replace(/:{3,}/, '::');
  const most = ip.includes(':') ? 128 : 32;
  if (!isIp(ip) || !/^\d{1,3}$/.test(bits)) return null;
  return readPattern(Number(bits) === most ? ip : `${ip}/${bits}`, isIp)?.pattern ?? null;
}

/** An owner ends with the zone's name when it ends with a dot. */
function relative(owner: string, origin: string): string {
  const name = owner.toLowerCase();
  if (!name.endsWith('.')) return name;
  const whole = name.slice(0, -1);
  return origin !== '' && whole.endsWith(`.${origin}`) ? whole.slice(0, -origin.length - 1) : whole;
}

/** `;` begins a comment, but in quotes. */
function withoutComment(line: string): string {
  if (!line.includes(';')) return line;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if (line[i] === ';' && !quoted) return line.slice(0, i);
  }
  return line;
}
