// What is refused, held, dropped or marked: pure rules over the findings, the account's policy and the route's wishes. A check that did
// not finish is our own fault and is never "clean": 451, try again.
import type { AccountPolicy, Disposal, Inspected, Reason, Refusal, Route, VirusClass, VirusFinding } from '../mail.ts';
import { reasonOf } from '../scan/reasons.ts';

export type Judgement =
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'hold' | 'drop' | 'take'; readonly reasons: readonly Reason[] };

const PATTERN = 'gtube';
/** A folder of a thousand programs is told by its first. */
const MOST_FINDINGS = 20;
const ROLE = /^(?:postmaster|abuse)(?:\+[^@]*)?@/i;

export function judge(mail: Inspected): Judgement {
  if (mail.party.kind === 'account') return judgeOut({ ...mail, policy: mail.party.policy });
  return unfinished(mail) ?? ofStranger(mail, mail.party.routes[0]);
}

type Found = Pick<Inspected, 'spam' | 'virus'>;

/** What an account sends, or keeps to send: by what was found and its policy alone. */
export function judgeOut(mail: Found & { readonly policy: AccountPolicy }): Judgement {
  return unfinished(mail) ?? ofAccount(mail);
}

function unfinished({ spam, virus }: Found): Judgement | null {
  if (virus.verdict === 'PROCESSING_FAILED')
    return refuse('scanner_unavailable', 451, '4.3.0', 'the virus scan did not finish, try again later');
  if (spam.verdict === 'PROCESSING_FAILED')
    return refuse('filter_unavailable', 451, '4.3.0', 'the content filter did not finish, try again later');
  return null;
}

function ofAccount(mail: Found & { readonly policy: AccountPolicy }): Judgement {
  const { out } = mail.policy;
  const disposal: Record<VirusClass, Disposal> = {
    infected: 'refuse',
    heuristic: out.heuristic,
    refused_type: out.refusedType,
    unscannable: out.encrypted,
  };
  const kinds = classes(mail.virus);
  const refused = kinds.find(kind => disposal[kind] === 'refuse');
  if (refused) return ofVirus(mail.virus, refused);
  if (mail.spam.refusable) return ofSpam(mail);
  const held: readonly Reason[] = [
    ...kinds.filter(kind => disposal[kind] === 'hold').map(kind => WORDS[kind]),
    ...(mail.spam.verdict === 'FAIL' ? (['spam_content'] as const) : []),
  ];
  return held.length > 0 ? { kind: 'hold', reasons: held } : { kind: 'take', reasons: [] };
}

/** Recipients of one transaction have routes of one policy, so the first speaks for all. */
function ofStranger(mail: Inspected, route: Route | undefined): Judgement {
  const policy = mail.party.policy.in;
  // Reports are read and thrown away: what they return reaches nobody.
  const routes = mail.party.kind === 'stranger' ? mail.party.routes : [];
  const isReport = routes.every(one => one.id === 'return-path');
  const kinds = classes(mail.virus);
  if (kinds.includes('infected')) return route?.onVirus === 'drop' ? drop('virus_found') : ofVirus(mail.virus, 'infected');
  if (kinds.includes('unscannable') && route?.onUnscannable !== 'mark') return ofVirus(mail.virus, 'unscannable');
  if (kinds.includes('refused_type') && !isReport && policy.refusedType === 'refuse') return ofVirus(mail.virus, 'refused_type');
  if (kinds.includes('heuristic') && !isReport && policy.heuristic === 'refuse') return ofVirus(mail.virus, 'heuristic');
  // Bounces and complaints quote the mail they are about: only the test pattern keeps mail from the mailboxes that RFC 2142 demands.
  const role = mail.envelope.recipients.every((one, i) => routes[i]?.id === 'return-path' || ROLE.test(one.address));
  if (mail.spam.refusable && (!role || mail.spam.reasons.some(one => one.id === PATTERN))) return ofSpam(mail);
  if (mail.spam.verdict === 'FAIL' && !role && route?.onSpam === 'reject') return ofSpam(mail);
  if (mail.spam.verdict === 'FAIL' && !role && route?.onSpam === 'drop') return drop('spam_content');
  if (mail.auth.dmarc.result === 'fail' && mail.auth.dmarc.policy === 'reject' && route?.onDmarcFail === 'honor') {
    const domain = mail.auth.dmarc.domain ?? 'the sender domain';
    return refuse('dmarc_reject', 550, '5.7.1', `${domain} asks to reject mail that fails DMARC`);
  }
  const taken = routes.every(one => one.action.kind === 'drop');
  return taken ? { kind: 'drop', reasons: [] } : { kind: 'take', reasons: [] };
}

const WORDS: Record<VirusClass, Reason> = {
  infected: 'virus_found',
  heuristic: 'attachment_refused',
  refused_type: 'attachment_refused',
  unscannable: 'attachment_unscannable',
};

/** The worst first: a program with malware in it is told as malware. */
const ORDER: readonly VirusClass[] = ['infected', 'refused_type', 'unscannable', 'heuristic'];

function classes(virus: VirusFinding): readonly VirusClass[] {
  const found = new Set(virus.found.map(one => one.class));
  return ORDER.filter(one => found.has(one));
}

function ofVirus(virus: VirusFinding, kind: VirusClass): Judgement {
  const found = virus.found.filter(one => one.class === kind);
  const first = found[0];
  const findings = found
    .slice(0, MOST_FINDINGS)
    .map(one => ({ id: one.name, field: `part ${one.path}`, message: told(one, reasonOf(one.name, 'en')) }));
  return refuse(WORDS[kind], 554, '5.7.0', first ? printable(told(first, reasonOf(first.name, 'en')), 300) : 'unknown', findings);
}

/** `invoice.zip: a program (pe) (program_pe)`: what, why, and the rule to look up. */
const told = ({ name, fileName }: VirusFinding['found'][number], reason: string): string =>
  `${fileName ? `${fileName.slice(0, 80)}: ` : ''}${reason} (${name})`;

function ofSpam(mail: Found): Judgement {
  const strongest = mail.spam.reasons[0]?.title ?? 'the content looks like spam';
  const findings = mail.spam.reasons.map(one => ({ id: one.id, message: one.title }));
  return refuse('spam_content', 554, '5.7.1', `${strongest}. Check it with POST /v1/scan`, findings);
}

function refuse(reason: Reason, code: number, enhanced: string, text: string, findings: Refusal['findings'] = []): Judgement {
  return { kind: 'refuse', refusal: { refused: true, reason, code, enhanced, text, ...(findings.length > 0 ? { findings } : {}) } };
}

const drop = (reason: Reason): Judgement => ({ kind: 'drop', reasons: [reason] });

/** Names come from outside and go into an SMTP reply: printable ASCII, cut. */
function printable(text: string, most: number): string {
  return text
    .replace(/\u2019/g, "'")
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, most);
}
