// SPF, DKIM, DMARC and ARC through the library mailauth, in its strict mode (every check follows its RFC), with our resolver, one budget of
// look-ups and a time limit for each message, and a cap on signatures. A check that fails to finish is temperror, never pass.
import { authenticate } from 'mailauth';
import { evaluateDmarc } from 'mailauth/lib/dmarc/index.js';
import { readHeaders, rewriteHeaders, type Field } from '../message/headers.ts';
import { newBudget, type Budget, type RecordType, type Resolver } from './resolver/types.ts';

export type AuthAsk = {
  readonly raw: Buffer;
  /** null: the peer is not known, SPF is not checked. */
  readonly ip: string | null;
  readonly helo: string | null;
  readonly mailFrom: string | null;
};
export type AuthWord = { readonly result: string; readonly domain: string | null; readonly policy?: string };
export type AuthAnswer = {
  readonly spf: AuthWord | null;
  readonly dkim: AuthWord;
  readonly dmarc: AuthWord;
  readonly arc: AuthWord;
  /** Value of Authentication-Results, folded. */
  readonly header: string;
};
export type AuthEngine = (ask: AuthAsk) => Promise<AuthAnswer>;

/** RFC 6376 section 6.1 lets a verifier limit what it tries; honest mail has up to four. */
const MAX_SIGNATURES = 10;
/** Look-ups for one message: SPF may need 10 terms and 10 addresses each, signatures and ARC sets one key each. */
const QUERIES = 100;
const TIME_MS = 15_000;

type Deps = {
  readonly resolver: Resolver;
  readonly hostname: string;
  /** Bits that an RSA key needs at least (RFC 8301: 1024); test suites have shorter ones. */
  readonly minKeyBits?: number;
};

export function newAuthEngine(deps: Deps): AuthEngine {
  return async ask => {
    const budget = newBudget(QUERIES);
    const work = check(deps, ask, budget).catch(() => failed(deps.hostname, ask));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<AuthAnswer>(resolve => {
      timer = setTimeout(() => resolve(failed(deps.hostname, ask)), TIME_MS);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  };
}

async function check(deps: Deps, ask: AuthAsk, budget: Budget): Promise<AuthAnswer> {
  const result = await authenticate(capped(ask.raw), {
    ...(ask.ip === null ? {} : { ip: ask.ip, helo: ask.helo ?? '' }),
    sender: ask.mailFrom ?? '',
    mta: deps.hostname,
    strict: true,
    minBitLength: deps.minKeyBits ?? 1024,
    disableBimi: true,
    resolver: dnsOf(deps.resolver, budget) as never,
  });
  const signatures = result.dkim.results.map(one => ({
    result: one.status.result,
    domain: one.signingDomain ?? null,
    aligned: one.status.aligned,
  }));
  // An aligned pass says most, any pass more than none; without one the first signature speaks.
  const dkim =
    signatures.find(one => one.result === 'pass' && one.aligned) ?? signatures.find(one => one.result === 'pass') ?? signatures[0];
  const { spf, dmarc, arc } = result;
  return {
    spf: ask.ip === null || !spf ? null : { result: spf.status.result, domain: spf.domain || null },
    dkim: { result: dkim?.result ?? 'none', domain: dkim?.domain || null },
    dmarc: dmarc
      ? { result: dmarc.status.result, domain: dmarc.domain || null, policy: dmarc.policy ?? 'none' }
      : { result: 'none', domain: null },
    arc: arc ? { result: arc.status.result, domain: null } : { result: 'none', domain: null },
    header: headerOf(result.headers),
  };
}

/** DMARC alone, for identifiers that passed elsewhere. `record` is what was found in DNS. */
export async function checkDmarc(
  resolver: Resolver,
  ask: { readonly from: string; readonly spf: readonly string[]; readonly dkim: readonly string[] },
): Promise<
  AuthWord & {
    readonly record: string | null;
    readonly strict: { readonly spf: boolean; readonly dkim: boolean };
    readonly spfAligned: boolean;
  }
> {
  const { response } = await evaluateDmarc({
    headerFrom: [ask.from],
    spfDomains: [...ask.spf],
    dkimDomains: ask.dkim.map(domain => ({ domain })),
    resolver: dnsOf(resolver, newBudget(QUERIES)) as never,
    strict: true,
  } as never);
  const none = { result: 'none', domain: null, record: null, strict: { spf: false, dkim: false }, spfAligned: false };
  if (!response) return none;
  const { status, domain, policy, rr, alignment } = response;
  return {
    result: status.result,
    domain: domain ?? null,
    ...(policy ? { policy } : {}),
    record: rr ?? null,
    strict: { spf: alignment?.spf?.strict ?? false, dkim: alignment?.dkim?.strict ?? false },
    spfAligned: Boolean(alignment?.spf?.result),
  };
}

/** The message with at most so many signatures: the first ones, which are those nearest to us. */
function capped(raw: Buffer): Buffer {
  const block = readHeaders(raw);
  const over = new Set<Field>(block.fields.filter(field => field.name === 'dkim-signature').slice(MAX_SIGNATURES));
  return over.size === 0 ? raw : rewriteHeaders(raw, block, '', field => over.has(field));
}

/** The value of the one Authentication-Results field among the headers that the library made. */
function headerOf(headers: string): string {
  const found = /^Authentication-Results:\s*((?:.|\r\n[ \t])*)/im.exec(headers);
  return (found?.[1] ?? '').trim();
}

function failed(hostname: string, ask: AuthAsk): AuthAnswer {
  const temporary = { result: 'temperror', domain: null };
  const header = `${hostname};\r\n ${ask.ip === null ? '' : 'spf=temperror; '}dkim=temperror; dmarc=temperror; arc=temperror`;
  return { spf: ask.ip === null ? null : temporary, dkim: temporary, dmarc: temporary, arc: temporary, header };
}

const TYPES: ReadonlySet<string> = new Set<RecordType>(['A', 'AAAA', 'MX', 'TXT', 'PTR', 'CNAME', 'NS']);

/** Our resolver with the shape of node:dns/promises `resolve`: what the library wants to be handed. */
function dnsOf(resolver: Resolver, budget: Budget): (name: string, type: string) => Promise<unknown[]> {
  return async (name, type) => {
    if (!TYPES.has(type)) throw dnsError('ENODATA', name, type);
    const answer = await resolver.lookUp(name, type as 'TXT' | 'MX' | 'A', budget);
    if (answer.kind === 'records') {
      if (type === 'TXT') return (answer.records as readonly string[]).map(text => [text]);
      if (type === 'MX') return (answer.records as readonly { exchange: string; preference: number }[]).map(mxOf);
      return [...answer.records];
    }
    throw dnsError(answer.kind === 'nxdomain' ? 'ENOTFOUND' : answer.kind === 'nodata' ? 'ENODATA' : 'ETIMEOUT', name, type);
  };
}

const mxOf = ({ exchange, preference }: { exchange: string; preference: number }): object => ({ exchange, priority: preference });

function dnsError(code: string, name: string, type: string): Error {
  return Object.assign(new Error(`${type} of ${name}: ${code}`), { code });
}
