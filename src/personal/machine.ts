// Whose hand opened a picture or followed a link: a person's, or a program's that looks at every mail. Pure; address and user agent are
// looked at here and kept nowhere. When in doubt it is told as a program's: counts that are too low mislead nobody.
import { MACHINE_MS, MAX_BURST } from './bounds.ts';

export type Visit = {
  readonly kind: 'open' | 'click';
  readonly ip: string;
  readonly userAgent: string;
  /** `Purpose`, `Sec-Purpose` or `X-Moz`, whichever came; empty: none. */
  readonly purpose: string;
  /** Milliseconds since the recipient's mail was delivered; null: it is not, or not known to be. */
  readonly sinceDelivery: number | null;
  /** Different links of this copy that were followed within the last seconds, this one among them; 0 for a picture. */
  readonly burst: number;
};
export type MachineReason =
  | 'apple_privacy'
  | 'mail_proxy'
  | 'security_scanner'
  | 'automated_client'
  | 'prefetch'
  | 'at_delivery'
  | 'many_links';

/** Blocks from which Google's picture proxy and crawlers come, and the one that is Apple's own. */
const GOOGLE = /^(?:66\.249\.(?:6[4-9]|[7-9]\d)\.|66\.102\.[0-9]\.|64\.233\.1(?:6\d|7[0-3])\.|72\.14\.199\.|209\.85\.238\.)/;
const APPLE = /^(?:::ffff:)?17\./;
const MAIL_PROXY = /GoogleImageProxy|YahooMailProxy|YahooCacheSystem|via ggpht\.com|MailRuImageProxy|YandexImageResizer/i;
const SCANNER =
  /barracuda|proofpoint|mimecast|symantec|messagelabs|fireeye|trellix|forcepoint|trend ?micro|cisco|ironport|sophos|fortiguard|fortinet|zscaler|checkpoint|avanan|cloudmark|urldefense|safelinks|bitdefender|kaspersky|virustotal|urlscan|phishtank|netcraft|palo ?alto/i;
const AUTOMATED =
  /bot\b|crawl|spider|slurp|scan|preview|fetch|monitor|headless|phantom|selenium|puppeteer|playwright|curl\/|wget|python|java\/|go-http-client|okhttp|axios|node-fetch|undici|libwww|lwp|ruby|perl|php|http_?client|existence discovery/i;

/** Why it is told as a program's; null: a person's. */
export function machineReason(visit: Visit): MachineReason | null {
  const agent = visit.userAgent.trim();
  // Mail Privacy Protection says nothing but this, for every picture of every mail, seen or not.
  if (agent === 'Mozilla/5.0' || APPLE.test(visit.ip)) return 'apple_privacy';
  if (MAIL_PROXY.test(agent) || GOOGLE.test(visit.ip)) return 'mail_proxy';
  if (SCANNER.test(agent)) return 'security_scanner';
  if (agent === '' || AUTOMATED.test(agent)) return 'automated_client';
  if (/prefetch|preview|prerender/i.test(visit.purpose)) return 'prefetch';
  // Before the peer's 250 only its own scanner has seen the mail.
  if (visit.sinceDelivery === null || visit.sinceDelivery < MACHINE_MS) return 'at_delivery';
  return visit.burst > MAX_BURST ? 'many_links' : null;
}
