// The vocabulary: what the stages of journey.ts hand on to each other. Types only, no code.
// Each stage's type extends the one before by exactly one fact, so that a skipped stage does not compile.
import type { DaneOffer } from './tlspolicy/dane.ts';
import type { Floor } from './tlspolicy/decide.ts';
import type { TlsPolicy } from './tlspolicy/level.ts';
import type { StsPolicy } from './tlspolicy/mta-sts.ts';
import type { StsFailure } from './tlspolicy/sts-cache.ts';

export type { TlsPolicy };

/** `out`: an account of ours sends. `in`: a stranger sends to a domain of ours. */
export type Direction = 'out' | 'in';
export type DoorName = 'submission' | 'submissions' | 'mx' | 'http' | 'internal';

/** What TLS one connection had; null where there was none. */
export type TlsSession = { readonly version: string; readonly cipher: string };

export type Peer = {
  readonly ip: string;
  readonly port: number;
  /** The name the peer gave in EHLO / HELO; for HTTP the empty string. Never trusted. */
  readonly helo: string;
  readonly tls: TlsSession | null;
};

/** RFC 3461 section 4.1; null = the sender asked for nothing. */
export type Notify = readonly ('never' | 'success' | 'failure' | 'delay')[] | null;

export type Recipient = { readonly address: string; readonly notify: Notify; readonly orcpt: string | null };

export type Envelope = {
  /** RFC 5321 reverse-path without brackets; empty for the null sender. Domain as a lower-case A-label. */
  readonly from: string;
  readonly recipients: readonly Recipient[];
  readonly eightBit: boolean;
  readonly smtpUtf8: boolean;
  /** RFC 8689. */
  readonly requireTls: boolean;
  readonly ret: 'full' | 'hdrs' | null;
  readonly envid: string | null;
};

/** What each recipient's own copy gets at delivery (docs/tracking.md). */
export type Personal = {
  readonly opens: boolean;
  readonly clicks: boolean;
  /** `group`: what a recipient leaves by it; null = all mail of the account. */
  readonly unsubscribe: { readonly oneClick: boolean; readonly group: string | null } | null;
};

/** Bulk mail waits for transactional mail, but always has a share. */
export type Priority = 'transactional' | 'bulk';

/** What a sender may ask for beside the envelope; SMTP submissions have the defaults. */
export type SendOptions = {
  readonly tls: TlsPolicy;
  /** Epoch ms before which nothing is delivered; null = now. */
  readonly sendAt: number | null;
  /** Epoch ms after which it is expired; null = the content lifetime. */
  readonly expiresAt: number | null;
  readonly tags: readonly string[];
  readonly pool: string | null;
  /** null: every recipient gets the same bytes. */
  readonly personal: Personal | null;
  /** Left out: by the message's own header fields. */
  readonly priority?: Priority;
  /** Over quota: it waits for the day with room. Left out: it is refused. */
  readonly waits?: boolean;
  /** The place in a batch that this mail is of. */
  readonly batch?: BatchPlace;
  /** What the door found before it was a message; told with the answer. */
  readonly notes?: readonly { readonly id: string; readonly message: string }[];
  /** Taken from the Idempotency-Key; recorded in the creating commit. */
  readonly idempotency: IdempotencyClaim | null;
};

/** `n`: the recipient's place in the list. */
export type BatchPlace = { readonly id: string; readonly run: number; readonly n: number };

/** keyMac = HMAC of (account, method, path, key); bodyMac = HMAC of the body. Never the body. */
export type IdempotencyClaim = { readonly keyMac: Buffer; readonly bodyMac: Buffer };

/** The message as it came through a door: one canonical CRLF form in `raw`. */
export type Accepted = {
  readonly id: string;
  readonly direction: Direction;
  readonly door: DoorName;
  readonly at: number;
  readonly peer: Peer;
  readonly envelope: Envelope;
  readonly raw: Buffer;
  readonly options: SendOptions;
};

export type Disposal = 'refuse' | 'hold' | 'mark';
export type AccountPolicy = {
  readonly out: { readonly encrypted: Disposal; readonly refusedType: Disposal; readonly heuristic: Disposal };
  readonly in: { readonly refusedType: 'refuse' | 'mark'; readonly heuristic: 'refuse' | 'mark' };
};

