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

/** What follows for the sender (docs/bounces.md): only `hard` is about an address that is of no use, and only for good. */
export type BounceClass =
  | 'hard'
  | 'soft'
  | 'full'
  | 'block'
  | 'reputation'
  | 'content'
  | 'policy'
  | 'auth'
  | 'greylist'
  | 'rate'
  | 'size'
  | 'tls'
  | 'connection'
  | 'unknown'
  | 'none';

const CLASS_OF: Readonly<Record<Reason, BounceClass>> = {
  userunknown: 'hard',
  hostunknown: 'hard',
  hasmoved: 'hard',
  notaccept: 'hard',
  mailboxfull: 'full',
  suspend: 'soft',
  expired: 'soft',
  systemerror: 'soft',
  systemfull: 'soft',
  mailererror: 'soft',
  onhold: 'soft',
  networkerror: 'connection',
  blocked: 'block',
  requireptr: 'block',
  badreputation: 'reputation',
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
  authfailure: 'auth',
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

/** Reasons that make an address useless, while the peer has not given up: such a reply is `soft`. `mayPass`: the reply says so itself (4yz). */
export function classOf(reason: Reason, permanent: boolean, mayPass = false): BounceClass {
  const known = CLASS_OF[reason];
  if (known === 'hard' && !permanent) return 'soft';
  return known === 'unknown' && mayPass ? 'soft' : known;
}

/** Where in the dialogue the reply was given. `unknown`: a report does not tell; then "no such user" may be the word of a filter. */
export type Phase = 'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'unknown';

/** Phrases of one reason; of several matches the group that stands first decides. ` * ` stands for a few words, a blank at an end for a word's edge. */
export type Phrases = { readonly reason: Reason; readonly phrases: readonly string[] };
