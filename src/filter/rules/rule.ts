// The form of a rule: a name, the family of evidence it belongs to, what it says to a person in three languages, when it holds, and whole
// messages for which it does and does not. Weights are learned (model.ts); a rule quotes nothing of the mail.
import type { Features } from '../features.ts';
import type { Matter } from '../phrases.ts';

/** Kinds of evidence that do not follow from each other: two of them must agree before mail is refused at the door. */
export type Family = 'pattern' | 'wording' | 'links' | 'identity' | 'structure' | 'network' | 'history';
export type Language = 'en' | 'id' | 'zh';
export type Says = Readonly<Record<Language, string>>;

/** A mail with what it says: how many phrases of each matter. */
export type Read = Features & { readonly said: (matter: Matter) => number };

export type Rule = {
  readonly id: string;
  readonly family: Family;
  readonly says: Says;
  readonly holds: (mail: Read) => boolean;
  /** Whole messages (LF line ends). */
  readonly examples: { readonly yes: readonly string[]; readonly no: readonly string[] };
};

/** The generic test for unsolicited bulk email, in pieces so that this file is not one itself. */
export const GTUBE = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', '*C.34X'].join('');

/** Messages for examples. */
export const mail = (body: string, subject = 'Hello', more = '', from = 'Ann <ann@example.com>'): string =>
  `From: ${from}\nSubject: ${subject}\nContent-Type: text/plain; charset=utf-8\n${more}\n${body}\n`;
export const page = (body: string, subject = 'Hello', more = '', from = 'Ann <ann@example.com>'): string =>
  `From: ${from}\nSubject: ${subject}\nContent-Type: text/html; charset=utf-8\n${more}\n${body}\n`;
