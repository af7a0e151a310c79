// What filter and rules look at: the message reduced to texts, links, senders, shape of header and parts, each cut at a bound. Only what
// the sender wrote counts: fields that receivers add (Received, Delivered-To, verdicts of other filters) tell whose mailbox it was.
import { getDomain } from 'tldts';
import { parseMailboxes } from '../message/addresses.ts';
import { valueOf } from '../message/headers.ts';
import type { Leaf, Message } from '../message/walk.ts';
import { decodeWords } from '../message/words.ts';
import { readPage, type Page } from './page.ts';
import { linksOf, type Link } from './links.ts';

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

/** Characters of text that rules read. */
const MAX_TEXT = 40_000;
/** Text leaves that are read; digests have many. */
const MAX_LEAVES = 12;

export function featuresOf(message: Message, facts: Facts): Features {
  const { raw, headers, leaves } = message;
  const values = new Map<string, string>();
  for (const field of headers.fields) if (!values.has(field.name)) values.set(field.name, valueOf(raw, field));
  const field = (name: string): string | undefined => values.get(name);
  const texts = leaves.filter(isText).slice(0, MAX_LEAVES);
  const html = joined(texts.filter(leaf => leaf.type === 'text/html'));
  const plain = joined(texts.filter(leaf => leaf.type !== 'text/html'));
  const page = html === '' ? null : readPage(html);
  const visible = page?.visible ?? '';
  const shown = visible.trim().length >= 20 || plain === '' ? visible : plain;
  const subject = decodeWords(field('subject') ?? '').trim();
  const from = parseMailboxes(field('from') ?? '')[0];
  const reply = field('reply-to');
  const fromHost = hostOf(from?.address);
  return {
    facts,
    message,
    subject,
    text: shown.slice(0, MAX_TEXT),
    besides: shown === plain ? '' : plain.slice(0, MAX_TEXT),
    page,
    links: linksOf(page?.anchors ?? [], shown.slice(0, MAX_TEXT)),
    fromName: decodeWords(from?.name ?? ''),
    fromLocal: (from?.address ?? '').slice(0, Math.max(0, (from?.address ?? '').lastIndexOf('@'))).toLowerCase(),
    fromHost,
    fromDomain: getDomain(fromHost) ?? fromHost,
    replyDomain: reply === undefined ? '' : domainOf(hostOf(parseMailboxes(reply)[0]?.address)),
    field,
    attachments: leaves.filter(leaf => leaf.reading === 'main' && !isText(leaf)),
    contains: pattern => subject.includes(pattern) || raw.includes(pattern) || leaves.some(leaf => leaf.bytes().includes(pattern)),
  };
}

const isText = (leaf: Leaf): boolean => /^text\/(?:plain|html|enriched)$/.test(leaf.type) && leaf.disposition !== 'attachment';

function joined(leaves: readonly Leaf[]): string {
  let text = '';
  for (const leaf of leaves) {
    if (text.length >= 3 * MAX_TEXT) break;
    const one = leaf.text();
    text += text === '' ? one : `\n${one}`;
  }
  return text.length > 3 * MAX_TEXT ? text.slice(0, 3 * MAX_TEXT) : text;
}

function hostOf(address: string | undefined): string {
  return (address ?? '').slice((address ?? '').lastIndexOf('@') + 1).toLowerCase();
}

const domainOf = (host: string): string => (host === '' ? '' : (getDomain(host) ?? host));
