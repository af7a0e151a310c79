// One core to one whole message: sender, reader, header of a plausible program, body as text and HTML, parts, encodings. Deterministic by
// the random source handed in.
import { encodeWords } from '../../src/message/words.ts';
import { expand, type Core } from './cores.ts';
import { blocksOf, htmlPage, plainText, type Dress } from './markup.ts';
import { BULK, OLD_PEOPLE, OLD_SERVICES, OLD_SHADY, originFields, PEOPLE, rfcDate, SERVICES, SHADY, type Origin } from './origins.ts';
import { bulkDomain, deceptiveLinks, hackedDomain, honestLinks, lookAlike, ownDomain } from './places.ts';
import { attachment, oldCharset, several, text, type Part } from './parts.ts';
import type { Random } from './random.ts';
import { newPerson, newSlots } from './values.ts';
import { wordsOf } from './words.ts';

export type Composed = {
  readonly raw: Buffer;
  readonly label: Core['label'];
  readonly lang: string;
  readonly source: string;
  readonly year: number;
};

/** A core whose shape is decided. */
type Shaped = Omit<Core, 'shape'> & { readonly shape: ReadonlySet<string> };
type Sender = {
  readonly name: string;
  readonly local: string;
  readonly domain: string;
  readonly place: 'own' | 'known' | 'free' | 'corp' | 'hacked' | 'bulk' | 'look';
  readonly brand: string | null;
};