/** Who speaks through a submission or HTTP door. */
export type AccountParty = {
  readonly kind: 'account';
  readonly accountId: string;
  /** id of the key or SMTP credential that was used. */
  readonly credentialId: string;
  readonly policy: AccountPolicy;
};

/** What an inbound route does with mail for it (docs/api.md, /v1/inbound/routes). */
export type RouteAction =
  | { readonly kind: 'webhook'; readonly url: string }
  | { readonly kind: 'forward'; readonly address: string }
  | { readonly kind: 'lmtp'; readonly name: string }
  | { readonly kind: 'reject' }
  | { readonly kind: 'drop' };

export type Route = {
  readonly id: string;
  /** null: the operator's `*` route or the postmaster fallback. */
  readonly accountId: string | null;
  readonly match: string;
  readonly action: RouteAction;
  readonly onSpam: 'reject' | 'mark' | 'drop';
  readonly onVirus: 'reject' | 'drop';
  readonly onUnscannable: 'reject' | 'mark';
  readonly onDmarcFail: 'mark' | 'honor';
  readonly includeRaw: boolean;
  readonly state: 'active' | 'pending';
};

/** Somebody from outside, and where each recipient's mail goes. All routes of one transaction have the same policy. */
export type StrangerParty = { readonly kind: 'stranger'; readonly routes: readonly Route[]; readonly policy: AccountPolicy };

/** `suppressed`: recipients of an HTTP submission that the blocked library names; SMTP refuses them at RCPT. */
export type Identified = Accepted & { readonly party: AccountParty | StrangerParty; readonly suppressed: readonly string[] };

/** docs/api.md, /v1/scan. */
export type Verdict = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED' | 'DISABLED';

export type AuthResult = {
  readonly verdict: Verdict;
  /** The RFC 8601 word: pass fail softfail neutral none policy permerror temperror. */
  readonly result: string;
  readonly domain: string | null;
  /** DMARC only: none | quarantine | reject after sp, np and t. */
  readonly policy?: string;
};

export type AuthResults = {
  readonly spf: AuthResult;
  readonly dkim: AuthResult;
  readonly dmarc: AuthResult;
  readonly arc: AuthResult;
  /** Value of the Authentication-Results header, without the field name; empty for accounts. */
  readonly header: string;
};

export type Authenticated = Identified & { readonly auth: AuthResults };

/** One reason of the content filter: its rule, how much it weighed, never a quotation. */
export type SpamReason = { readonly id: string; readonly weight: number; readonly title: string };

export type SpamFinding = {
  readonly verdict: Verdict;
  /** Calibrated probability 0..1; null when the check did not finish. */
  readonly score: number | null;
  /** True only for a known pattern (GTUBE) or two independent families of evidence: may be refused at the door. */
  readonly refusable: boolean;
  readonly reasons: readonly SpamReason[];
};

/** One scanned part. File names are content: they stand in live answers only and are never stored. */
export type ScannedPart = {
  readonly path: string;
  readonly type: string;
  readonly declaredType: string;
  readonly size: number;
  readonly sha256: string;
  readonly verdict: Verdict;
  /** Signature or rule name, null when clean. */
  readonly finding: string | null;
};

/** infected: a signature, hash or EICAR. heuristic: a rule. refused_type: the extension list. unscannable: encrypted, too deep, too large. */
export type VirusClass = 'infected' | 'heuristic' | 'refused_type' | 'unscannable';

export type VirusFinding = {
  readonly verdict: Verdict;
  readonly coverage: 'signatures' | 'rules' | 'none';
  readonly engines: readonly { readonly name: string; readonly version: string; readonly state: 'ok' | 'absent' | 'failed' }[];
  /** Version of the signature database, and when it was built (RFC 3339): null without one, and for a database of one's own. */
  readonly signatures: string | null;
  readonly signaturesAt: string | null;
  /** RFC 3339; null while nobody with a clock has seen it. */
  readonly scannedAt: string | null;
  /** The first ones, and those with a finding; `partsTotal` counts all. */
  readonly parts: readonly ScannedPart[];
  readonly partsTotal: number;
  readonly found: readonly { readonly class: VirusClass; readonly name: string; readonly path: string; readonly fileName: string | null }[];
  readonly tookMs: number;
};

/** By what a mail was scanned, and when: enough to tell whether to scan it again. */
export type ScanStamp = Pick<VirusFinding, 'engines' | 'signatures' | 'signaturesAt' | 'scannedAt'>;

