// What a peer's reply means: by codes that say one thing only, then by its words, then by the general codes (RFC 5321, 3463), then by where in
// the dialogue it was said. Never throws; linear in the first 4 KiB of the text.
import { REPLY_TEXT } from './bounds.ts';
import { BASIC, HINT, rangedReason, SURE } from './codes.ts';
import { newMatcher, plainWords } from './matcher.ts';
import { CONTENT, NOT_COMPLIANT, POLICY, SPAM, TOO_LARGE, VIRUS } from './phrases/content.ts';
import { PROVIDERS } from './phrases/providers.ts';
import { LANGUAGES } from './phrases/languages.ts';
import { FILTERED, MAILBOX_FULL, MOVED, SUSPENDED } from './phrases/recipient.ts';
import { AUTHENTICATION, BEFORE_AUTHENTICATION, NO_RELAYING, SECURITY, SENDER_REJECTED, TLS } from './phrases/sender.ts';
import { BAD_REPUTATION, BLOCKED, GREYLISTED, REQUIRE_PTR, TOO_MANY } from './phrases/sending-host.ts';
import { EXPIRED, HOST_UNKNOWN, NETWORK_FIRST, NOT_ACCEPT, SYNTAX, SYSTEM, SYSTEM_FULL, VAGUE } from './phrases/system.ts';
import { USER_UNKNOWN } from './phrases/user-unknown.ts';
import { classOf, type BounceClass, type Phase, type Reason } from './reasons.ts';

export type Reply = {
  /** null: the text is searched for one; a connection that broke has none. */
  readonly code: number | null;
  readonly enhanced: string | null;
  readonly text: string;
  /** Where it was said; the reply to RCPT when nothing is given. */
  readonly phase?: Phase;
  /** The peer or its sender will not try again, whatever the code: a report says `failed`. */
  readonly final?: boolean;
};

export type ReplyMeaning = {
  readonly class: BounceClass;
  readonly reason: Reason;
  /** The address is of no use: never for blocks, policies, lists or full boxes. */
  readonly hard: boolean;
  readonly code: number | null;
  readonly enhanced: string | null;
};

/** The order decides between several matches: what names one cause stands before what is said of many. */
/** Words that say one thing only, wherever in the dialogue they stand. */
const PLAIN = newMatcher([GREYLISTED, ...PROVIDERS]);
const CLEAR = newMatcher([
  ...LANGUAGES,
  VIRUS,
  BEFORE_AUTHENTICATION,
  AUTHENTICATION,
  REQUIRE_PTR,
  MAILBOX_FULL,
  NO_RELAYING,
  MOVED,
  SUSPENDED,
  NOT_COMPLIANT,
  TLS,
  FILTERED,
  NOT_ACCEPT,
  BAD_REPUTATION,
  ...TOO_MANY,
  BLOCKED,
  SPAM,
  ...TOO_LARGE,
  SENDER_REJECTED,
  SYNTAX,
  NETWORK_FIRST,
  HOST_UNKNOWN,
  USER_UNKNOWN,
  CONTENT,
  POLICY,
  SECURITY,
  SYSTEM_FULL,
  ...SYSTEM,
  EXPIRED,
]);
const UNCLEAR = newMatcher(VAGUE);

/** What the reply says of the address and of the sender. */
export function readReply(reply: Reply): ReplyMeaning {
  const found = codesOf(reply.text);
  const code = reply.code ?? found.code;
  const enhanced = better(reply.enhanced, found.enhanced);
  const words = plainWords(withoutAddresses(reply.text));
  const phase = reply.phase ?? 'rcpt';
  const reason = code !== null && code >= 200 && code < 300 ? 'delivered' : reasonOf(code, enhanced, words, phase);
  const permanent = reply.final ?? (code === null ? enhanced?.startsWith('5') !== false : code >= 500);
  const kind = classOf(reason, permanent, code !== null && code < 500);
  return { class: kind, reason, hard: kind === 'hard', code, enhanced };
}

/** The reason that words of one meaning give, wherever they stand in a longer text; null for all others. */
export const plainReason = (text: string): Reason | null => PLAIN(plainWords(withoutAddresses(text)));

function reasonOf(code: number | null, enhanced: string | null, words: string, phase: Phase): Reason {
  const detail = enhanced?.slice(2) ?? '';
  const sure = SURE[detail] ?? (enhanced === null ? null : rangedReason(enhanced));
  if (sure) return sure;
  const named = PLAIN(words);
  if (named) return named;
  const said = CLEAR(words);
  if (said === 'hostunknown' && phase === 'mail') return 'rejected';
  if (said === 'userunknown') return unknownUser(detail, phase);
  if (said) return said;
  const hinted = HINT[detail];
  if (hinted === 'securityerror' && phase !== 'rcpt') return AT_PHASE[phase] ?? hinted;
  if (hinted) return hinted;
  const vague = UNCLEAR(words);
  if (vague === 'userunknown' && phase === 'data') return 'filtered';
  if (vague === 'blocked' && phase === 'mail') return 'rejected';
  if (vague) return vague;
  const refused = code !== null && code >= 500 && code !== 552 ? AT_PHASE[phase] : undefined;
  if (refused) return refused;
  // RFC 1870 section 6.1 gives 552 to MAIL and to the content for its size, RFC 5321 to the box that takes no more.
  if (code === 552 && (phase === 'mail' || phase === 'data')) return 'mesgtoobig';
  return (code !== null && BASIC[code]) || 'undefined';
}

/** A refusal that says nothing is about what it answers: the connection, or the sender's address. */
const AT_PHASE: Partial<Record<Phase, Reason>> = { connect: 'blocked', helo: 'blocked', mail: 'rejected' };

/** Who takes RCPT and calls the user unknown afterwards is a filter, as far as anyone can tell; unless the code insists. */
function unknownUser(detail: string, phase: Phase): Reason {
  if (phase === 'rcpt' || detail.startsWith('1.')) return 'userunknown';
  if (phase === 'mail') return 'rejected';
  return 'filtered';
}

/** `[245]yz` and `x.y.z` in the words of a reply; the last enhanced code that says something, for relays quote the reply behind their own. */
export function codesOf(text: string): { readonly code: number | null; readonly enhanced: string | null } {
  const head = text.slice(0, REPLY_TEXT);
  const code = /(?:^|[\s'"<;:-])([45]\d\d)(?=[\s'":-]|$)/.exec(head)?.[1] ?? /^\s*(2\d\d)(?=[\s-]|$)/.exec(head)?.[1];
  let enhanced: string | null = null;
  for (const [, one = ''] of head.matchAll(/(?<![\d.])([245]\.\d{1,2}\.\d{1,3})(?![\d.]*\d)/g)) enhanced = better(one, enhanced);
  return { code: code === undefined ? null : Number(code), enhanced };
}

/** `5.0.0` says nothing that the reply code did not say. */
function better(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one.endsWith('.0.0') ? other : one;
}

/** Local parts are chosen by people: what they contain is no word of the server. Nor are the codes at the head of each line of a reply. */
const withoutAddresses = (text: string): string =>
  text
    .slice(0, 2 * REPLY_TEXT)
    .replace(/\b[245]\d\d[ -][245]\.\d{1,3}\.\d{1,3}\b/g, ' ')
    .replace(/(?<![^\s<>"'(:;,=[])[^\s<>"'(),:;=[\]@]{1,64}@[^\s<>"'(),:;[\]]{1,255}/g, ' ');