export function composeMail(source: Core, random: Random): Composed {
  const core: Shaped = { ...source, shape: new Set(expand(source.shape, random, () => null).split(/[\s,]+/)) };
  // Old-style cores name their era in the kind.
  const old = /old|bbs|200\d/.test(`${core.kind} ${core.file}`);
  const at = new Date(
    Date.UTC(
      old ? 2003 + random.below(6) : 2015 + random.below(12),
      random.below(12),
      1 + random.below(28),
      random.below(24),
      random.below(60),
      random.below(60),
    ),
  );
  const person = newPerson(core.lang, random);
  const reader = readerAddress(core, person.local, random);
  const slotsOf = { url: '' };
  const inEra = (url: string): string => (old ? url.replace(/^https:/, 'http:').replace(/\?utm_[^#]*/, '') : url);
  const slot = newSlots(core.lang, random, at, { reader, readerName: `${person.first}\t${person.last}`, url: () => slotsOf.url });
  const sender = senderOf(expand(core.from, random, slot), core.lang, random);
  const bad = core.label !== 'ham';
  const personal = !bad && (sender.place === 'free' || sender.place === 'corp' || core.shape.has('plain'));
  const place = bad
    ? deceptiveLinks(sender.domain, sender.brand ?? brandIn(sender.name), reader, core.lang, random)
    : honestLinks(sender.domain, core.bulk, personal, random);
  const links = (what: string): string => inEra(place(what));
  slotsOf.url = links('main');
  const body = expand(core.body, random, slot);
  const subject = expand(core.subject, random, slot).trim();
  const origin = old ? oldOrigin(core, sender, random) : originOf(core, sender, random);
  const { id, fields } = originFields(origin, sender.domain, core.bulk, random);
  const head = [
    `Date: ${rfcDate(at, random)}`,
    `From: ${mailbox(sender.name, `${sender.local}@${sender.domain}`, random)}`,
    ...toField(core, reader, slot('name') ?? '', sender, random),
    ...(core.replyTo === '' ? [] : [replyTo(expand(core.replyTo, random, slot), core.lang, random)]),
    `Subject: ${encodeWords(subject)}`,
    `Message-ID: ${id}`,
    ...fields.filter(field => !/^mime-version/i.test(field)),
    ...threadFields(core, subject, random),
    ...bulkFields(core, sender, links, random),
  ];
  const shuffled = origin === 'gmail' ? head : order(head, random);
  const { type, encoding, content } = bodyOf({ core, old, links, origin, sender }, body, subject, random);
  const raw = [
    ...shuffled,
    ...(fields.find(field => /^mime-version/i.test(field)) ? [] : ['MIME-Version: 1.0']),
    ...fields.filter(field => /^mime-version/i.test(field)),
    type,
    ...(encoding ? [encoding] : []),
    '',
    content,
  ].join('\r\n');
  return {
    raw: Buffer.from(raw.replace(/\r?\n/g, '\r\n'), 'latin1'),
    label: core.label,
    lang: core.lang === 'zh-hant' ? 'zh' : core.lang,
    source: `made-${core.file.split('/')[0] ?? ''}`,
    year: at.getUTCFullYear(),
  };
}

function readerAddress(core: Shaped, local: string, random: Random): string {
  const domain = random.chance(0.5)
    ? random.pick(wordsOf(core.lang).free.split(' '))
    : ownDomain(random.pick(wordsOf(core.lang).companies.split('|')), core.lang, random);
  return `${local}@${domain}`;
}

function senderOf(text: string, lang: string, random: Random): Sender {
  const cut = /^(.*?)\s*<?([^\s<>@]+)@([^\s<>]+)>?\s*$/.exec(text);
  const name = (cut?.[1] ?? '').replace(/^"|"$/g, '').trim();
  const given = cut?.[3] ?? '$bulk';
  const kind = /^\$(own|free|corp|hacked|bulk|look)/.exec(given)?.[1] as Sender['place'] | undefined;
  const brand = /^\$look:(.+)$/.exec(given)?.[1] ?? null;
  const local =
    (cut?.[2] ?? 'info')
      .normalize('NFKD')
      .replace(/[^\w.+-]/g, '')
      .toLowerCase() || newPerson(lang, random).local;
  const domain =
    kind === 'own' || kind === 'corp'
      ? ownDomain(kind === 'own' && name !== '' ? name : random.pick(wordsOf(lang).companies.split('|')), lang, random)
      : kind === 'free'
        ? random.pick(wordsOf(lang).free.split(' '))
        : kind === 'hacked'
          ? hackedDomain(lang, random)
          : kind === 'bulk'
            ? bulkDomain(random)
            : kind === 'look'
              ? lookAlike(brand ?? '', random)
              : given.toLowerCase().replace(/[^a-z0-9.-]/g, '') || bulkDomain(random);
  return {
    name,
    local,
    domain:
      random.chance(0.12) && kind !== 'free'
        ? `${random.pick(['mail', 'email', 'news', 'e', 'info', 'send', 'notify'])}.${domain}`
        : domain,
    place: kind ?? 'known',
    brand,
  };
}

/** The first word of a display name, as the look-alike's maker would take it. */
const brandIn = (name: string): string | null => /^[A-Z][A-Za-z]{3,12}/.exec(name)?.[0] ?? null;

function mailbox(name: string, address: string, random: Random): string {
  if (name === '') return random.chance(0.5) ? address : `<${address}>`;
  if (/[^\x20-\x7e]/.test(name)) return `${encodeWords(name)} <${address}>`;
  return random.chance(0.5) || /[,.:;@()[\]]/.test(name) ? `"${name.replace(/["\\]/g, '')}" <${address}>` : `${name} <${address}>`;
}

function replyTo(text: string, lang: string, random: Random): string {
  const to = senderOf(text, lang, random);
  return `Reply-To: ${mailbox(to.name, `${to.local}@${to.domain}`, random)}`;
}

function toField(core: Shaped, reader: string, name: string, sender: Sender, random: Random): readonly string[] {
  if (core.to === 'undisclosed')
    return [random.pick(['To: undisclosed-recipients:;', 'To: Undisclosed recipients:;', `To: ${sender.local}@${sender.domain}`])];
  if (core.to === 'self') return [`To: ${sender.local}@${sender.domain}`];
  if (core.to === 'list')
    return [
      `To: ${random.pick(['dev', 'discuss', 'members', 'users', 'announce', 'team'])}@${random.pick(['lists.', 'groups.', ''])}${sender.domain}`,
    ];
  const bad = core.label !== 'ham';
  if (bad && random.chance(0.06)) return ['To: undisclosed-recipients:;'];
  return [
    random.chance(core.bulk || bad ? 0.7 : 0.4)
      ? `To: ${reader}`
      : random.chance(0.3)
        ? `To: <${reader}>`
        : `To: ${mailbox(name, reader, random)}`,
  ];
}

function originOf(core: Shaped, sender: Sender, random: Random): Origin {
  if (sender.place === 'free')
    return core.lang === 'zh' && random.chance(0.7)
      ? 'chinese'
      : random.pick(/gmail/.test(sender.domain) ? (['gmail', 'gmail', 'phone'] as const) : PEOPLE);
  if (core.label !== 'ham') return random.pick(sender.place === 'corp' ? [...PEOPLE, ...SHADY] : SHADY);
  if (core.bulk) return random.pick(BULK);
  if (sender.place === 'corp') return core.lang === 'zh' && random.chance(0.5) ? 'chinese' : random.pick(PEOPLE);
  return random.pick(core.shape.has('plain') ? [...SERVICES, ...PEOPLE] : SERVICES);
}

function oldOrigin(core: Shaped, sender: Sender, random: Random): Origin {
  if (core.lang === 'zh' && random.chance(0.6)) return 'chinese';
  if (core.label !== 'ham') return random.pick(OLD_SHADY);
  return random.pick(core.bulk || sender.place === 'own' || sender.place === 'known' ? [...OLD_SERVICES, ...OLD_PEOPLE] : OLD_PEOPLE);
}

function threadFields(core: Shaped, subject: string, random: Random): readonly string[] {
  if (!/^(?:re|aw|sv|antw|回复|balas)\s*[:：]/i.test(subject) && !core.shape.has('quoted')) return [];
  // A claimed answer to nothing is what scams send.
  if (core.label !== 'ham' && random.chance(0.75)) return [];
  const id = `<${random.letters(24)}@${random.letters(8)}.com>`;
  return [`In-Reply-To: ${id}`, `References: ${id}`];
}

function bulkFields(core: Shaped, sender: Sender, links: (what: string) => string, random: Random): readonly string[] {
  const listed = core.bulk ? random.chance(core.label === 'ham' ? 0.92 : 0.55) : core.label !== 'ham' && random.chance(0.12);
  if (!listed) return [];
  const url = `<${core.label === 'ham' ? links('side') : `https://${sender.domain}/u/${random.letters(20)}`}>`;
  return [
    `List-Unsubscribe: ${random.pick([url, `${url}, <mailto:unsubscribe-${random.letters(12)}@${sender.domain}>`, `<mailto:unsubscribe@${sender.domain}?subject=${random.letters(9)}>`])}`,
    ...(random.chance(0.5) ? ['List-Unsubscribe-Post: List-Unsubscribe=One-Click'] : []),
    ...(random.chance(0.3) ? [`List-ID: <${random.letters(12)}.${sender.domain}>`] : []),
    ...(random.chance(0.25) ? ['Precedence: bulk'] : []),
  ];
}

/** Fields in another order: programs differ. */
function order(fields: readonly string[], random: Random): readonly string[] {
  const shift = random.below(4);
  return [...fields.slice(shift), ...fields.slice(0, shift)];
}

const DRESSES: Readonly<Record<'person' | 'service' | 'bulk' | 'bad', readonly Dress[]>> = {
  person: ['webmail', 'webmail', 'word', 'word', 'apple', 'bare'],
  service: ['card', 'card', 'newsletter', 'bare', 'webmail'],
  bulk: ['newsletter', 'newsletter', 'card', 'bare'],
  bad: ['newsletter', 'card', 'card', 'bare', 'bare', 'webmail', 'word', 'old'],
};

/** What of a mail its body depends on. */
type Made = {
  readonly core: Shaped;
  readonly old: boolean;
  readonly links: (what: string) => string;
  readonly origin: Origin;
  readonly sender: Sender;
};
const OLD_DRESSES: readonly Dress[] = ['old', 'old', 'bare', 'bare', 'word'];

function bodyOf({ core, old, links, origin, sender }: Made, body: string, subject: string, random: Random): Part {
  const { shape } = core;
  const blocks = blocksOf(body);
  const person = (PEOPLE.includes(origin) && origin !== 'webmail') || (old && core.label === 'ham' && !core.bulk);
  const dress = old
    ? random.pick(OLD_DRESSES)
    : random.pick(DRESSES[core.label !== 'ham' && !person ? 'bad' : person ? 'person' : core.bulk ? 'bulk' : 'service']);
  const hosted = `https://${random.pick(['images.', 'cdn.', 'img.', ''])}${sender.domain}/${random.letters(8)}`;
  const charset = old ? oldCharset(core.lang, body, random) : null;
  const designed = dress === 'newsletter' || dress === 'card';
  const extra = {
    preheader: designed && random.chance(0.5) ? subject : '',
    logo: designed && random.chance(0.7) ? `${hosted}/logo.png` : null,
    pixel:
      (core.bulk || designed) && random.chance(0.55)
        ? `${links('side').split('/').slice(0, 3).join('/')}/o/${random.letters(24)}.gif`
        : null,
    image: (n: number) =>
      shape.has('qr') || shape.has('attach-img') || random.chance(0.2)
        ? `cid:image${String(n + 1).padStart(3, '0')}`
        : `${hosted}/${n}.jpg`,
  };
  const shown = shape.has('image')
    ? [
        {
          kind: 'image',
          alt: blocks
            .flatMap(one => (one.kind === 'image' ? [one.alt] : 'text' in one ? [one.text] : []))
            .join(' ')
            .replace(/\[\[|\]\]|\(\(|\)\)/g, '')
            .slice(0, 200),
        } as const,
      ]
    : blocks;
  const page = htmlPage(dress, shown, links, extra, random);
  const html = text(
    'text/html',
    shape.has('image')
      ? page.replace(/(<img src="[^"]+" alt=)/, `<a href="${links('main')}">$1`).replace(/(<img [^>]+>)(?!.*<img)/s, '$1</a>')
      : page,
    random,
    charset,
  );
  const plain = text('text/plain', plainText(blocks, links, random), random, charset);
  const only =
    shape.has('plain') || shape.has('quoted') || shape.has('ics')
      ? random.chance(person ? 0.6 : 0.85)
        ? 'plain'
        : 'both'
      : shape.has('html') || shape.has('image')
        ? random.chance(0.7)
          ? 'html'
          : 'both'
        : core.label === 'ham' || random.chance(0.55)
          ? 'both'
          : 'html';
  const main = only === 'plain' ? plain : only === 'html' ? html : several('alternative', [plain, html], random);
  const files = [...shape].flatMap(one => attachment(one, subject, random));
  return files.length === 0 ? main : several(shape.has('qr') ? 'related' : 'mixed', [main, ...files], random);
}