/** `sketch`: the mail's campaign fingerprint (filter/campaign.ts); null when it is too short for one. */
export type Inspected = Authenticated & {
  readonly spam: SpamFinding;
  readonly virus: VirusFinding;
  readonly sketch: readonly number[] | null;
};

/** The closed list of reasons for which a message or a command is refused; each is a word of docs/mail.md or docs/api.md. */
export type Reason =
  | 'spam_content'
  | 'virus_found'
  | 'attachment_unscannable'
  | 'attachment_refused'
  | 'header_refused'
  | 'account_suspended'
  | 'domain_not_verified'
  | 'recipient_blocked'
  | 'sender_blocked'
  | 'quota_exceeded'
  | 'rate_limited'
  | 'sandbox_recipient'
  | 'no_such_recipient'
  | 'bad_address'
  | 'dmarc_reject'
  | 'route_rejects'
  | 'mail_loop'
  | 'too_large'
  | 'malformed'
  | 'tls_required'
  | 'unauthenticated'
  | 'forbidden'
  | 'storage_full'
  | 'scanner_unavailable'
  | 'filter_unavailable'
  | 'postmaster_unset'
  | 'policy_mixed'
  | 'draining'
  | 'internal';

/** A refusal said in both tongues: SMTP code and enhanced code, HTTP status is derived from the reason (api/errors.ts). */
export type Refusal = {
  readonly refused: true;
  readonly reason: Reason;
  readonly code: number;
  readonly enhanced: string;
  /** One sentence: what is wrong, the value, the cure. May name files (live answer only). */
  readonly text: string;
  readonly field?: string;
  /** When the same may be tried again. */
  readonly retryAfterMs?: number;
  readonly findings?: readonly { readonly field?: string; readonly id?: string; readonly message: string }[];
  /** For the log of refusals: which entry or list, and whose mail it would have been where the session has no account. */
  readonly detail?: string;
  readonly accountId?: string | null;
};

/** Where one recipient's copy goes. `lane` in store terms: what is queued and paced together. */
export type Target =
  | { readonly kind: 'mx'; readonly domain: string }
  | { readonly kind: 'simulator'; readonly box: string }
  | { readonly kind: 'webhook'; readonly routeId: string }
  | { readonly kind: 'forward'; readonly routeId: string; readonly address: string }
  | { readonly kind: 'lmtp'; readonly name: string };

export type Placed = {
  readonly recipient: Recipient;
  readonly target: Target;
  /** `suppressed`: blocked; recorded as final at once and never queued. */
  readonly state: 'queued' | 'scheduled' | 'held' | 'suppressed';
  readonly routeId: string | null;
};

/** What decide says of a message that is taken. `drop` = accepted and thrown away by a route's wish (counted). */
export type Decided = Inspected & {
  readonly verdict: { readonly take: 'queue' | 'hold' | 'drop'; readonly reasons: readonly Reason[] };
  readonly placed: readonly Placed[];
  /** raw with our trace headers in front and forged ones removed: this is sealed. */
  readonly sealedForm: Buffer;
  readonly messageId: string;
  readonly fromDomain: string;
};

export type Queued = {
  readonly id: string;
  readonly messageId: string;
  readonly status: 'queued' | 'scheduled' | 'held';
  readonly recipients: readonly { readonly address: string; readonly state: RecipientState }[];
  /** What was found but not refused. */
  readonly findings: readonly { readonly id: string; readonly message: string }[];
};

export type RecipientState =
  | 'queued'
  | 'scheduled'
  | 'held'
  | 'deferred'
  | 'delivered'
  | 'bounced'
  | 'suppressed'
  | 'expired'
  | 'cancelled';

/** One recipient of a claimed job. */
export type JobRecipient = Recipient & {
  readonly n: number;
  readonly target: Target;
  readonly attempts: number;
  /** True once a delay warning was sent (RFC 3461 NOTIFY=DELAY). */
  readonly warned: boolean;
  /** Set when the dot was sent and no answer came: retried at most every 4 h, same id. */
  readonly unknownSince: number | null;
  /** Why it was put off untried the last time; null or left out = it was not. */
  readonly waitedFor?: string | null;
};

