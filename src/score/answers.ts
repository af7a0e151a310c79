// Hits made of facts that were handed in: a DNS record of the From domain, the reasons of the content filter.
import { sentenceOf } from '../filter/filter.ts';
import type { Language, Says } from '../filter/rules/rule.ts';
import type { SpamFinding } from '../mail.ts';
import type { Hit } from './hit.ts';
import { inField, type Mail } from './mail.ts';

/** Reasons that a finding names. */
const MOST_REASONS = 3;

/** Missing or broken; what was not asked or not answered is no finding. */
export function domainHit(mail: Mail, record: 'spf' | 'dkim' | 'dmarc' | 'receives'): Hit | null {
  const { identity } = mail.facts;
  const state = identity?.[record];
  return identity && (state === 'missing' || state === 'broken') ? inField('from', identity.domain) : null;
}

/** The strongest reasons that speak against the mail, in every language. */
export function reasonsOf({ reasons }: SpamFinding): Says {
  const against = reasons.filter(one => one.weight > 0).slice(0, MOST_REASONS);
  const told = (language: Language): string => against.map(one => sentenceOf(one, language)).join(language === 'zh' ? '；' : '; ');
  return { en: told('en'), id: told('id'), zh: told('zh') };
}
