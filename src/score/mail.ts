// What the checks look at: the message as filter and scanner see it, its page and plain text whole, and where things stand in it. Read once
// a mail; what costs time is made when the first check asks.
import { readMail } from '../filter/read.ts';
import type { Read } from '../filter/rules/rule.ts';
import { allOf } from '../message/headers.ts';
import { textOfHtml } from '../message/html-text.ts';
import type { Leaf, Message } from '../message/walk.ts';
import { MAX_HTML, MAX_TEXT, MAX_VALUE } from './bounds.ts';
import type { Facts } from './facts.ts';
import type { Hit, Where } from './hit.ts';
import { readMarkup, type Element, type Markup } from './markup.ts';

export type Mail = {
  readonly facts: Facts;
  readonly message: Message;
  /** The mail as the content filter reads it: subject, links, senders, rules. */
  readonly read: Read;
  /** Every value of a field. */
  readonly fields: (name: string) => readonly string[];
  /** Parts that are shown: of type HTML, and of plain text. */
  readonly pages: readonly Leaf[];
  readonly plains: readonly Leaf[];
  /** Their source; empty without one. */
  readonly html: string;
  readonly plain: string;
  readonly markup: Markup;
  /** The text of the page, else the plain text. */
  readonly shown: () => string;
  /** Sent to many: the sender says so, the header says so, or it offers a way to leave. */
  readonly bulk: boolean;
  /** A way to leave is written in the text. */
  readonly leavable: boolean;
  /** The first place where a text stands in the page, else in the plain text. */
  readonly placeOf: (text: string) => Where;
  readonly elementHit: (element: Pick<Element, 'at'> | undefined, value?: string) => Hit | null;
};

const LEAVE =
  /unsubscri|opt[\s-]?out|manage (?:your )?(?:e-?mail )?preferences|stop (?:these|receiving)|berhenti (?:berlangganan|menerima)|退订|取消订阅|退訂|abmelden|abbestellen|désabonner|desinscr|désinscri|darse de baja|cancelar (?:la )?suscripci|descadastr|cancelar inscri|disiscriv|annulla l.iscrizione|afmelden|uitschrijven|отписаться|配信停止|수신\s?거부/i;

export function mailOf(message: Message, facts: Facts): Mail {
  const read = readMail(message, { direction: 'out' }).mail;
  const shownLeaves = message.leaves.filter(leaf => leaf.reading === 'main' && leaf.disposition !== 'attachment');
  const pages = shownLeaves.filter(leaf => leaf.type === 'text/html');
  const plains = shownLeaves.filter(leaf => leaf.type === 'text/plain' && leaf.fileName === null);
  const html = pages[0]?.text().slice(0, MAX_HTML) ?? '';
  const plain = plains[0]?.text().slice(0, MAX_TEXT) ?? '';
  const markup = readMarkup(html);
  const fields = (name: string): readonly string[] => allOf(message.raw, message.headers, name);
  const leavable = LEAVE.test(html) || LEAVE.test(plain);
  const isList = ['list-unsubscribe', 'list-id'].some(name => fields(name).length > 0) || /bulk|list/i.test(fields('precedence')[0] ?? '');
  const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
  let shown: string | null = null;
  return {
    facts,
    message,
    read,
    fields,
    pages,
    plains,
    html,
    plain,
    markup,
    shown: () => (shown ??= html === '' ? plain : textOfHtml(html)),
    bulk: facts.bulk ?? (isList || leavable || facts.adds?.unsubscribe === true),
    leavable,
    placeOf: text => {
      for (const [leaf, source] of [[pages[0], html] as const, [plains[0], plain] as const]) {
        const offset = leaf && text !== '' ? source.indexOf(text) : -1;
        if (leaf && offset >= 0) return { part: leaf.path, line: lineAt(source, offset) };
      }
      return pages[0] ? { part: pages[0].path, line: null } : plains[0] ? { part: plains[0].path, line: null } : null;
    },
    elementHit: (element, value) =>
      element && pages[0]
        ? {
            where: { part: pages[0].path, line: lineAt(html, element.at) },
            ...(value === undefined ? {} : { value: value.slice(0, MAX_VALUE) }),
          }
        : null,
  };
}

export const inField = (field: string, value?: string): Hit => ({
  where: { field },
  ...(value === undefined ? {} : { value: value.slice(0, MAX_VALUE) }),
});

/** The first part that is shown, as a whole. */
export const inPlace = (mail: Mail): Hit => ({ where: mail.placeOf('') });
