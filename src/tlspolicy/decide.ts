// The floor of TLS for one message at one host: what sender, account and operator want (the strictest wins), raised by what the
// recipient's domain publishes (RFC 7672, RFC 8461) and by REQUIRETLS; `TLS-Required: No` (RFC 8689 section 5) takes back only what the
// recipient's domain raised. DANE goes before MTA-STS, which never rescues a host that failed DANE (RFC 8461 section 2).
import { MAX_NAMES } from './bounds.ts';
import type { DaneOffer } from './dane.ts';
import type { TlsPolicy } from './level.ts';
import { stsNames, type StsPolicy } from './mta-sts.ts';
import { hostName, matchesDestination } from './names.ts';
import type { SessionFailure } from './results.ts';

export type WishSource = 'message' | 'domain' | 'account' | 'destination' | 'operator';
export type FloorSource = WishSource | 'requiretls' | 'credentials' | 'dane' | 'mta-sts' | 'default';

/** An operator's rule for the domains that a pattern means; `names` are pinned: a public certificate for one of them is proof. */
export type Destination = { readonly pattern: string; readonly level: TlsPolicy; readonly names: readonly string[] };

export type TlsWishes = {
  /** null = nothing is wanted there. */
  readonly message: TlsPolicy | null;
  readonly domain: TlsPolicy | null;
  readonly account: TlsPolicy | null;
  readonly operator: TlsPolicy | null;
  readonly destinations: readonly Destination[];
  /** MAIL FROM had REQUIRETLS. */
  readonly requireTls: boolean;
  /** The message has `TLS-Required: No`. */
  readonly tlsRequiredNo: boolean;
};

export type HostFacts = {
  readonly host: string;
  /** The recipient's domain; null at a smarthost. */
  readonly domain: string | null;
  /** The MX answer was signed (AD from a trusted resolver). */
  readonly mxAd: boolean;
  /** What stsDecision said; null = none. */
  readonly sts: StsPolicy | null;
  readonly dane: DaneOffer;
  /** The operator named this host, so its name is proof. */
  readonly smarthost: boolean;
  /** User name and password will be sent. */
  readonly login: boolean;
};

export type Floor = {
  readonly level: TlsPolicy;
  /** By what the peer proves itself; null below `verified`. */
  readonly verifyBy: 'dane' | 'mta-sts' | 'pkix' | null;
  /** Names of which the certificate must show one; with DANE only below a trust anchor. */
  readonly names: readonly string[];
  /** REQUIRETLS must be offered after the handshake. */
  readonly requireTls: boolean;
  readonly source: FloorSource;
  readonly reason: string;
  /** False: this host may not have the mail, whatever TLS it can. */
  readonly useHost: boolean;
  /** What TLS-RPT is told of this host already, whether or not the mail goes. */
  readonly report: SessionFailure | null;
  /** The policy is in test: a wrong certificate stops nothing and is told (RFC 8461 section 5). */
  readonly observe: boolean;
};

const RANK = { opportunistic: 0, required: 1, verified: 2 } as const;
const SAID: Readonly<Record<WishSource, string>> = {
  message: 'the message',
  domain: "the sender's domain",
  account: 'the account',
  destination: "the operator's rule for this destination",
  operator: 'the operator',
};

type Wish = { readonly level: TlsPolicy; readonly source: FloorSource; readonly reason: string };

