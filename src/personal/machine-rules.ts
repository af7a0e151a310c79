// Programs that open pictures and follow links, as data: what they say of themselves (User-Agent, Purpose and its kin) and where they come
// from. The first rule that fits gives the reason. Each carries what was seen of it, and a test runs them all.

export type MachineReason =
  | 'apple_privacy'
  | 'mail_proxy'
  | 'security_scanner'
  | 'automated_client'
  | 'prefetch'
  | 'at_delivery'
  | 'many_links';

/** One of `agent`, `purpose` and `network` (an IPv4 or IPv6 address as text) decides. */
export type MachineRule = { readonly reason: MachineReason; readonly seen: readonly string[] } & (
  | { readonly agent: RegExp }
  | { readonly purpose: RegExp }
  | { readonly network: RegExp }
);

export const MACHINE_RULES: readonly MachineRule[] = [
  // Mail Privacy Protection says nothing but this, for every picture of every mail, seen or not.
  { reason: 'apple_privacy', agent: /^Mozilla\/5\.0$/, seen: ['Mozilla/5.0'] },
  // The block that is Apple's own.
  { reason: 'apple_privacy', network: /^17\.\d/, seen: ['17.58.1.1'] },
  {
    reason: 'mail_proxy',
    agent: /GoogleImageProxy|via ggpht\.com|YahooMailProxy|YahooCacheSystem|MailRuImageProxy|YandexImageResizer/i,
    seen: [
      'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
      'YahooMailProxy; https://help.yahoo.com/',
      'Mozilla/5.0 (compatible; MailRuImageProxy/1.0)',
    ],
  },
  // Blocks from which Google's picture proxy and crawlers come.
  {
    reason: 'mail_proxy',
    network: /^(?:66\.249\.(?:6[4-9]|[7-9]\d)|66\.102\.\d|64\.233\.1(?:6\d|7[0-3])|72\.14\.199|209\.85\.238)\.\d/,
    seen: ['66.249.84.9', '66.102.8.1', '64.233.173.20'],
  },
  {
    reason: 'security_scanner',
    agent:
      /barracuda|proofpoint|mimecast|symantec|messagelabs|fireeye|trellix|forcepoint|trend ?micro|cisco|ironport|sophos|fortiguard|fortinet|zscaler|checkpoint|avanan|cloudmark|urldefense|safelinks|bitdefender|kaspersky|virustotal|urlscan|phishtank|netcraft|palo ?alto/i,
    seen: ['Barracuda Sentinel (EE)', 'Mozilla/5.0 (compatible; Proofpoint URL Defense)', 'Mozilla/5.0 (Trend Micro WTP)'],
  },
  {
    reason: 'automated_client',
    agent:
      /^$|bot\b|crawl|spider|slurp|scan|preview|fetch|monitor|headless|phantom|selenium|puppeteer|playwright|curl\/|wget|python|java\/|go-http-client|okhttp|axios|node-fetch|undici|libwww|lwp|ruby|perl|php|http_?client|existence discovery/i,
    seen: [
      '',
      'curl/8.1',
      'Mozilla/5.0 (compatible; bingbot/2.0)',
      'python-requests/2.32',
      'Mozilla/5.0 HeadlessChrome/146.0',
      'Slackbot 1.0',
    ],
  },
  // Browsers in advance: Sec-Purpose of today, Purpose and X-Moz of before.
  { reason: 'prefetch', purpose: /prefetch|preview|prerender/i, seen: ['prefetch', 'prefetch;prerender', 'Preview'] },
];
