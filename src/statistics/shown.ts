// Sums of measures as they are told: every figure is there, also when it is 0; words that depend on what happened (classes, reasons, versions
// of TLS) only where there are any.

/** Measure to count. */
export type Counts = ReadonlyMap<string, number>;

type Verdicts = { readonly pass: number; readonly gray: number; readonly fail: number; readonly unchecked: number };
type Words = Readonly<Record<string, number>>;
type Rejected = { readonly total: number; readonly spam: number; readonly virus: number; readonly other: number; readonly reasons: Words };

export type Shown = {
  /** Messages and their recipients that were taken from the account. */
  readonly mails: number;
  readonly accepted: number;
  /** Of these: kept back by the blocked library. */
  readonly suppressed: number;
  readonly held: number;
  readonly cancelled: number;
  readonly delivered: number;
  /** By version; `none` = in clear. */
  readonly tls: Words;
  /** Attempts that will be made again. */
  readonly deferred: number;
  readonly bounced: {
    readonly total: number;
    readonly hard: number;
    readonly block: number;
    readonly soft: number;
    /** Of the total: came back after the peer had taken the mail. */
    readonly afterDelivery: number;
    readonly classes: Words;
  };
  readonly expired: number;
  readonly rejected: Rejected;
  readonly complained: number;
  readonly opened: { readonly human: number; readonly machine: number };
  readonly clicked: { readonly human: number; readonly machine: number };
  readonly unsubscribed: number;
  /** Verdicts of the content filter over the mails that were taken. */
  readonly content: Verdicts;
  /** Mail from outside. */
  readonly received: {
    readonly mails: number;
    readonly recipients: number;
    readonly spam: Verdicts;
    readonly virus: Verdicts;
    readonly spf: Verdicts;
    readonly dkim: Verdicts;
    readonly dmarc: Verdicts;
    readonly arc: Verdicts;
    readonly rejected: Rejected;
    readonly held: number;
    readonly delivered: number;
    readonly deferred: number;
    readonly bounced: number;
    readonly expired: number;
    readonly cancelled: number;
  };
};

/** Bounce classes by which receivers turn the sender away, not the address. */
export const BLOCK_CLASSES: ReadonlySet<string> = new Set(['block', 'reputation', 'content', 'policy', 'auth']);
const VIRUS: ReadonlySet<string> = new Set(['virus_found', 'attachment_unscannable', 'attachment_refused']);

export function shownCounts(counts: Counts): Shown {
  const of = (measure: string): number => counts.get(measure) ?? 0;
  const hands = (deed: string): Shown['opened'] => ({ human: of(`${deed}/human`), machine: of(`${deed}/machine`) });
  const verdicts = (check: string): Verdicts => {
    const [pass, gray, fail] = [of(`${check}/PASS`), of(`${check}/GRAY`), of(`${check}/FAIL`)];
    return { pass, gray, fail, unchecked: total(below(counts, check)) - pass - gray - fail };
  };
  const classes = below(counts, 'bounced');
  const block = total(classes, word => BLOCK_CLASSES.has(word));
  const hard = classes['hard'] ?? 0;
  const bounced = total(classes);
  return {
    mails: of('mails'),
    accepted: of('accepted'),
    suppressed: of('suppressed'),
    held: of('held'),
    cancelled: of('cancelled'),
    delivered: of('delivered'),
    tls: { none: 0, ...below(counts, 'tls') },
    deferred: of('deferred'),
    bounced: { total: bounced, hard, block, soft: bounced - hard - block, afterDelivery: of('returned'), classes },
    expired: of('expired'),
    rejected: rejected(below(counts, 'rejected')),
    complained: of('complained'),
    opened: hands('opened'),
    clicked: hands('clicked'),
    unsubscribed: of('unsubscribed'),
    content: verdicts('content'),
    received: {
      mails: of('in/mails'),
      recipients: of('in/recipients'),
      spam: verdicts('in/spam'),
      virus: verdicts('in/virus'),
      spf: verdicts('in/spf'),
      dkim: verdicts('in/dkim'),
      dmarc: verdicts('in/dmarc'),
      arc: verdicts('in/arc'),
      rejected: rejected(below(counts, 'in/rejected')),
      held: of('in/held'),
      delivered: of('in/delivered'),
      deferred: of('in/deferred'),
      bounced: total(below(counts, 'in/bounced')),
      expired: of('in/expired'),
      cancelled: of('in/cancelled'),
    },
  };
}

function rejected(reasons: Words): Rejected {
  const [all, spam, virus] = [total(reasons), reasons['spam_content'] ?? 0, total(reasons, word => VIRUS.has(word))];
  return { total: all, spam, virus, other: all - spam - virus, reasons };
}

/** The last words of measures below a path, in order. */
function below(counts: Counts, path: string): Words {
  const found = [...counts].filter(([name, count]) => count !== 0 && name.startsWith(`${path}/`));
  return Object.fromEntries(
    found.map(([name, count]) => [name.slice(path.length + 1), count] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const total = (words: Words, which: (word: string) => boolean = () => true): number =>
  Object.entries(words).reduce((sum, [word, count]) => sum + (which(word) ? count : 0), 0);
