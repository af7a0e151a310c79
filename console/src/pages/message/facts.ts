// One message as the API tells it, and its way as facts in the order of time. Pure.
import type { Email } from '../messages/rows.ts';

export type Tls = {
  readonly used: boolean;
  readonly version: string | null;
  readonly cipher: string | null;
  readonly verified: boolean;
  readonly policy: string;
  readonly reason: string;
};
export type Attempt = {
  readonly at: string;
  readonly result: 'delivered' | 'deferred' | 'bounced' | 'unknown';
  readonly peer: string | null;
  readonly sendingIp: string | null;
  readonly reply: string;
  readonly code: number | null;
  readonly enhanced: string | null;
  readonly class: string;
  readonly reason: string | null;
  readonly tls: Tls | null;
  readonly nextAt: string | null;
};
export type Recipient = {
  readonly address: string;
  readonly state: string;
  readonly nextAt: string | null;
  readonly heldFor?: string;
  readonly waiting?: { readonly why: string; readonly until: string };
  readonly outcome?: string | null;
  readonly attempts?: readonly Attempt[];
};
export type Reason = { readonly id: string; readonly weight: number; readonly title: string };
export type Spam = { readonly verdict: string; readonly score: number | null; readonly reasons?: readonly Reason[] };
export type Scanned = {
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
  readonly verdict: string;
  readonly finding: string | null;
};
export type Virus = {
  readonly verdict: string;
  readonly engines?: readonly { readonly name: string; readonly version: string; readonly state: string }[];
  readonly scannedAt?: string;
  readonly parts?: readonly Scanned[];
  readonly partsTotal?: number;
  readonly tookMs?: number;
};
/** A result of SPF, DKIM, DMARC or ARC over mail from outside (RFC 8601). */
export type Auth = { readonly verdict: string; readonly result: string; readonly domain: string | null };
export type Message = Omit<Email, 'recipients'> & {
  readonly recipients: readonly Recipient[];
  readonly spam?: Spam;
  readonly virus?: Virus;
  readonly spf?: Auth;
  readonly dkim?: Auth;
  readonly dmarc?: Auth;
  readonly arc?: Auth;
  /** Mail from outside: who brought it. */
  readonly peer?: { readonly ip: string; readonly helo: string };
};

/** What was told of a recipient after delivery: an event of the API. `bot`: a program opened or clicked. */
export type Told = {
  readonly at: string;
  readonly type: string;
  readonly recipient: string | null;
  readonly bot?: boolean;
  readonly afterDelivery?: boolean;
};
const AFTER: ReadonlySet<string> = new Set(['complained', 'opened', 'clicked', 'unsubscribed']);

/** One line of the timeline. `gapMs`: since the line before; null: nothing to tell. */
export type Fact = { readonly at: string | null; readonly gapMs: number | null } & (
  | { readonly kind: 'accepted' | 'inspected' | 'outcome' | 'destroyed' | 'scheduled' | 'held' }
  | { readonly kind: 'attempt'; readonly n: number; readonly attempt: Attempt }
  | { readonly kind: 'waiting'; readonly why: string }
  | { readonly kind: 'next' }
  | { readonly kind: 'told'; readonly type: string }
  | { readonly kind: 'bots'; readonly count: number }
);
type Bare = Fact extends infer F ? (F extends Fact ? Omit<F, 'gapMs'> : never) : never;

export function factsOf(message: Message, recipient: Recipient, told: readonly Told[] = []): readonly Fact[] {
  const attempts = recipient.attempts ?? [];
  const after = told.filter(one => one.recipient === recipient.address && (AFTER.has(one.type) || one.afterDelivery === true));
  const bots = after.filter(one => one.bot === true).length;
  const isOver = recipient.nextAt === null;
  const bare: readonly (Bare | null)[] = [
    { at: message.acceptedAt, kind: 'accepted' },
    message.spam || message.virus ? { at: message.virus?.scannedAt ?? message.acceptedAt, kind: 'inspected' } : null,
    ...attempts.map((attempt, n) => ({ at: attempt.at, kind: 'attempt' as const, n: n + 1, attempt })),
    recipient.state === 'held' ? { at: null, kind: 'held' } : null,
    recipient.waiting ? { at: recipient.waiting.until, kind: 'waiting', why: recipient.waiting.why } : null,
    !isOver && !recipient.waiting && recipient.state !== 'held'
      ? { at: recipient.nextAt, kind: recipient.state === 'scheduled' ? 'scheduled' : 'next' }
      : null,
    recipient.outcome && !after.some(one => one.type === recipient.outcome) ? { at: null, kind: 'outcome' } : null,
    ...[
      ...after.filter(one => one.bot !== true).map(one => ({ at: one.at, kind: 'told' as const, type: one.type })),
      ...(!message.contentHeld && message.finalAt ? [{ at: message.finalAt, kind: 'destroyed' as const }] : []),
    ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    bots > 0 ? { at: null, kind: 'bots', count: bots } : null,
  ];
  let before: string | null = null;
  return bare.flatMap(fact => {
    if (!fact) return [];
    const gapMs = fact.at !== null && before !== null ? Date.parse(fact.at) - Date.parse(before) : null;
    before = fact.at ?? before;
    return [{ ...fact, gapMs: gapMs !== null && gapMs > 0 ? gapMs : null } as Fact];
  });
}

const WORST = ['bounced', 'expired', 'held', 'deferred', 'suppressed', 'queued', 'scheduled', 'cancelled', 'delivered'];
/** Failed ones first, then what waits. */
export const worstFirst = (recipients: readonly Recipient[]): readonly Recipient[] =>
  recipients.toSorted((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state));

/** From acceptance to the peer's word, in ms; null while it is not delivered. */
export function deliveryMs(message: Message, recipient: Recipient): number | null {
  const delivered = recipient.attempts?.find(one => one.result === 'delivered');
  return delivered ? Date.parse(delivered.at) - Date.parse(message.sendAt ?? message.acceptedAt) : null;
}
