// The part of a report that the reporting server wrote itself: its text up to the returned mail, and its status fields (RFC 3464) where it has some.
import { fieldGroups, type Group } from '../message/field-groups.ts';
import { textOfHtml } from '../message/html-text.ts';
import type { Leaf, Message } from '../message/walk.ts';
import { REPORT_LINES, REPORT_TEXT } from './bounds.ts';

/** Lines with which servers announce the mail that they give back. */
const RETURNED =
  /^[\s>*|=#-]{0,40}(?:(?:below|here|this|included|enclosed)\b[^\n]{0,40}\bcopy\b|original message|(?:the )?(?:original )?message (?:headers?|text) follows?|(?:the )?headers? of the original|original message headers|unsent message|returned message|message contents?|undelivered message|(?:the )?message that (?:you sent|bounced)|content-type: *message\/rfc822|begin(?:ning)? of (?:the )?(?:original|returned))/i;
const HEADER_LINE = /^(?:received: *(?:from|by)|return-path: *<|dkim-signature: *v=|x-google-dkim-signature:|arc-seal:)/i;

export type OwnWords = {
  readonly lines: readonly string[];
  readonly groups: readonly Group[];
  /** Fields of a report inside the returned mail: gateways wrap the report of the server behind them. */
  readonly nested: readonly Group[];
};

export function ownWords(message: Message): OwnWords {
  const inside = message.leaves.filter(leaf => !/\.(?:0|e)$/.test(leaf.path));
  const leaves = inside.length > 0 ? inside : message.leaves;
  // The parts of the report itself lie nearest to the root; deeper ones are the returned mail, or two forms of the first part.
  const depth = leaves.reduce((least, leaf) => Math.min(least, depthOf(leaf)), Infinity);
  const top = leaves.filter(leaf => depthOf(leaf) === depth);
  const first = leaves.filter(leaf => leaf.path.startsWith('1.1.') || top.includes(leaf));
  const lines = textOf(top.some(isText) ? top : first);
  const status = groupsOf(statusLeaves(top));
  return { lines, groups: status.length > 0 ? status : groupsInText(lines), nested: groupsOf(statusLeaves(leaves)) };
}

function statusLeaves(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.filter(leaf => /^message\/(?:global-)?delivery-?status$/.test(leaf.type));
}

const depthOf = (leaf: Leaf): number => leaf.path.split('.').length;
const groupsOf = (leaves: readonly Leaf[]): readonly Group[] => leaves.slice(0, 20).flatMap(leaf => fieldGroups(leaf.bytes()));
/** A multipart whose boundary stands nowhere is text as it stands. */
const isPlain = (leaf: Leaf): boolean => leaf.type === 'text/plain' || leaf.type.startsWith('multipart/');
const isText = (leaf: Leaf): boolean => isPlain(leaf) || leaf.type === 'text/html';

/** Text parts up to the first that is returned mail. */
function textOf(leaves: readonly Leaf[]): readonly string[] {
  const plain = leaves.filter(isPlain);
  const chosen = plain.some(leaf => leaf.bytes().length > 2) ? plain : leaves.filter(isText);
  const lines: string[] = [];
  let size = 0;
  for (const leaf of chosen) {
    const text = leaf.type === 'text/html' ? textOfHtml(leaf.text().slice(0, REPORT_TEXT)) : leaf.text().slice(0, REPORT_TEXT);
    for (const line of text.split(/\r\n|\n|\r/)) {
      const isReturned = lines.length > 0 && (RETURNED.test(line.slice(0, 300)) || HEADER_LINE.test(line.slice(0, 300)));
      size += line.length;
      if (isReturned || size > REPORT_TEXT || lines.length >= REPORT_LINES) return lines;
      lines.push(line.slice(0, 2_000));
    }
  }
  return lines;
}

/** Some servers write the fields of a status report into the text, or break the parts of the report. */
function groupsInText(lines: readonly string[]): readonly Group[] {
  const first = lines.findIndex(line => /^\s*(?:reporting-mta|final-recipient|original-recipient|diagnostic-code) *:/i.test(line));
  if (first < 0) return [];
  const from = lines[first - 1]?.trim() ? first - 1 : first;
  const block = lines
    .slice(/^\s*action *:/i.test(lines[from] ?? '') ? from : first)
    .map(line => line.replace(/^\s+(?=[A-Za-z-]{3,30}:)/, ''));
  return fieldGroups(Buffer.from(block.join('\r\n')));
}
