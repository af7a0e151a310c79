// Domains and URLs of made-up mail: honest ones of the sender, of its mail provider and of well-known sites; and the kinds of places that
// spam and phishing lead to. Nothing here is meant to exist; where a name does, nothing is ever sent to it.
import { wordsOf } from './words.ts';
import type { Random } from './random.ts';

const SPAM_TLDS =
  'com com com com com net org info biz us xyz top site online shop club store live icu click link buzz space fun website pro cc ru cn in co pw work life world rest cyou sbs cfd quest monster bond today best email digital vip one lat autos beauty hair'.split(
    ' ',
  );
const NOUNS =
  'daily smart best easy prime green home health deal offer news secure global first star life direct fast super mega gold blue sky tech media web shop trade gain wise pure nova bright true zen alpha vita max plus care cash loan win lucky spark swift hub zone point line core edge path peak leaf wave stream field'.split(
    ' ',
  );
const HACKED =
  'bakery dental garage florist church academy hotel salon plumbing yoga photography travel kindergarten carpentry architects clinic vineyard cafe fishing motors gallery solar printing pets farm interiors'.split(
    ' ',
  );
const FREE_HOSTS = [
  'weebly.com',
  'wixsite.com',
  'blogspot.com',
  'firebaseapp.com',
  'web.app',
  'netlify.app',
  'vercel.app',
  'github.io',
  'r2.dev',
  'workers.dev',
  'pages.dev',
  'herokuapp.com',
  'azurewebsites.net',
  'godaddysites.com',
  'webflow.io',
  'framer.app',
  'square.site',
  'duckdns.org',
  'onrender.com',
  'glitch.me',
];
const SHORT = ['bit.ly', 'tinyurl.com', 't.ly', 'cutt.ly', 'rebrand.ly', 'is.gd', 'rb.gy', 's.id', 'shorturl.at', 't.co', 'goo.gl'];
const KNOWN = [
  'https://www.youtube.com/watch?v=',
  'https://docs.google.com/document/d/',
  'https://github.com/',
  'https://en.wikipedia.org/wiki/',
  'https://www.nytimes.com/',
  'https://www.bbc.co.uk/news/',
  'https://maps.app.goo.gl/',
  'https://zoom.us/j/',
  'https://www.linkedin.com/in/',
  'https://drive.google.com/file/d/',
  'https://calendly.com/',
  'https://www.dropbox.com/s/',
  'https://meet.google.com/',
  'https://open.spotify.com/track/',
  'https://stackoverflow.com/questions/',
  'https://arxiv.org/abs/',
  'https://www.amazon.com/dp/',
  'https://photos.app.goo.gl/',
  'https://www.eventbrite.com/e/',
  'https://forms.gle/',
];
const ESP = ['click.@', 'links.@', 'e.@', 'email.@', 'go.@', 't.@', 'link.mail.@', 'news.@'];
const ESP_SHARED = [
  'list-manage.com',
  'sendgrid.net',
  'mailgun.org',
  'hubspotlinks.com',
  'awstrack.me',
  'rs6.net',
  'sendibt3.com',
  'klclick.com',
  'cmail19.com',
  'mjt.lu',
];

/** The domain that an organisation of this name would have. */
export function ownDomain(name: string, lang: string, random: Random): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9 ]/g, '')
    .split(' ')
    .filter(word => word.length > 1);
  const slug =
    words.length === 0
      ? random.pick(NOUNS) + random.pick(NOUNS)
      : random.pick([words.slice(0, 2).join(''), words.slice(0, 2).join('-'), words[0] as string, words.slice(0, 3).join('')]);
  return `${slug.slice(0, 24)}.${random.pick(wordsOf(lang).tlds.split(' '))}`;
}

