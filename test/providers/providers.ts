// Mailbox providers in virtual time: what each takes, refuses and says, as the real ones behave. No sockets and no timers; the time is handed in.
import { randomFrom } from '../random.ts';

/** What a mail meets. `ours`: refused because of how much or how fast we send. `other`: for reasons that no pace can change. */
export type Answer = {
  readonly what: 'taken' | 'ours' | 'other';
  readonly code: number;
  readonly enhanced: string | null;
  readonly text: string;
  readonly phase: 'connect' | 'mail' | 'rcpt' | 'data';
};

/** One mail: connections that are open, and which mail of its connection it is (from 1). */
export type Offer = { readonly open: number; readonly mails: number };

export type Provider = {
  readonly name: string;
  readonly offer: (now: number, offer: Offer) => Answer;
  /** The first time at or after `now` when a mail is not refused for its rate or the day; for the oracle. */
  readonly opensAt: (now: number) => number;
  /** What it takes at once, and on one connection. */
  readonly connections: number;
  readonly mailsPerConnection: number;
  /** Time of one mail. */
  readonly latencyMs: number;
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const TAKEN: Answer = { what: 'taken', code: 250, enhanced: '2.0.0', text: 'OK', phase: 'data' };
const ours = (code: number, enhanced: string | null, text: string, phase: Answer['phase'] = 'mail'): Answer => ({
  what: 'ours',
  code,
  enhanced,
  text,
  phase,
});

/** A limit of its own kind: when it opens, and what happens to it by a mail that is taken or refused. */
type Limit = { readonly opensAt: (now: number) => number; readonly taken: (now: number) => void; readonly refused: (now: number) => void };

const nothing = (): void => undefined;

/** A bucket that fills by `rate(now)` a second up to `depth`. */
function bucket(rate: (now: number) => number, depth: number): Limit {
  let level = depth;
  let at = 0;
  const fill = (now: number): number => Math.min(depth, level + (Math.max(0, now - at) * rate(now)) / SECOND);
  return {
    opensAt: now => {
      const there = fill(now);
      return there >= 1 ? now : now + Math.ceil(((1 - there) * SECOND) / rate(now));
    },
    taken: now => {
      level = fill(now) - 1;
      at = now;
    },
    refused: nothing,
  };
}

/** So many in a window of the provider's clock. */
function windowed(count: (now: number) => number, windowMs: number, offsetMs = 0): Limit {
  let window = -1;
  let used = 0;
  const of = (now: number): number => Math.floor((now + offsetMs) / windowMs);
  return {
    opensAt: now => (of(now) === window && used >= count(now) ? (of(now) + 1) * windowMs - offsetMs : now),
    taken: now => {
      if (of(now) !== window) used = 0;
      window = of(now);
      used++;
    },
    refused: nothing,
  };
}

/** A day's volume by reputation: it grows by the days that were used and not overdone, and falls by those that were. */
function reputation(first: number, growth: number, full: number): Limit & { readonly allowed: () => number } {
  let allowed = first;
  let day = 0;
  let used = 0;
  let refusals = 0;
  const roll = (now: number): void => {
    const today = Math.floor(now / DAY);
    if (today === day) return;
    if (refusals > 0.02 * used + 20) allowed = Math.max(first / 2, allowed * 0.8);
    else if (used > 0.5 * allowed) allowed = Math.min(full, allowed * growth);
    day = today;
    used = 0;
    refusals = 0;
  };
  return {
    allowed: () => allowed,
    opensAt: now => (roll(now), used >= Math.floor(allowed) ? (Math.floor(now / DAY) + 1) * DAY : now),
    taken: now => (roll(now), void used++),
    refused: now => (roll(now), void refusals++),
  };
}

type Shape = Omit<Provider, 'offer' | 'opensAt'> & {
  readonly limits: readonly (Limit & { readonly says: Answer })[];
  readonly tooMany?: Answer;
  readonly tooLong?: Answer;
  /** Chance and answer of a refusal that is not about us. */
  readonly other?: { readonly chance: number; readonly says: Answer };
  readonly random?: () => number;
};

function provider({ limits, tooMany, tooLong, other, random, ...rest }: Shape): Provider {
  return {
    ...rest,
    opensAt: now => {
      for (let at = now; ;) {
        const opens = Math.max(at, ...limits.map(one => one.opensAt(at)));
        if (opens <= at) return at;
        at = opens;
      }
    },
    offer: (now, { open, mails }) => {
      if (open > rest.connections && tooMany) return tooMany;
      if (mails > rest.mailsPerConnection && tooLong) return tooLong;
      const shut = limits.find(one => one.opensAt(now) > now);
      if (shut) {
        shut.refused(now);
        return shut.says;
      }
      if (other && random && random() < other.chance) return other.says;
      for (const one of limits) one.taken(now);
      return TAKEN;
    },
  };
}

const GMAIL_RATE = ours(
  421,
  '4.7.28',
  'Our system has detected an unusual rate of mail originating from your IP address. It has been temporarily rate limited.',
  'data',
);
const TSS04 = ours(
  421,
  null,
  '4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1',
  'connect',
);
const OUTLOOK_RATE = ours(
  451,
  '4.7.652',
  'The mail server [192.0.2.1] has exceeded the maximum number of connections. Messages per hour limit, slow down.',
);

/** The same behaviour with other figures: everything is drawn from the seed. */
export type Make = (seed: number) => Provider;
const drawn = (seed: number): ((least: number, most: number) => number) => {
  const random = randomFrom(seed);
  return (least, most) => least * (most / least) ** random();
};

export const makers: Readonly<Record<string, Make>> = {
  'Gmail-like: rate': seed => {
    const draw = drawn(seed);
    const rate = draw(0.5, 12);
    return provider({
      name: 'Gmail-like: rate',
      connections: 40,
      mailsPerConnection: 1_000,
      latencyMs: 300,
      limits: [{ ...bucket(() => rate, Math.ceil(rate * draw(5, 60))), says: GMAIL_RATE }],
    });
  },
  'Outlook-like: window of an hour': seed => {
    const draw = drawn(seed);
    const count = Math.round(draw(1_000, 20_000));
    return provider({
      name: 'Outlook-like: window of an hour',
      connections: 20,
      mailsPerConnection: 1_000,
      latencyMs: 500,
      limits: [{ ...windowed(() => count, HOUR, draw(1, HOUR)), says: OUTLOOK_RATE }],
    });
  },
  'Yahoo-like: connections, mails a connection, TSS04': seed => {
    const draw = drawn(seed);
    const rate = draw(1, 10);
    return provider({
      name: 'Yahoo-like: connections, mails a connection, TSS04',
      connections: Math.round(draw(2, 12)),
      mailsPerConnection: Math.round(draw(5, 60)),
      latencyMs: 400,
      limits: [{ ...bucket(() => rate, Math.ceil(rate * 30)), says: TSS04 }],
      tooMany: ours(421, null, 'Too many concurrent connections from your host', 'connect'),
      tooLong: ours(421, null, 'Max message per connection reached, closing transmission channel'),
    });
  },
  'QQ-like: limit of the day, frequency': seed => {
    const draw = drawn(seed);
    const count = Math.round(draw(3_000, 30_000));
    const rate = draw(0.5, 3);
    return provider({
      name: 'QQ-like: limit of the day, frequency',
      connections: 10,
      mailsPerConnection: 1_000,
      latencyMs: 500,
      limits: [
        {
          ...windowed(() => count, DAY, 8 * HOUR),
          says: ours(550, null, 'Mail limit of today exceeded for this IP, daily frequency limited'),
        },
        { ...bucket(() => rate, Math.ceil(rate * 20)), says: ours(550, null, 'Connection frequency limited', 'connect') },
      ],
    });
  },
  'Greylisting, full boxes, unknown users': seed => {
    const draw = drawn(seed);
    const random = randomFrom(seed ^ 0x5f5f);
    const rate = draw(2, 10);
    const texts = [
      { what: 'other', code: 451, enhanced: '4.7.1', text: 'Greylisting in action, please come back later', phase: 'rcpt' },
      { what: 'other', code: 452, enhanced: '4.2.2', text: 'Mailbox full', phase: 'rcpt' },
      { what: 'other', code: 550, enhanced: '5.1.1', text: 'No such user here', phase: 'rcpt' },
      {
        what: 'other',
        code: 450,
        enhanced: '4.2.1',
        text: 'The user is receiving mail at a rate that prevents additional messages',
        phase: 'rcpt',
      },
    ] as const;
    let turn = 0;
    return provider({
      name: 'Greylisting, full boxes, unknown users',
      connections: 20,
      mailsPerConnection: 1_000,
      latencyMs: 300,
      limits: [{ ...bucket(() => rate, Math.ceil(rate * 20)), says: GMAIL_RATE }],
      other: {
        chance: draw(0.1, 0.5),
        get says() {
          return texts[turn++ % texts.length] as Answer;
        },
      },
      random,
    });
  },
  'Reputation by day': seed => {
    const draw = drawn(seed);
    return provider({
      name: 'Reputation by day',
      connections: 20,
      mailsPerConnection: 1_000,
      latencyMs: 300,
      limits: [{ ...reputation(draw(120, 400), draw(1.6, 2.2), draw(4_000, 12_000)), says: GMAIL_RATE }],
    });
  },
  Tarpit: seed => {
    const draw = drawn(seed);
    return provider({
      name: 'Tarpit',
      connections: Math.round(draw(4, 15)),
      mailsPerConnection: 1_000,
      latencyMs: Math.round(draw(5_000, 20_000)),
      limits: [],
      tooMany: ours(421, null, 'Too many connections from your address', 'connect'),
    });
  },
  'Limits that change during the day': seed => {
    const draw = drawn(seed);
    const low = draw(1, 3);
    const high = low * draw(1.5, 3);
    const rate = (now: number): number => (Math.floor(now / (6 * HOUR)) % 2 === 0 ? high : low);
    return provider({
      name: 'Limits that change during the day',
      connections: 40,
      mailsPerConnection: 1_000,
      latencyMs: 300,
      limits: [{ ...bucket(rate, Math.ceil(high * 20)), says: GMAIL_RATE }],
    });
  },
};
