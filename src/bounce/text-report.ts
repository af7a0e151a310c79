// Recipients and diagnoses out of the free text of reports that have no status fields: qmail, Exim, Sendmail 5, Domino, Exchange, IMail, Yahoo and
// many more put an address at the head of a line or behind a fixed phrase, and the diagnosis behind it or before it.
import { RECIPIENTS } from './bounds.ts';

export type TextRecipient = { readonly address: string; readonly text: string };

const ADDRESS = String.raw`(?:"[^"\n]{1,64}"|[^\s<>"'(),:;[\]@]{1,64})@[A-Za-z0-9\u0080-\uffff][A-Za-z0-9.\u0080-\uffff-]{0,252}`;
/** An address that begins a line, alone or with its diagnosis behind it. */
const HEADS = new RegExp(String.raw`^[ \t]{0,12}(?:[*>-]{1,3}[ \t]{1,4})?["'<]{0,2}(${ADDRESS})(.{0,1500})$`, 'u');
/** `550 <a@b>... User unknown`, as Sendmail writes it. */
const CODED = new RegExp(String.raw`^([45]\d\d) (?:[45]\.\d\.\d{1,3} )?<?(${ADDRESS})>?\.\.\.`, 'u');
/** Phrases that lead to the address. */
const LEADS = new RegExp(
  String.raw`(?:deliver(?:ed|ing)?(?: your| this)?(?: e-?mail| message| mail)? to|recipient|userid|attempts|is full|address(?:es)?|rcpt to|unable to reach) ?:?[ \t]{0,3}[<"']{0,2}(${ADDRESS})`,
  'iu',
);

/** Each address once, in order, with the text that belongs to it. `known`: the addresses that X-Failed-Recipients names. */
export function recipientsOfText(lines: readonly string[], known: readonly string[]): readonly TextRecipient[] {
  const whole = lines.join('\n');
  const coded = codedRecipients(lines);
  if (coded.length > 0) return coded;
  const small = known.map(address => address.toLowerCase());
  const starts = known.length > 0 ? startsOf(lines, line => knownIn(line, small)) : startsOf(lines, headOf);
  const found = starts.length > 0 || known.length > 0 ? starts : startsOf(lines, line => LEADS.exec(line)?.[1] ?? null);
  if (found.length === 0) return known.map(address => ({ address, text: whole }));
  return found.map(({ address, at }, n) => {
    const block = lines.slice(at, found[n + 1]?.at ?? lines.length).join('\n');
    const behind = block.slice(block.indexOf(address) + address.length);
    const isBare = found.length === 1 || !/[\p{L}]{3}/u.test(behind);
    return { address, text: isBare ? whole : block };
  });
}

function headOf(line: string): string | null {
  const found = HEADS.exec(line);
  if (!found) return null;
  const rest = found[2] ?? '';
  // "support@example.net if you have questions" is a sentence: a recipient stands alone, or a mark or a code comes next.
  return /^[>"')\]]{0,3}(?:[ \t]*$|[ \t]*[:;,<[(]|[ \t]*\.\.\.|[ \t]+(?:on |error|invalid|unknown|user|mailbox|[45]\d\d))/i.test(rest)
    ? (found[1] ?? null)
    : null;
}

/** The line begins with one of these addresses, which are in small letters. */
const knownIn = (line: string, known: readonly string[]): string | null => {
  const bare = line
    .trim()
    .replace(/^[<"'*\s]{1,4}/, '')
    .slice(0, 320);
  const small = bare.toLowerCase();
  const found = known.find(address => small.startsWith(address));
  return found === undefined ? null : bare.slice(0, found.length);
};

function startsOf(
  lines: readonly string[],
  find: (line: string) => string | null,
): readonly { readonly address: string; readonly at: number }[] {
  const seen = new Set<string>();
  const starts: { address: string; at: number }[] = [];
  for (const [at, line] of lines.entries()) {
    const address = find(line)?.replace(/[.-]+$/, '');
    if (address === undefined || seen.has(address.toLowerCase())) continue;
    seen.add(address.toLowerCase());
    starts.push({ address, at });
    if (starts.length >= RECIPIENTS) break;
  }
  return starts;
}

/** The reply of the peer (`<<< 550 ...`) stands before Sendmail's own line about the address. */
function codedRecipients(lines: readonly string[]): readonly TextRecipient[] {
  const found = new Map<string, TextRecipient>();
  let session: string[] = [];
  for (const line of lines) {
    if (/^(?:\.\.\. )?while talking to/i.test(line)) session = [];
    if (/^(?:>>>|<<<)/.test(line)) session.push(line);
    const coded = CODED.exec(line);
    const address = coded?.[2];
    if (address === undefined) continue;
    if (!found.has(address.toLowerCase()) && found.size < RECIPIENTS)
      found.set(address.toLowerCase(), { address, text: [...session, line].join('\n') });
    session = [];
  }
  return [...found.values()];
}

/**
 * What the server says in a block: from its first reply code to the end of the paragraph. null when no reply is quoted.
 */
export function quotedReply(text: string): string | null {
  const lines = text.slice(0, 16_384).split('\n');
  const at = lines.findIndex(line => REPLY_LINE.test(line.slice(0, 1_000)));
  if (at < 0) return null;
  const first = (lines[at] ?? '').slice(0, 1_000);
  const start = REPLY_LINE.exec(first)?.index ?? 0;
  const rest: string[] = [first.slice(start).replace(/^[\s:;>'"(]+/, '')];
  for (const line of lines.slice(at + 1, at + 12)) {
    if (line.trim() === '' || /^\s*(?:>>>|giving up on|\(in reply to|i'm not going)/i.test(line)) break;
    if (/^[-=_*\s]{5,}$/.test(line)) break;
    const next = line.trim().replace(/^<<< ?/, '');
    if (line.trim().startsWith('<<<') && next.slice(0, 3) !== rest[0]?.slice(0, 3)) break;
    rest.push(next);
  }
  return rest.join(' ').replace(/\s+/g, ' ').slice(0, 4_096);
}

const REPLY_LINE =
  /(?:^|[\s:;>'"([#])[45]\d\d(?:[ -]{1,3}|: ?)(?:[45]\d\d[ -]{1,3})?(?:[245]\.\d{1,2}\.\d{1,3}[ -]{0,3})?(?=[^\d\s])|(?:said|was|response|reason): ?[45]\d\d$/;