export function bulkDomain(random: Random): string {
  const name = random.pick([
    () => random.pick(NOUNS) + random.pick(NOUNS),
    () => `${random.pick(NOUNS)}${random.pick(NOUNS)}${random.digits(2)}`,
    () => `${random.pick(NOUNS)}-${random.pick(NOUNS)}-${random.pick(NOUNS)}`,
    () => random.letters(4 + random.below(9), 'bcdfghjklmnprstvwxzaeiou'),
    () => `${random.pick(NOUNS)}${random.pick(NOUNS)}${random.pick(NOUNS)}`,
    () => random.letters(6 + random.below(5)),
  ])();
  return `${name}.${random.pick(SPAM_TLDS)}`;
}

export function hackedDomain(lang: string, random: Random): string {
  const tlds =
    lang === 'en' ? 'com com com.au co.za co.uk in com.br net org ca de pl it' : `${wordsOf(lang).tlds} com com net org com.br in`;
  return `${random.pick([random.pick(NOUNS), random.letters(4, 'aeioulmnrst'), random.pick(['st', 'la', 'el', 'mr', 'old', 'new'])])}${random.pick(HACKED)}.${random.pick(tlds.split(' '))}`;
}

/** A name that is nearly the brand's. */
export function lookAlike(brand: string, random: Random): string {
  const name = brand.toLowerCase().replace(/[^a-z0-9]/g, '') || 'account';
  const slip = (): string => {
    const at = random.below(name.length);
    const swap: Record<string, string> = { l: '1', i: 'l', o: '0', e: '3', a: '4', m: 'rn', s: '5', g: 'q', t: '7' };
    return random.pick([
      name.slice(0, at) + (swap[name.charAt(at)] ?? name.charAt(at).repeat(2)) + name.slice(at + 1),
      name.slice(0, at) + name.slice(at + 1),
    ]);
  };
  const extra = [
    'secure',
    'support',
    'login',
    'verify',
    'account',
    'alert',
    'service',
    'help',
    'billing',
    'update',
    'online',
    'info',
    'mail',
    'team',
    'id',
  ];
  const label = random.pick([
    slip,
    () => `${name}-${random.pick(extra)}`,
    () => `${random.pick(extra)}-${name}`,
    () => `${name}${random.pick(extra)}`,
    () => `${name}-${random.pick(extra)}-${random.pick(extra)}`,
  ])();
  return random.chance(0.2) ? `${label}.${bulkDomain(random)}` : `${label}.${random.pick(SPAM_TLDS)}`;
}

