// Addresses: mailbox lists of header fields (RFC 5322, 6532) read leniently in linear time, and the strict forms that API and envelope take.
import { domainToASCII } from 'node:url';

export type Mailbox = { readonly name: string; readonly address: string };

const MAX_LIST = 1_000;

/** Every mailbox of a From, To … value, groups opened. `address` is as written, without comments. */
export function parseMailboxes(value: string): readonly Mailbox[] {
  const found: Mailbox[] = [];
  let phrase = '';
  let address = '';
  let inAngle = false;
  /** An @ stands in the phrase: kept, since looking for it at each colon takes quadratic time. */
  let hasAt = false;
  const push = (): void => {
    const bare = address || (phrase.includes('@') ? phrase : '');
    // A route in front of the address (RFC 5322 section 4.4) is nobody's name.
    const plain = bare.replace(/[\s<>]+/g, '').replace(/^@[^:"]*:/, '');
    if (plain !== '' && found.length < MAX_LIST) found.push({ name: address ? unquote(phrase) : '', address: plain });
    phrase = '';
    address = '';
    inAngle = false;
    hasAt = false;
  };
  for (let i = 0; i < value.length; i++) {
    const c = value[i] as string;
    if (c === '"') {
      const end = closing(value, i, '"');
      if (inAngle) address += value.slice(i, end + 1);
      else phrase += value.slice(i, end + 1);
      i = end;
    } else if (c === '(') i = commentEnd(value, i);
    else if (c === '<' && !inAngle) {
      // Two addresses without a comma are two: joined they would be a third, which nobody wrote.
      if (address !== '') push();
      inAngle = true;
    } else if (c === '>' && inAngle) inAngle = false;
    else if (c === ':' && !inAngle && !hasAt) phrase = '';
    else if ((c === ',' || c === ';') && !inAngle) push();
    else if (inAngle) address += c;
    else {
      phrase += c;
      hasAt ||= c === '@';
    }
  }
  push();
  return found;
}

function closing(value: string, from: number, mark: string): number {
  for (let i = from + 1; i < value.length; i++) {
    if (value[i] === '\\') i++;
    else if (value[i] === mark) return i;
  }
  return value.length;
}

function commentEnd(value: string, from: number): number {
  let depth = 0;
  for (let i = from; i < value.length; i++) {
    if (value[i] === '\\') i++;
    else if (value[i] === '(') depth++;
    else if (value[i] === ')' && --depth === 0) return i;
  }
  return value.length;
}

/** Quoted strings without their quotes and backslashes; a quote that is never closed stays. Each character is looked at once. */
function unquote(phrase: string): string {
  const text = phrase.trim();
  let out = '';
  let at = 0;
  for (let open = text.indexOf('"'); open >= 0; open = text.indexOf('"', at)) {
    const end = closing(text, open, '"');
    if (end >= text.length) break;
    out += text.slice(at, open) + text.slice(open + 1, end).replace(/\\(.)/g, '$1');
    at = end + 1;
  }
  return (out + text.slice(at)).trim();
}

/** local part and domain at the last @; null without one. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } | null {
  const at = address.lastIndexOf('@');
  return at < 1 || at === address.length - 1 ? null : { local: address.slice(0, at), domain: address.slice(at + 1) };
}

/** A domain as a lower-case A-label name; null when it is none (literals too). */
export function domainName(domain: string): string | null {
  // What is a name already (nearly all of them) needs no look into Unicode, which takes longer than all the rest of an import.
  if (PLAIN_NAME.test(domain) && domain.length <= 253 && !domain.includes('xn--')) return domain;
  const ascii = domainToASCII(domain.replace(/\.$/, ''));
  if (ascii.length === 0 || ascii.length > 253 || /^[\d.]+$/.test(ascii)) return null;
  return ascii.split('.').every(label => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) ? ascii : null;
}

/** Lower case, and the last label begins with a letter: else it could be a number that means an IPv4 address. */
const PLAIN_NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

const ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+)*$/u;
const QUOTED = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*"$/u;
const MAX_LOCAL = 64;
const MAX_PATH = 254;

/** An address of an envelope or API call: local part kept as it stands, domain as a lower-case A-label. null: no address. */
export function normalAddress(address: string): string | null {
  const parts = splitAddress(address);
  if (!parts || (!ATOM.test(parts.local) && !QUOTED.test(parts.local))) return null;
  const domain = domainName(parts.domain);
  if (!domain || Buffer.byteLength(parts.local) > MAX_LOCAL || parts.local.length + domain.length + 1 > MAX_PATH) return null;
  return `${parts.local}@${domain}`;
}

/** `a@b` or `Name <a@b>`, exactly one. Nothing is repaired: what is not an address is null. */
export function strictMailbox(text: string): Mailbox | null {
  if (/[\p{Cc}]/u.test(text)) return null;
  const angled = /^(.*?)<([^<>]+)>$/su.exec(text.trim());
  if (!angled) {
    const bare = normalAddress(text.trim());
    return bare ? { name: '', address: bare } : null;
  }
  const name = (angled[1] as string).trim();
  const address = normalAddress((angled[2] as string).trim());
  if (!address || (name.includes(',') && !/^".*"$/.test(name)) || /[<>]/.test(name)) return null;
  return { name: unquote(name), address };
}

/** Lower-case, without quotes that change nothing: how local parts and domains are compared in the blocked library and in routes. */
export function comparable(address: string): string {
  const parts = splitAddress(address);
  return parts ? `${comparableLocal(parts.local)}@${domainName(parts.domain) ?? parts.domain.toLowerCase()}` : address.toLowerCase();
}

/** Lower-case; `"ann"` and `"a\nn"` are the mailbox `ann` (RFC 5321 section 4.1.2): quotes and backslashes stay only where they are needed. */
export function comparableLocal(local: string): string {
  if (!local.startsWith('"') || !QUOTED.test(local)) return local.toLowerCase();
  const bare = local.slice(1, -1).replace(/\\(.)/g, '$1');
  return (ATOM.test(bare) ? bare : `"${bare.replace(/["\\]/g, '\\$&')}"`).toLowerCase();
}
