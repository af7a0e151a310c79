// The form of a check of the quality score: what it looks for, what it costs, what it says to a person in three languages, and whole
// messages that it does and does not hold for. One check a file in checks/, one line each in checks.ts.
import type { Language, Says } from '../filter/rules/rule.ts';
import type { Facts } from './facts.ts';
import type { Hit } from './hit.ts';
import type { Mail } from './mail.ts';

export type Part = 'content' | 'structure' | 'compatibility' | 'identity' | 'reputation';
export type Severity = 'high' | 'medium' | 'low';

/** A message with LF line ends, and what is known of it. */
export type Example = string | readonly [message: string, facts: Facts];

export type Check = {
  /** Kebab case; it never changes once it is released. */
  readonly id: string;
  readonly part: Part;
  readonly severity: Severity;
  /** What it takes from 10, above 0. */
  readonly points: number;
  readonly title: Says;
  /** Why it matters. */
  readonly detail: Says;
  readonly fix: Says;
  /** null: the mail is free of it, or the facts to tell are not given. */
  readonly find: (mail: Mail) => Hit | null;
  readonly examples: { readonly yes: readonly Example[]; readonly no: readonly Example[] };
};

export const says = (en: string, id: string, zh: string): Record<Language, string> => ({ en, id, zh });
