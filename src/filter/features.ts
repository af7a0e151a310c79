// What the rules look at: the message reduced to text, subject, senders and links, each cut at a bound. Content never leaves this value.
import { parseMailboxes } from '../message/addresses.ts';
import { firstOf } from '../message/headers.ts';
import { textOfHtml } from '../message/html-text.ts';
import type { Leaf, Message } from '../message/walk.ts';
import { decodeWords } from '../message/words.ts';

/** What is known from outside the message; an absent fact never counts as bad. */
export type Facts = {
  readonly direction: 'out' | 'in';
  /** RFC 8601 result words. */
  readonly spf?: string;
  readonly dkim?: string;
  readonly dmarc?: string;
};

export type Link = { readonly host: string; readonly shown: string };

export type Features = {
  readonly facts: Facts;
  readonly subject: string;
  /** Visible text of all text leaves, main readings first. */
  readonly text: string;
  readonly html: string;
  readonly links: readonly Link[];
  readonly fromName: string;
  readonly fromDomain: string;
  readonly replyDomain: string;
  /** Known patterns are looked for here: every leaf of every reading as latin-1, and the subject. */
  readonly contains: (pattern: string) => boolean;
};

/** Characters of text and of HTML that rules read: the median mail has 4 KB, and what a spammer hides behind 100 KB nobody reads. */
const MAX_TEXT = 100_000;
const MAX_LINKS = 200;

export function featuresOf(message: Message, facts: Facts): Features {
  const { raw, headers, leaves } = message;
  const texts = leaves.filter(leaf => leaf.type.startsWith('text/') && leaf.disposition !== 'attachment');
  const html = joined(texts.filter(leaf => leaf.type === 'text/html'));
  const plain = joined(texts.filter(leaf => leaf.type !== 'text/html'));
  const subject = decodeWords(firstOf(raw, headers, 'subject') ?? '').trim();
  const from = parseMailboxes(firstOf(raw, headers, 'from') ?? '')[0];
  const reply = parseMailboxes(firstOf(raw, headers, 'reply-to') ?? '')[0];
  return {
    facts,
    subject,
    html,
    text: `${plain}\n${html === '' ? '' : textOfHtml(html)}`.slice(0, MAX_TEXT),
    links: linksOf(html),
    fromName: decodeWords(from?.name ?? ''),
    fromDomain: domainOf(from?.address),
    replyDomain: domainOf(reply?.address),
    contains: pattern => subject.includes(pattern) || raw.includes(pattern) || leaves.some(leaf => leaf.bytes().includes(pattern)),
  };
}

function joined(leaves: readonly Leaf[]): string {
  let text = '';
  for (const leaf of leaves) {
    if (text.length >= MAX_TEXT) break;
    text += `${leaf.text().slice(0, MAX_TEXT)}\n`;
  }
  return text.slice(0, MAX_TEXT);
}

function domainOf(address: string | undefined): string {
  return (address ?? '').slice((address ?? '').lastIndexOf('@') + 1).toLowerCase();
}

function linksOf(html: string): readonly Link[] {
  const links: Link[] = [];
  for (const found of html.matchAll(/<a\s[^<>]{0,500}?href\s{0,5}=\s{0,5}["']?(https?:\/\/[^"'\s<>]{1,500})[^<>]{0,500}>([^<]{0,200})/gi)) {
    const [, href = '', shown = ''] = found;
    const host = URL.canParse(href) ? new URL(href).hostname : '';
    if (host) links.push({ host, shown: shown.trim() });
    if (links.length >= MAX_LINKS) break;
  }
  return links;
}
