// The arguments of MAIL and RCPT (RFC 5321, 1870, 3461, 6152, 6531, 8689), parsed strictly: what we do not know is refused by name.
import { normalAddress } from '../message/addresses.ts';
import type { Envelope, Notify, Recipient } from '../mail.ts';

export type Fault = { readonly code: number; readonly enhanced: string; readonly text: string };
export type MailArgs = Omit<Envelope, 'recipients'> & { readonly size: number | null };

const fault = (code: number, enhanced: string, text: string): Fault => ({ code, enhanced, text });

/** `FROM:<path> PARAMS` behind MAIL. */
export function parseMail(text: string, secure: boolean): MailArgs | Fault {
  const parsed = pathAndParams(text, 'FROM:');
  if (!parsed) return fault(501, '5.5.4', 'syntax: MAIL FROM:<address>');
  const params = parsed.params;
  if ('code' in params) return params;
  const smtpUtf8 = params.has('SMTPUTF8');
  const from = parsed.path === '' ? '' : address(parsed.path, smtpUtf8);
  if (typeof from !== 'string') return { ...from, enhanced: from.enhanced.replace('5.1.3', '5.1.7') };
  const size = params.get('SIZE');
  const body = params.get('BODY')?.toUpperCase();
  const ret = params.get('RET')?.toUpperCase();
  const envid = params.get('ENVID');
  if (size !== undefined && !/^\d{1,20}$/.test(size)) return fault(501, '5.5.4', 'SIZE takes a number of bytes');
  if (params.has('BODY') && body !== '7BIT' && body !== '8BITMIME') return fault(501, '5.5.4', 'BODY is 7BIT or 8BITMIME');
  if (params.has('RET') && ret !== 'FULL' && ret !== 'HDRS') return fault(501, '5.5.4', 'RET is FULL or HDRS');
  if (params.has('ENVID') && (!envid || envid.length > 100 || !XTEXT.test(envid)))
    return fault(501, '5.5.4', 'ENVID is xtext of at most 100 characters');
  if (params.has('REQUIRETLS') && !secure) return fault(530, '5.7.4', 'REQUIRETLS needs TLS');
  for (const name of params.keys()) if (!MAIL_PARAMS.has(name)) return fault(555, '5.5.4', `unknown parameter ${name.slice(0, 40)}`);
  return {
    from,
    size: size === undefined ? null : Number(size),
    eightBit: body === '8BITMIME',
    smtpUtf8,
    requireTls: params.has('REQUIRETLS'),
    ret: ret === 'FULL' ? 'full' : ret === 'HDRS' ? 'hdrs' : null,
    envid: envid ?? null,
  };
}

/** `TO:<path> PARAMS` behind RCPT. `hostname`: the domain of a bare `<postmaster>`. */
export function parseRcpt(text: string, smtpUtf8: boolean, hostname: string): Recipient | Fault {
  const parsed = pathAndParams(text, 'TO:');
  if (!parsed || parsed.path === '') return fault(501, '5.5.4', 'syntax: RCPT TO:<address>');
  const params = parsed.params;
  if ('code' in params) return params;
  const to = /^postmaster$/i.test(parsed.path) ? `postmaster@${hostname}` : address(parsed.path, smtpUtf8);
  if (typeof to !== 'string') return to;
  const notify = parseNotify(params.get('NOTIFY'));
  if (notify === undefined) return fault(501, '5.5.4', 'NOTIFY is NEVER, or a list of SUCCESS, FAILURE and DELAY');
  const orcpt = params.get('ORCPT');
  if (params.has('ORCPT') && (!orcpt || orcpt.length > 500 || !/^[A-Za-z0-9-]+;/.test(orcpt) || !XTEXT.test(orcpt)))
    return fault(501, '5.5.4', 'ORCPT is type;xtext');
  for (const name of params.keys())
    if (name !== 'NOTIFY' && name !== 'ORCPT') return fault(555, '5.5.4', `unknown parameter ${name.slice(0, 40)}`);
  return { address: to, notify, orcpt: orcpt ?? null };
}

const MAIL_PARAMS = new Set(['SIZE', 'BODY', 'SMTPUTF8', 'REQUIRETLS', 'RET', 'ENVID', 'AUTH']);
/** RFC 3461 section 4: printable but + and =, which are written +2B and +3D; addresses of RFC 6533 may hold UTF-8. */
const XTEXT = /^(?:[!-*,-<>-~\u0080-\u{10ffff}]|\+[0-9A-F]{2})*$/u;

function parseNotify(text: string | undefined): Notify | undefined {
  if (text === undefined) return null;
  const words = text.toLowerCase().split(',');
  const known = ['success', 'failure', 'delay'];
  if (words.length === 1 && words[0] === 'never') return ['never'];
  return words.every(word => known.includes(word)) ? (words as unknown as Notify) : undefined;
}

/** Path in angle brackets (a quoted local part may hold any character) and ESMTP parameters; a repeated one is a fault. */
function pathAndParams(
  text: string,
  keyword: string,
): { readonly path: string; readonly params: ReadonlyMap<string, string> | Fault } | null {
  if (text.slice(0, keyword.length).toUpperCase() !== keyword) return null;
  const rest = text.slice(keyword.length).trimStart();
  const found = /^<((?:"(?:[^"\\]|\\.)*"|[^"<>\s])*)>(.*)$/s.exec(rest);
  if (!found) return null;
  const [, path, behind] = found as unknown as [string, string, string];
  if (behind !== '' && !behind.startsWith(' ')) return null;
  const params = new Map<string, string>();
  for (const word of behind.split(' ').filter(one => one !== '')) {
    const equals = word.indexOf('=');
    const name = (equals < 0 ? word : word.slice(0, equals)).toUpperCase();
    if (!/^[A-Z0-9][A-Z0-9-]*$/.test(name)) return { path, params: fault(501, '5.5.4', 'a parameter is NAME or NAME=value') };
    if (params.has(name)) return { path, params: fault(501, '5.5.4', `${name} is given twice`) };
    const flag = name === 'SMTPUTF8' || name === 'REQUIRETLS';
    if (flag === equals >= 0 && MAIL_PARAMS.has(name))
      return { path, params: fault(501, '5.5.4', flag ? `${name} takes no value` : `${name} needs a value`) };
    params.set(name, equals < 0 ? '' : word.slice(equals + 1));
  }
  return { path, params };
}

/** The address of a path with its domain as a lower-case A-label. Source routes and literals are refused, never stripped. */
function address(path: string, smtpUtf8: boolean): string | Fault {
  if (path.startsWith('@')) return fault(550, '5.1.3', 'source routes are not taken');
  if (/@\[[^\]]*\]$/.test(path)) return fault(550, '5.1.3', 'address literals are not taken');
  if (!smtpUtf8 && /\P{ASCII}/u.test(path)) return fault(553, '5.6.7', 'an address in UTF-8 needs SMTPUTF8');
  return normalAddress(path) ?? fault(553, '5.1.3', 'not an address');
}
