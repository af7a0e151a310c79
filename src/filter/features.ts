// What filter and rules look at: the message reduced to texts, links, senders, shape of header and parts, each cut at a bound. Only what
// the sender wrote counts: fields that receivers add (Received, Delivered-To, verdicts of other filters) tell whose mailbox it was.
import { MAX_DISGUISE, MAX_FIELD, MAX_HTML, MAX_LEAVES, MAX_SUBJECT, MAX_TEXT } from './bounds.ts';
import { getDomain } from 'tldts';
import { parseMailboxes } from '../message/addresses.ts';
import { valueOf } from '../message/headers.ts';
import type { Leaf, Message } from '../message/walk.ts';
import { decodeWords } from '../message/words.ts';
import { readPage, type Page } from './page.ts';
import { linksOf, type Link } from './links.ts';
import { foldText } from './fold.ts';
import { unmask } from './unmask.ts';

/** What is known from outside the message; an absent fact never counts as bad. */
export type Facts = {
  readonly direction: 'out' | 'in';
  /** RFC 8601 result words. */
  readonly spf?: string;
  readonly dkim?: string;
  readonly dmarc?: string;
  /** From -1 (only ever spam) to 1 (only ever wanted mail). */
  readonly domainStanding?: number;
  readonly ipStanding?: number;
  readonly firstContact?: boolean;
  /** Who marked the same mail before: this account, the operator, and how many other accounts of some age as spam. */
  readonly campaign?: { readonly own?: 'spam' | 'ham'; readonly operator?: 'spam' | 'ham'; readonly accounts: number };
};

export type Features = {
  readonly facts: Facts;
  readonly message: Message;
  readonly subject: string;
  /** What a reader sees: the page if there is one, else the plain text. */
  readonly text: string;
  /** The text was spelled so that programs cannot read it. */
  readonly isMasked: boolean;
  /** Invisible characters, and look-alike letters inside Latin words, at the beginning of the text. */
  readonly invisible: number;
  readonly lookalikes: number;
  /** Plain text beside a page, which few readers show. */
  readonly besides: string;
  readonly page: Page | null;
  readonly links: readonly Link[];
  readonly fromName: string;
  readonly fromLocal: string;
  readonly fromHost: string;
  /** Registrable domains. */
  readonly fromDomain: string;
  readonly replyDomain: string;
  readonly field: (name: string) => string | undefined;
  readonly attachments: readonly Leaf[];
  /** Known patterns are looked for here: every leaf of every reading as latin-1, and the subject. */
  readonly contains: (pattern: string) => boolean;
};

/** Characters from which a page is what its reader sees, and below which an attached text is read as the body. */
const LEAST_SHOWN = 20;
const LEAST_BODY = 200;
/** Characters from which a subject is a text of its own, and below which a page is its pictures. */
const LEAST_SUBJECT = 60;

export function featuresOf(message: Message, facts: Facts): Features {
  const { raw, headers, leaves } = message;
  const values = new Map<string, string>();
  for (const field of headers.fields) if (!values.has(field.name)) values.set(field.name, valueOf(raw, field).slice(0, MAX_FIELD));
  const field = (name: string): string | undefined => values.get(name);
  const texts = leaves.filter(isText);
  const html = joined(texts.filter(isPage), MAX_HTML);
  const plain = joined(texts.filter(leaf => !isPage(leaf)));
  const page = html === '' ? null : readPage(html);
  const visible = page?.visible ?? '';
  const isShown = page !== null && (visible.trim().length >= LEAST_SHOWN || plain === '');
  // A picture that takes the place of the text says what it shows to who does not load it.
  const seen = page !== null && visible.trim().length < LEAST_SUBJECT ? `${visible}\n${page.alts}` : visible;
  const body = (isShown ? seen : plain).slice(0, MAX_TEXT);
  // A mail of hardly any text beside a file of text or a page is that file.
  const attached = body.trim().length < LEAST_BODY ? attachedText(leaves) : NOTHING_ATTACHED;
  const subject = unmask(
    decodeWords(field('subject') ?? '')
      .trim()
      .slice(0, MAX_SUBJECT),
  );
  // And one without a body is its subject.
  const whole = body.trim().length < LEAST_SHOWN && subject.length > LEAST_SUBJECT ? `${subject}\n${body}` : body;
  const shown = attached.text === '' ? whole.slice(0, MAX_TEXT) : `${whole}\n${attached.text}`.slice(0, MAX_TEXT);
  const text = unmask(shown);
  const { invisible, lookalikes } = foldText(text, MAX_DISGUISE);
  const from = parseMailboxes(field('from') ?? '')[0];
  const reply = field('reply-to');
  const fromHost = hostOf(from?.address);
  return {
    facts,
    message,
    subject,
    text,
    isMasked: text !== shown,
    invisible,
    lookalikes,
    besides: isShown ? plain.slice(0, MAX_TEXT) : '',
    page,
    links: linksOf([...(page?.anchors ?? []), ...attached.anchors], shown),
    fromName: decodeWords(from?.name ?? '').slice(0, MAX_SUBJECT),
    fromLocal: (from?.address ?? '').slice(0, Math.max(0, (from?.address ?? '').lastIndexOf('@'))).toLowerCase(),
    fromHost,
    fromDomain: getDomain(fromHost) ?? fromHost,
    replyDomain: reply === undefined ? '' : domainOf(hostOf(parseMailboxes(reply)[0]?.address)),
    field,
    attachments: leaves.filter(leaf => leaf.reading === 'main' && !isText(leaf)),
    contains: pattern => subject.includes(pattern) || raw.includes(pattern) || leaves.some(leaf => leaf.bytes().includes(pattern)),
  };
}

const isPage = (leaf: Leaf): boolean => /^(?:text\/(?:x-)?html|application\/xhtml\+xml)$/.test(leaf.type);
const isText = (leaf: Leaf): boolean =>
  (/^text\/(?:plain|enriched|richtext)$/.test(leaf.type) || isPage(leaf)) && leaf.disposition !== 'attachment';

function joined(leaves: readonly Leaf[], most = 3 * MAX_TEXT): string {
  let text = '';
  for (const leaf of leaves.slice(0, MAX_LEAVES)) {
    if (text.length >= most) break;
    const one = leaf.text();
    text += text === '' ? one : `\n${one}`;
  }
  return text.length > most ? text.slice(0, most) : text;
}

type Attached = { readonly text: string; readonly anchors: Page['anchors'] };
const NOTHING_ATTACHED: Attached = { text: '', anchors: [] };

/** What attached pages and files of text say: phishing moves there, out of the body. */
function attachedText(leaves: readonly Leaf[]): Attached {
  let text = '';
  const anchors: Page['anchors'][number][] = [];
  for (const leaf of leaves) {
    if (isText(leaf)) continue;
    const isFile = /\.(?:s?html?|xhtml)$/i.test(leaf.fileName ?? '');
    if (isFile || isPage(leaf)) {
      const page = readPage(leaf.text());
      text += `${page.visible}\n`;
      anchors.push(...page.anchors);
    } else if (leaf.type === 'text/plain') text += `${leaf.text().slice(0, MAX_TEXT)}\n`;
    if (text.length >= MAX_TEXT || anchors.length >= MAX_LEAVES) break;
  }
  return { text, anchors };
}

function hostOf(address: string | undefined): string {
  return (address ?? '').slice((address ?? '').lastIndexOf('@') + 1).toLowerCase();
}

const domainOf = (host: string): string => (host === '' ? '' : (getDomain(host) ?? host));