/** How a mail wants to be delivered, beside its level of TLS: kept as one value. */
export type Handling = {
  readonly requireTls: boolean;
  /** The message has `TLS-Required: No` (RFC 8689 section 5). */
  readonly tlsRequiredNo: boolean;
  readonly smtpUtf8: boolean;
  readonly eightBit: boolean;
  readonly ret: 'full' | 'hdrs' | null;
  readonly envid: string | null;
  /** The pool of sending IPs that the sender named. */
  readonly pool: string | null;
  /** null: every recipient gets the same bytes. */
  readonly personal: Personal | null;
};

/** Recipients of one message in one lane, leased together under one fencing token. Content is read back by id, never carried. */
export type Job = Handling & {
  readonly emailId: string;
  readonly fence: number;
  readonly lane: string;
  readonly direction: Direction;
  readonly accountId: string | null;
  readonly mailFrom: string;
  readonly fromDomain: string;
  readonly messageId: string;
  readonly size: number;
  readonly acceptedAt: number;
  readonly expiresAt: number;
  readonly tls: TlsPolicy;
  readonly recipients: readonly JobRecipient[];
};

/** One host to try: where it is, what its DNS promises, and what TLS this mail must have there (tlspolicy/decide.ts). */
export type Hop = { readonly host: string; readonly ip: string; readonly port: number; readonly dane: DaneOffer; readonly floor: Floor };

/** From where mail goes: one of our addresses and the name that it says in EHLO; null = the system's choice. `warming`: its days have caps. */
export type Source = { readonly ip: string | null; readonly helo: string; readonly warming: boolean };

/** What the recipient's domain publishes of TLS, for its reports (RFC 8460); null = a smarthost, or no peer at all. */
export type Published = { readonly domain: string; readonly sts: StsPolicy | null; readonly stsFailure: StsFailure | null } | null;

/** Next hops in the order to try them. `site`: the normalised MX set. `provider`: who runs it, to whom pace and connections belong; null =
 * not paced (a smarthost, our own door). */
export type Routed = Job & {
  readonly hops: readonly Hop[];
  readonly site: string;
  readonly provider: string | null;
  readonly source: Source;
  readonly published: Published;
};

/** docs/api.md: each attempt's `tls`. */
export type TlsUse = {
  readonly used: boolean;
  readonly version: string | null;
  readonly cipher: string | null;
  readonly verified: boolean;
  readonly policy: TlsPolicy;
  readonly reason: string;
};

/** One attempt for one recipient; `reply` is the peer's own words, scrubbed and cut. */
export type Attempt = {
  readonly n: number;
  readonly at: number;
  readonly result: 'delivered' | 'deferred' | 'bounced' | 'unknown';
  readonly peer: string | null;
  readonly sendingIp: string | null;
  readonly reply: string;
  readonly code: number | null;
  readonly enhanced: string | null;
  /** What the reply means (bounce/reasons.ts), or what kept the mail from a reply: connection, tls, host, internal. */
  readonly class: string;
  /** The finer word of bounce/reasons.ts; null without a reply. */
  readonly reason: string | null;
  readonly tls: TlsUse | null;
  /** The reply was to RCPT, so it is about this recipient alone; left out of all others. Not told in events. */
  readonly atRcpt?: true;
};

/**
 * `dsnPassedOn`: the peer took the DSN parameters, so telling of success is its business. No attempt for a recipient = it is held, or with
 * `postponed` put off untried: no attempt is counted, and its lane rests until then (epoch ms).
 */
export type Attempted = Job & {
  readonly tried: readonly Attempt[];
  /** As routed; null or left out = not known. */
  readonly provider?: string | null;
  readonly dsnPassedOn?: boolean;
  readonly postponed?: { readonly until: number; readonly why: string; readonly enhanced: string };
};

export type EventType =
  | 'accepted'
  | 'delivered'
  | 'deferred'
  | 'bounced'
  | 'complained'
  | 'opened'
  | 'clicked'
  | 'unsubscribed'
  | 'resubscribed'
  | 'rejected'
  | 'suppressed'
  | 'received'
  | 'expired'
  | 'held'
  | 'cancelled'
  | 'warned'
  | 'limited'
  | 'suspended'
  | 'reinstated'
  | 'webhook_disabled';

/** What is told to account and operator; `data` holds allow-listed facts only, never content. */
export type NewEvent = {
  readonly type: EventType;
  readonly at: number;
  readonly accountId: string | null;
  readonly emailId: string | null;
  readonly recipient: string | null;
  readonly data: Readonly<Record<string, unknown>>;
};
