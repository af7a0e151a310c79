// Tokens in the links that recipients get: they name email and recipient under a MAC, one label a use, so that none serves for another, and
// nothing is stored for a link. A click carries the URL it leads to under the same MAC: there is no other place it could be made to lead to.
// Links on a tenant's own host are bound to his account too: no host answers for the mail of another.
import { timingSafeEqual } from 'node:crypto';

/** Keyed by the MAC root of the installation; `label` separates uses. */
export type Mac = (label: string, ...parts: readonly string[]) => Uint8Array;

/** The links of one recipient. `n` is the recipient's number in the email, `link` the place of the link in it, from 1. */
export type Mint = {
  readonly open: (n: number) => string;
  readonly click: (n: number, link: number, url: string) => string;
  readonly unsubscribe: (n: number) => string;
};

export type Named = { readonly emailId: string; readonly n: number };

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** Five bits each: 130 bits, too many to guess. */
const MAC_CHARS = 26;

/** Where the links of a mail lead: a URL without a slash at its end, and whose host that is; '' = the installation's. */
export type LinkBase = { readonly url: string; readonly tenant: string };

/** Links of one email; `emailId` as `msg_` and 26 characters. */
export function newMint(mac: Mac, { url: base, tenant }: LinkBase, emailId: string): Mint {
  const id = emailId.slice(4);
  const bound = boundTo(tenant);
  return {
    open: n => `${base}/o/${id}-${n}.${proof(mac, 'track-open', `${id}-${n}`, ...bound)}.gif`,
    unsubscribe: n => `${base}/u/${id}-${n}.${proof(mac, 'unsubscribe', `${id}-${n}`, ...bound)}`,
    click: (n, link, url) => {
      if (!isWebUrl(url)) throw new Error('a counted link is no web link');
      return `${base}/c/${id}-${n}-${link}.${proof(mac, 'track-click', `${id}-${n}-${link}`, url, ...bound)}/${Buffer.from(url).toString('base64url')}`;
    },
  };
}

/** What the token of a picture or of an unsubscribe link names, in whatever case it came; null when it is not ours, or not the tenant's. */
export function readToken(mac: Mac, use: 'track-open' | 'unsubscribe', token: string, tenant = ''): Named | null {
  const [, body = '', id = '', n = '', given = ''] = /^(([0-9a-z]{26})-(\d{1,4}))\.([0-9a-z]{26})$/.exec(token.toLowerCase()) ?? [];
  return body !== '' && same(proof(mac, use, body, ...boundTo(tenant)), given) ? { emailId: `msg_${id}`, n: Number(n) } : null;
}

export type Clicked = Named & { readonly link: number; readonly url: string };

/** What a clicked link names and where it leads; null when it is not ours, or not the tenant's. */
export function readClick(mac: Mac, token: string, packed: string, tenant = ''): Clicked | null {
  const found = /^(([0-9a-z]{26})-(\d{1,4})-(\d{1,4}))\.([0-9a-z]{26})$/.exec(token);
  const [, body = '', id = '', n = '', link = '', given = ''] = found ?? [];
  const url = Buffer.from(packed, 'base64url').toString('utf8');
  if (body === '' || !isWebUrl(url) || !same(proof(mac, 'track-click', body, url, ...boundTo(tenant)), given)) return null;
  return { emailId: `msg_${id}`, n: Number(n), link: Number(link), url };
}

/** The mail that a token says it is of, which is not proven. */
export function claimedEmail(token: string): string | null {
  const id = /^([0-9a-z]{26})-\d{1,4}(?:-\d{1,4})?\.[0-9a-z]{26}$/.exec(token.toLowerCase())?.[1];
  return id === undefined ? null : `msg_${id}`;
}

/** No script, no data, nothing that breaks a header: what a browser may be led to, whatever was signed. */
const isWebUrl = (url: string): boolean => /^https?:\/\/[^/\\\s\p{Cc}][^\s\p{Cc}]*$/iu.test(url);

const boundTo = (tenant: string): readonly string[] => (tenant === '' ? [] : [tenant]);

function proof(mac: Mac, label: string, ...parts: readonly string[]): string {
  let text = '';
  for (const byte of mac(label, ...parts).subarray(0, MAC_CHARS)) text += ALPHABET[byte & 31] as string;
  return text;
}

const same = (ours: string, given: string): boolean => timingSafeEqual(Buffer.from(ours), Buffer.from(given));
