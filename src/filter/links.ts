// Links reduced to what can be said of them without opening one: host and registrable domain, what kind of place it is, what the path is
// made of, and whether the text shown names another place. RFC 3986 is what a URL should be; spam sends what browsers take.
import { MAX_LINKS, MAX_URL } from './bounds.ts';
import { getDomain } from 'tldts';
import { brandBorrowed, isBrandDomain } from './brands.ts';
import { folded } from './fold.ts';
import type { Anchor } from './page.ts';

export type Link = {
  readonly scheme: string;
  readonly host: string;
  /** Registrable domain (public suffix list); the host itself for an address. */
  readonly domain: string;
  readonly path: string;
  readonly shown: string;
  readonly isIp: boolean;
  readonly userinfo: boolean;
  readonly port: boolean;
};

/** Links of a page's anchors and of plain text, first come first; one entry a host and path beginning. */
export function linksOf(anchors: readonly Anchor[], text: string): readonly Link[] {
  const links: Link[] = [];
  const seen = new Set<string>();
  const add = (url: string, shown: string): void => {
    const link = parseLink(url, shown);
    if (link === null) return;
    const key = `${link.host}${link.path.slice(0, 24)}`;
    if (seen.has(key) || links.length >= MAX_LINKS) return;
    seen.add(key);
    links.push(link);
  };
  for (const anchor of anchors) add(anchor.href, anchor.shown);
  for (const found of urlsIn(text)) add(found, '');
  return links;
}

/** URLs written out in text: with a scheme, or beginning with www. */
function urlsIn(text: string): readonly string[] {
  const urls: string[] = [];
  for (let at = text.indexOf('://'); at >= 0 && urls.length < MAX_LINKS; at = text.indexOf('://', at + 3)) {
    let from = at;
    while (from > 0 && at - from < 8 && isLetter(text.charCodeAt(from - 1))) from--;
    if (from < at) urls.push(text.slice(from, endOfUrl(text, at + 3)));
  }
  for (let at = text.indexOf('www.'); at >= 0 && urls.length < MAX_LINKS; at = text.indexOf('www.', at + 4))
    if (at === 0 || text.charCodeAt(at - 1) <= 32 || text[at - 1] === '(') urls.push(`http://${text.slice(at, endOfUrl(text, at))}`);
  return urls;
}

const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90);

function endOfUrl(text: string, from: number): number {
  let end = from;
  while (end < text.length && end < from + MAX_URL) {
    const c = text.charCodeAt(end);
    if (c <= 32 || c === 34 || c === 60 || c === 62 || c === 0x3002 || c === 0xff0c || c === 0x201d) break;
    end++;
  }
  while (end > from && '.,;:!?)]}\'"'.includes(text.charAt(end - 1))) end--;
  return end;
}

