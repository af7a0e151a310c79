// What an account's standing is made of: facts about its outgoing mail, without content. `at` is epoch ms. Ids of files, fingerprints,
// recipients and networks are keyed hashes of the caller's making: they are compared and never shown.
import type { VirusClass } from '../mail.ts';

/** What a rule may count of an account. */
export type AccountFacts = { readonly malware: { readonly count: number; readonly windowSeconds: number } };

/** A successful login or use of a key; `network`: a /24 or /48; `country`: ISO 3166-1 alpha-2, where it is known. */
export type LoginFrom = { readonly kind: 'login'; readonly network: string; readonly country?: string };
/** What the recorder adds (logins.ts). `isNew`: the network was never seen before; `failures`: networks that logins failed from in the day before a
 * new one; `isNewCountry`: nor was the country. */
export type Login = LoginFrom & { readonly isNew?: boolean; readonly failures?: number; readonly isNewCountry?: boolean };

export type Happening =
  /** Taken from the account; recipients that the blocked library kept back are not among them. `newTemplates`: mails of campaigns that are new. */
  | { readonly kind: 'accepted'; readonly mails: number; readonly recipients: number; readonly newTemplates?: number }
  /** Recipients that the blocked library kept back. */
  | { readonly kind: 'blocked'; readonly recipients: number; readonly emailId: string | null }
  /** Refused as spam. `pattern`: GTUBE. `fingerprint`: of the campaign; null = too short for one. */
  | {
      readonly kind: 'spam';
      readonly pattern: boolean;
      readonly fingerprint: string | null;
      readonly recipients: readonly string[];
      /** Ids of filter rules. */
      readonly findings: readonly string[];
    }
  | { readonly kind: 'malware'; readonly class: VirusClass; readonly name: string; readonly file: string; readonly emailId: string | null }
  | { readonly kind: 'delivered'; readonly recipients: number }
  /** Final. `class` and `reason`: of bounce/reasons.ts. `reply`: the peer's own words, scrubbed. */
  | {
      readonly kind: 'bounced';
      readonly recipients: number;
      readonly class: string;
      readonly reason: string | null;
      readonly reply: string;
      readonly emailId: string | null;
    }
  /** Tied to its mail by our signature. */
  | { readonly kind: 'complained'; readonly feedbackType: string; readonly emailId: string | null }
  /** A recipient that the operator's library has as a trap. */
  | { readonly kind: 'trap'; readonly emailId: string | null }
  | Login
  /** A wrong password for a user name of the account. */
  | { readonly kind: 'failed_login'; readonly network: string }
  | { readonly kind: 'facts'; readonly facts: AccountFacts }
  /** The operator says that the content filter was wrong about the account's mail. */
  | { readonly kind: 'ham'; readonly words: string }
  /** The operator's word. */
  | { readonly kind: 'suspend'; readonly words: string }
  | { readonly kind: 'reinstate'; readonly words: string };

export type StandingEvent = Happening & { readonly at: number };

/** Names that engines give to guesses, to what is unwanted but lawful, and to broken files: refused, and no reason to suspend anybody. */
const GUESS = /^(?:Heuristics|PUA|Broken)\./i;

/** Certain malware: a signature, a known hash or EICAR. */
export const isMalware = (found: { readonly class: VirusClass; readonly name: string }): boolean =>
  found.class === 'infected' && !GUESS.test(found.name);

/** A final reply that calls the mail itself spam or malware. `blocked` and `badreputation` speak of the sending IP, which others share. */
export const isSpamReply = (reason: string | null): boolean => reason === 'spamdetected' || reason === 'virusdetected';