const token = (random: Random): string =>
  random.letters(10 + random.below(40), 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-');

/** Links of one wanted mail: the sender's own pages, often through its mail provider's click counter. */
export function honestLinks(domain: string, bulk: boolean, personal: boolean, random: Random): (what: string) => string {
  if (personal)
    return () =>
      random.chance(0.45)
        ? random.pick(KNOWN) + token(random).slice(0, 14)
        : `https://${random.chance(0.5) ? 'www.' : ''}${domain}/${page(random)}`;
  const counter = bulk ? random.chance(0.75) : random.chance(0.25);
  const host = random.pick(ESP).replace('@', domain);
  const shared = `${random.letters(6)}.${random.pick(ESP_SHARED)}`;
  const through = random.chance(0.7) ? host : shared;
  const scheme = random.chance(0.93) ? 'https' : 'http';
  return what => {
    if (counter)
      return `${scheme}://${through}/${random.pick(['ls/click?upn=', 'c/', 'CL0/', 'track/click/', 'f/a/', 'e/'])}${token(random)}`;
    const www = random.pick(['www.', '', 'account.', 'my.', 'shop.', 'app.', 'help.']);
    const query = random.chance(bulk ? 0.6 : 0.25)
      ? `?utm_source=${random.pick(['email', 'newsletter', 'transactional'])}&utm_medium=email`
      : '';
    return `${scheme}://${www}${domain}/${what === 'side' ? random.pick(['help', 'contact', 'unsubscribe', 'preferences', 'privacy', 'faq', 'terms', 'settings/notifications']) : page(random)}${query}`;
  };
}

function page(random: Random): string {
  return random.pick([
    () => `orders/${random.digits(8)}`,
    () => `track?id=${random.letters(12)}`,
    () => `account/${random.pick(['settings', 'billing', 'security', 'orders'])}`,
    () => `${random.pick(['blog', 'news', 'articles'])}/${random.pick(NOUNS)}-${random.pick(NOUNS)}-${random.pick(NOUNS)}`,
    () => `verify?token=${token(random)}`,
    () => `reset-password/${token(random)}`,
    () => `p/${random.digits(6)}`,
    () => `${random.pick(['events', 'docs', 'products', 'jobs', 'invoice', 'booking'])}/${random.letters(8)}`,
    () => '',
    () => `login`,
  ])();
}

/** Links of one unwanted mail; `brand` is the name it borrows, if any. */
export function deceptiveLinks(from: string, brand: string | null, reader: string, lang: string, random: Random): (what: string) => string {
  const tail = (): string =>
    random.pick([
      '',
      `?e=${reader}`,
      `#${reader}`,
      `?id=${random.letters(12)}`,
      `?${random.letters(5)}=${token(random)}`,
      `/${random.letters(8)}`,
      `/${token(random)}`,
    ]);
  const login = (): string =>
    random.pick([
      'login',
      'verify',
      'secure',
      'signin',
      'update',
      'account',
      'confirm',
      'index.php',
      'index.html',
      'auth',
      'track',
      'view',
      'portal',
      'en/login',
      'webmail',
      'claim',
    ]);
  const kinds: readonly (() => string)[] = [
    () =>
      `http${random.pick(['s', ''])}://${random.pick(['', 'www.'])}${hackedDomain(lang, random)}/${random.pick(['wp-content/plugins/', 'wp-includes/', '.well-known/', 'wp-admin/css/', 'images/', 'cgi-bin/', ''])}${random.letters(5)}/${login()}${tail()}`,
    () => `https://${brand ? lookAlike(brand, random) : bulkDomain(random)}/${login()}${tail()}`,
    () => `https://${random.letters(7)}-${random.pick(NOUNS)}.${random.pick(FREE_HOSTS)}/${random.chance(0.5) ? login() : ''}${tail()}`,
    () => `https://${random.pick(SHORT)}/${random.letters(7, 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789')}`,
    () =>
      `http${random.pick(['s', 's', ''])}://${bulkDomain(random)}/${random.pick([random.letters(8), token(random), `${login()}.php`, `r/${random.digits(7)}`, `c/${random.letters(20)}`])}`,
    () =>
      `https://${random.pick(['www.google.com/url?q=', 'l.facebook.com/l.php?u=', 'www.bing.com/ck/a?u=', 'click.mailer.example/r?url=', 'www.youtube.com/redirect?q='])}https%3A%2F%2F${bulkDomain(random)}%2F${random.letters(6)}`,
    () =>
      `https://${random.pick(['docs.google.com/forms/d/e/', 'forms.office.com/r/', 'storage.googleapis.com/', 'drive.google.com/file/d/', `${random.letters(8)}.blob.core.windows.net/`, `s3.amazonaws.com/${random.letters(9)}/`, 'sites.google.com/view/', 'telegra.ph/', 'wa.me/', 't.me/'])}${token(random)}`,
    () => `http${random.pick(['', 's'])}://${from}/${random.pick([login(), random.letters(9), ''])}${tail()}`,
    () =>
      `http://${random.below(200) + 11}.${random.below(250)}.${random.below(250)}.${random.below(250) + 1}/${random.letters(4)}/${login()}`,
  ];
  const weights = brand ? [5, 6, 4, 2, 2, 2, 2, 2, 1] : [2, 2, 2, 2, 7, 1, 2, 6, 1];
  const bag = kinds.flatMap((kind, n) => Array.from({ length: weights[n] ?? 1 }, () => kind));
  const main = random.pick(bag)();
  return what => (what === 'side' && random.chance(0.4) ? random.pick(bag)() : main);
}