export function parseLink(source: string, shown: string): Link | null {
  // Browsers drop tabs and line ends inside a URL and take a backslash for a slash.
  const url = source
    .slice(0, MAX_URL)
    .replace(/[\t\r\n]/g, '')
    .trim()
    .replace(/\\/g, '/');
  const scheme = /^([a-z][a-z0-9+.-]{0,15}):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return url.startsWith('//') ? parseLink(`http:${url}`, shown) : null;
  if (scheme !== 'http' && scheme !== 'https') {
    if (scheme === 'data' || scheme === 'javascript' || scheme === 'file' || scheme === 'blob' || scheme === 'search-ms')
      return { scheme, host: '', domain: '', path: '', shown, isIp: false, userinfo: false, port: false };
    return null;
  }
  let from = scheme.length + 1;
  while (url.charCodeAt(from) === 47) from++;
  let end = from;
  while (end < url.length && !'/?#'.includes(url.charAt(end))) end++;
  let authority = url.slice(from, end);
  const at = authority.lastIndexOf('@');
  const userinfo = at >= 0;
  if (userinfo) authority = authority.slice(at + 1);
  const colon = authority.search(/:\d{1,5}$/);
  const portText = colon >= 0 ? authority.slice(colon + 1) : '';
  let host = (colon >= 0 ? authority.slice(0, colon) : authority).replace(/\.$/, '');
  if (host.includes('%')) host = unescaped(host);
  if (/[^\x21-\x7e]/.test(host)) host = folded(host.replace(/[\u3002\uff0e\uff61]/g, '.'), 200);
  host = host.toLowerCase();
  if (host === '' || host.length > 253) return null;
  const isIp = /^(?:(?:0x[0-9a-f]{1,8}|\d{1,11})(?:\.(?:0x[0-9a-f]{1,8}|\d{1,11})){0,3}|\[.*\])$/.test(host);
  return {
    scheme,
    host,
    domain: isIp ? host : (getDomain(host) ?? host),
    path: url.slice(end, end + 300),
    shown,
    isIp,
    userinfo,
    port: portText !== '' && portText !== '80' && portText !== '443',
  };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Short links hide where they lead. */
const SHORTENERS =
  set(`bit.ly tinyurl.com goo.gl t.co ow.ly is.gd buff.ly rebrand.ly cutt.ly rb.gy t.ly s.id tiny.cc shorturl.at lnkd.in bl.ink
  v.gd qr.ae adf.ly bit.do soo.gd x.co clck.ru shorte.st dwz.cn t.cn url.cn suo.im u.nu linktr.ee qrco.de me-qr.com urlz.fr encr.pw l.ead.me
  snip.ly tr.im snipurl.com notlong.com dlvr.it short.gy kutt.it gg.gg vk.cc surl.li tny.im zpr.io hoo.gl bitly.com amzn.to fb.me youtu.be`);
/** Places where anybody puts a page in a minute, without a name or a bill. */
const FREE_HOSTS =
  set(`weebly.com wixsite.com blogspot.com wordpress.com firebaseapp.com web.app netlify.app vercel.app github.io gitlab.io r2.dev
  workers.dev pages.dev herokuapp.com glitch.me repl.co replit.app surge.sh onrender.com fly.dev ngrok.io ngrok-free.app ngrok.app trycloudflare.com
  duckdns.org ddns.net hopto.org zapto.org sytes.net serveo.net loca.lt notion.site canva.site carrd.co webflow.io framer.website framer.app
  godaddysites.com square.site jimdosite.com yolasite.com strikingly.com site123.me 000webhostapp.com infinityfreeapp.com epizy.com rf.gd
  azurewebsites.net azurefd.net azureedge.net windows.net cloudfront.net amazonaws.com appspot.com googleapis.com translate.goog ipfs.io dweb.link
  cf-ipfs.com nftstorage.link forms.gle jotform.com typeform.com formstack.com formspree.io sharepoint.com 1drv.ms gamma.site webnode.page mystrikingly.com
  softr.app bubbleapps.io teachable.com tripod.com geocities.com angelfire.com freewebs.com lycos.com narod.ru by.ru 50megs.com`);
const FREE_PLACES =
  /^(?:docs\.google\.com\/(?:forms|document|presentation|drawings)|sites\.google\.com|drive\.google\.com|forms\.office\.com|storage\.googleapis\.com|script\.google\.com)/;
/** Redirectors of well-known sites that take any target. */
const OPEN_REDIRECT = /[?&](?:url|q|u|redirect|redir|target|dest|goto|next|link|adurl|r|to)=(?:https?|%68|\/\/|http%3a)/i;

/** Tokens of one link: what kind of place, never which (that is `host:` for learners at home). */
export function linkFacts(link: Link, fromDomain: string): readonly string[] {
  if (link.host === '') return [`scheme_${link.scheme}`];
  const facts: string[] = [];
  const { host, domain, path } = link;
  const labels = host.split('.');
  if (link.isIp) facts.push('ip');
  else {
    facts.push(`tld_${labels.at(-1) ?? ''}`);
    const own = host.slice(0, Math.max(0, host.length - domain.length - 1));
    const depth = own === '' ? 0 : own.split('.').length;
    if (depth > 2) facts.push('deep');
    const label = domain.split('.')[0] ?? '';
    if (/\d/.test(label)) facts.push('digit_label');
    if (/-.*-/.test(label)) facts.push('hyphens');
    else if (label.includes('-')) facts.push('hyphen');
    if (label.length > 18) facts.push('long_label');
    if (label.length < 5) facts.push('short_label');
    if (isRandom(label)) facts.push('random_label');
    if (host.includes('xn--')) facts.push('punycode');
  }
  if (link.userinfo) facts.push('userinfo');
  if (link.port) facts.push('port');
  if (SHORTENERS.has(domain) || SHORTENERS.has(host)) facts.push('shortener');
  if (isFreeHost(link)) facts.push('free_host');
  facts.push(fromDomain !== '' && domain === fromDomain ? 'own_site' : 'other_site');
  if (/\.php\d?(?:[?/#]|$)/i.test(path)) facts.push('php');
  if (/\/(?:wp-content|wp-includes|wp-admin|\.well-known|cgi-bin|images|css|js|tmp|temp|old|administrator|components)\//i.test(path))
    facts.push('site_inside');
  const file = /\.(exe|scr|apk|zip|rar|7z|iso|js|vbs|html?|pdf|docx?|jsp|aspx?|cgi)(?:[?#]|$)/i.exec(path)?.[1];
  if (file) facts.push(`file_${file.toLowerCase()}`);
  if (/[@]|%40/.test(path)) facts.push('address_in_path');
  if (OPEN_REDIRECT.test(path)) facts.push('redirect');
  if (/unsub|opt-?out|remove|preferences|manage/i.test(path)) facts.push('unsub');
  if (/login|signin|sign-in|verify|secure|account|update|confirm|auth|webscr|password/i.test(path)) facts.push('login_word');
  if (/[A-Za-z0-9_-]{40}/.test(path)) facts.push('long_token');
  return facts;
}

export const isShortener = (link: Link): boolean => SHORTENERS.has(link.domain) || SHORTENERS.has(link.host);

export function isFreeHost(link: Link): boolean {
  if (FREE_HOSTS.has(link.domain)) return true;
  // A private suffix (github.io) is its own public suffix for some lists: ask the last two labels too.
  return FREE_HOSTS.has(link.host.split('.').slice(-2).join('.')) || FREE_PLACES.test(link.host + link.path);
}

/** Letters that no language puts together: hardly a vowel, or digits and letters by turns. */
export function isRandom(label: string): boolean {
  if (label.length < 8) return false;
  const letters = label.replace(/[^a-z]/g, '');
  const vowels = letters.replace(/[^aeiouy]/g, '').length;
  if (letters.length >= 7 && vowels / letters.length < 0.18) return true;
  return (label.match(/[a-z]\d|\d[a-z]/g)?.length ?? 0) >= 4;
}

/** The brand whose name the link borrows; null where it is honest. */
export function borrowedBrand(link: Link): string | null {
  if (link.host === '' || link.isIp || isBrandDomain(link.domain)) return null;
  return brandBorrowed(link.host, link.domain)?.name ?? null;
}

/** The text shown is the name of another site than the link leads to. */
export function showsOther(link: Link): boolean {
  if (link.host === '' || link.shown.length > 200) return false;
  const named = /^\s*(?:https?:\/\/)?(?:www\.)?((?:[a-z0-9-]{1,63}\.)+[a-z]{2,12})(?:[/:?#\s]|$)/i.exec(link.shown)?.[1]?.toLowerCase();
  if (named === undefined) return false;
  const domain = getDomain(named);
  return domain !== null && domain !== link.domain;
}
