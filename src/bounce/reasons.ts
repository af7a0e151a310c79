// The closed list of why a mail did not arrive, with the coarse class of each. Words follow those in use among bounce readers
// (userunknown, mailboxfull, ...), so that figures can be compared.

export type Reason =
  | 'authfailure'
  | 'badreputation'
  | 'blocked'
  | 'contenterror'
  | 'delivered'
  | 'exceedlimit'
  | 'expired'
  | 'failedstarttls'
  | 'feedback'
  | 'filtered'
  | 'greylisted'
  | 'hasmoved'
  | 'hostunknown'
  | 'mailboxfull'
  | 'mailererror'
  | 'mesgtoobig'
  | 'networkerror'
  | 'norelaying'
  | 'notaccept'
  | 'notcompliantrfc'
  | 'onhold'
  | 'policyviolation'
  | 'rejected'
  | 'requireptr'
  | 'securityerror'
  | 'spamdetected'
  | 'speeding'
  | 'suspend'
  | 'syntaxerror'
  | 'systemerror'
  | 'systemfull'
  | 'toomanyconn'
  | 'undefined'
  | 'userunknown'
  | 'vacation'
  | 'virusdetected';

/** `hard`: the address is of no use. `block`: the sending address or its name. Everything but `hard` may pass another time. */
export type BounceClass =
  | 'hard'
  | 'soft'
  | 'full'
  | 'block'
  | 'content'
  | 'policy'
  | 'authentication'
  | 'greylist'
  | 'rate'
  | 'size'
  | 'tls'
  | 'unknown'
  | 'none';

export const CLASS_OF: Readonly<Record<Reason, BounceClass>> = {
  userunknown: 'hard',
  hostunknown: 'hard',
  hasmoved: 'hard',
  notaccept: 'hard',
  mailboxfull: 'full',
  suspend: 'soft',
  expired: 'soft',
  networkerror: 'soft',
  systemerror: 'soft',
  systemfull: 'soft',
  mailererror: 'soft',
  onhold: 'soft',
  blocked: 'block',
  badreputation: 'block',
  requireptr: 'block',
  spamdetected: 'content',
  virusdetected: 'content',
  contenterror: 'content',
  notcompliantrfc: 'content',
  syntaxerror: 'policy',
  policyviolation: 'policy',
  securityerror: 'policy',
  norelaying: 'policy',
  rejected: 'policy',
  filtered: 'policy',
  authfailure: 'authentication',
  failedstarttls: 'tls',
  greylisted: 'greylist',
  speeding: 'rate',
  toomanyconn: 'rate',
  exceedlimit: 'size',
  mesgtoobig: 'size',
  undefined: 'unknown',
  delivered: 'none',
  feedback: 'none',
  vacation: 'none',
};

/** Where in the dialogue the reply was given. `unknown`: a report does not tell; then "no such user" may be the word of a filter. */
export type Phase = 'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'unknown';

/** Phrases of one reason; of several matches the group that stands first decides. ` * ` stands for a few words, a blank at an end for a word's edge. */
export type Phrases = { readonly reason: Reason; readonly phrases: readonly string[] };