/** The floor for the host, with the reason in words for the attempt's record. */
export function tlsFloor(wishes: TlsWishes, facts: HostFacts): Floor {
  const wish = strictest(wishes, facts);
  // RFC 8689 section 5: REQUIRETLS makes the header void.
  const lowered = wishes.tlsRequiredNo && !wishes.requireTls;
  const { requireTls } = wishes;
  const verified = wish.level === 'verified';
  const { dane, sts, host } = facts;
  const enforced = sts?.mode === 'enforce';
  const observe = sts?.mode === 'testing' && dane.state === 'none';
  const report = lowered ? null : reportOf(facts);
  const floor = (by: Floor['verifyBy'], names: readonly string[], from: Wish, useHost = true): Floor => {
    const told =
      lowered && published(facts) && from === wish ? `${from.reason}; TLS-Required: No sets DANE and MTA-STS aside` : from.reason;
    const { level, source } = from;
    return { level, verifyBy: by, names: names.slice(0, MAX_NAMES), requireTls, source, reason: told, useHost, report, observe };
  };
  if (!lowered && dane.state === 'failed') {
    return floor(null, [], { ...wish, source: 'dane', reason: `DANE: ${dane.why}` }, false);
  }
  // A wish for proof takes DANE's, and the header lowers no wish.
  if (dane.state === 'usable' && (!lowered || verified)) {
    const { names } = dane;
    return floor('dane', names, verified ? because(wish, `DANE (${dane.why})`) : raised('verified', 'dane', `DANE: ${dane.why}`));
  }
  if (!lowered && enforced && !stsNames(sts, host)) {
    return floor(null, [], raised('verified', 'mta-sts', `the MTA-STS policy does not name ${host}`), false);
  }
  if (enforced && stsNames(sts, host) && (!lowered || verified)) {
    const reason = 'the MTA-STS policy is enforced';
    return floor('mta-sts', [host], verified ? because(wish, reason) : raised('verified', 'mta-sts', reason));
  }
  if (verified) return byPublicChain(wishes, facts, wish, floor);
  if (!lowered && dane.state === 'unusable' && wish.level === 'opportunistic') {
    // RFC 7672 section 2.2: such records still say that the host does TLS.
    return floor(null, [host], raised('required', 'dane', `DANE: ${dane.why}`));
  }
  // The name decides nothing here; it is looked at for the record.
  return floor(null, [host], wish);
}

/** Public authorities prove a name; it has to be one that an insecure MX answer could not have chosen. */
function byPublicChain(
  wishes: TlsWishes,
  facts: HostFacts,
  wish: Wish,
  floor: (by: Floor['verifyBy'], names: readonly string[], from: Wish, useHost?: boolean) => Floor,
): Floor {
  const { host, domain, sts } = facts;
  const safeHost = facts.mxAd || facts.smarthost || (sts !== null && sts.mode !== 'none' && stsNames(sts, host));
  const pinned = rulesFor(wishes, facts).flatMap(rule => rule.names);
  const names = [...new Set([...pinned, ...(safeHost ? [host] : []), ...(domain === null ? [] : [domain])])].filter(
    one => hostName(one) !== null,
  );
  if (names.length === 0) return floor('pkix', [], because(wish, 'no name is known that would prove the peer'), false);
  return floor('pkix', names, because(wish, `a public certificate for ${names.slice(0, 3).join(' or ')} is needed`));
}

function strictest(wishes: TlsWishes, facts: HostFacts): Wish {
  const all: readonly Wish[] = [
    ...(wishes.requireTls ? [raised('verified', 'requiretls', 'the message came with REQUIRETLS')] : []),
    ...(facts.login ? [raised('verified', 'credentials', 'credentials need TLS verified by name')] : []),
    ...(['message', 'domain', 'account', 'operator'] as const).flatMap(source => wanted(wishes[source], source)),
    ...rulesFor(wishes, facts).flatMap(rule => wanted(rule.level, 'destination')),
  ];
  const none: Wish = { level: 'opportunistic', source: 'default', reason: 'opportunistic' };
  return all.reduce((strict, one) => (RANK[one.level] > RANK[strict.level] ? one : strict), none);
}

function rulesFor(wishes: TlsWishes, facts: HostFacts): readonly Destination[] {
  const name = facts.domain ?? facts.host;
  return wishes.destinations.filter(rule => matchesDestination(name, rule.pattern));
}

function wanted(level: TlsPolicy | null, source: WishSource): readonly Wish[] {
  return level === null ? [] : [{ level, source, reason: `${SAID[source]} wants TLS ${level}` }];
}

const raised = (level: TlsPolicy, source: FloorSource, reason: string): Wish => ({ level, source, reason });
const because = (wish: Wish, how: string): Wish => ({ ...wish, reason: `${wish.reason}; ${how}` });

function reportOf({ dane, sts, host }: HostFacts): SessionFailure | null {
  if (dane.state === 'failed') return 'dnssec-invalid';
  if (dane.state === 'unusable') return 'tlsa-invalid';
  return dane.state === 'none' && sts && sts.mode !== 'none' && !stsNames(sts, host) ? 'validation-failure' : null;
}

function published({ dane, sts }: HostFacts): boolean {
  return dane.state === 'usable' || dane.state === 'unusable' || dane.state === 'failed' || sts?.mode === 'enforce';
}
