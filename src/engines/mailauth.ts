// SPF, DKIM, DMARC and ARC through the library mailauth, with our resolver, one budget of look-ups and a time limit for each message, a cap
// on signatures, and corrections where the shared suites show it wrong. A check that fails to finish is temperror, never pass.
import { isIP } from 'node:net';
import type { DKIMResult } from 'mailauth';
import { arc } from 'mailauth/lib/arc/index.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { evaluateDmarc } from 'mailauth/lib/dmarc/index.js';
import { spf } from 'mailauth/lib/spf/index.js';
import { readHeaders, rewriteHeaders, type Field } from '../message/headers.ts';
import { newBudget, type Budget, type RecordType, type Resolver } from './resolver/types.ts';

export type AuthAsk = {
  readonly raw: Buffer;
  /** null: the peer is not known, SPF is not checked. */
  readonly ip: string | null;
  readonly helo: string | null;
  readonly mailFrom: string | null;
  /** Whatever is remembered of DNS, ask anew. */
  readonly fresh?: boolean;
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
const SPF_MS = 10_000;

type Deps = {
  readonly resolver: Resolver;
  readonly hostname: string;
  /** Bits that an RSA key needs at least (RFC 8301: 1024); test suites have shorter ones. */
  readonly minKeyBits?: number;
  /** Believe rsa-sha1 too (RFC 8301 forbids it); for test suites older than that. */
  readonly oldAlgorithms?: boolean;
};

const MIN_KEY_BITS = 1024;

export function newAuthEngine(deps: Deps): AuthEngine {
  return async ask => {
    const budget = newBudget(QUERIES, ask.fresh);
    const work = check(deps, ask, budget).catch(() => failed(deps.hostname, ask));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<AuthAnswer>(resolve => {
      timer = setTimeout(() => resolve(failed(deps.hostname, ask)), TIME_MS);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  };
}

async function check(deps: Deps, ask: AuthAsk, budget: Budget): Promise<AuthAnswer> {
  const resolver = dnsOf(deps.resolver, budget) as never;
  const minBitLength = deps.minKeyBits ?? MIN_KEY_BITS;
  // SPF and ARC in the library's strict mode; DKIM and DMARC lenient, since strict refuses signatures and records that the RFCs' own
  // examples have. What lenient lets through and must not is corrected by the warnings that it gives.
  const signed = await dkimVerify(capped(ask.raw), { resolver, minBitLength, sender: ask.mailFrom ?? '' });
  const helo = ask.helo && isIP(ask.helo) ? `[${ask.helo}]` : ask.helo || ask.ip || '';
  const sent =
    ask.ip === null ? null : await spf({ resolver, ip: ask.ip, helo, sender: ask.mailFrom ?? '', mta: deps.hostname, strict: true });
  const chained = await arcOf(ask.raw, signed.arc, resolver, minBitLength);
  const chain = chained && (await arc(chained, { resolver, minBitLength, strict: true, ...(ask.ip === null ? {} : { ip: ask.ip }) }));
  const signatures = signed.results.map(one => corrected(one, deps.oldAlgorithms ?? false));
  const { response: policy } = await evaluateDmarc({
    headerFrom: signed.headerFrom,
    fromFields: signed.fromFields,
    spfDomains: sent && sent.status.result === 'pass' && sent.domain ? [sent.domain] : [],
    dkimDomains: signatures.filter(one => one.result === 'pass').map(({ id, domain, aligned }) => ({ id, domain: domain ?? '', aligned })),
    resolver,
  } as never);
  // An aligned pass says most, any pass more than none; without one the first signature speaks.
  const dkim =
    signatures.find(one => one.result === 'pass' && one.aligned) ?? signatures.find(one => one.result === 'pass') ?? signatures[0];
  const rows = [sent?.info, ...signatures.map(one => one.info), chain?.info, policy ? policy.info : undefined].filter(
    row => typeof row === 'string',
  );
  return {
    spf: sent ? { result: sent.status.result, domain: sent.domain || null } : null,
    dkim: { result: dkim?.result ?? 'none', domain: dkim?.domain ?? null },
    dmarc: policy
      ? { result: policy.status.result, domain: policy.domain || null, policy: policy.policy ?? 'none' }
      : { result: 'none', domain: null },
    arc: { result: chain ? chain.status.result : 'none', domain: null },
    header: [deps.hostname, ...rows.map(folded)].join(';\r\n '),
  };
}

type ArcData = Parameters<typeof arc>[0];

/** What the library read of an ARC chain: it reads it strictly only when it reads all signatures so, which ARC mail alone pays for. */
async function arcOf(raw: Buffer, lenient: unknown, resolver: never, minBitLength: number): Promise<ArcData | null> {
  const hasArc = readHeaders(raw).fields.some(field => field.name.startsWith('arc-'));
  const read = hasArc ? (await dkimVerify(capped(raw), { resolver, minBitLength, strict: true })).arc : lenient;
  return (read as ArcData | undefined) ?? null;
}

type Signature = {
  readonly id: string | undefined;
  readonly result: string;
  readonly domain: string | null;
  readonly aligned: string | false | undefined;
  readonly info: string | undefined;
};

/** RFC 6376 section 6.1.1: another query method, an identity outside of the domain, a version that is not 1, broken tags. */
const NO_PASS: ReadonlySet<string> = new Set(['query-method', 'identity-domain', 'tag-syntax', 'key-syntax']);

function corrected(one: DKIMResult, oldAlgorithms: boolean): Signature {
  const { warnings = [] } = one.status as { readonly warnings?: readonly string[] };
  const wrong =
    one.status.result === 'pass'
      ? warnings.find(word => NO_PASS.has(word) || ((word === 'rsa-sha1' || word === 'invalid-v') && !oldAlgorithms))
      : undefined;
  const base = { id: one.id, domain: one.signingDomain ?? null, aligned: one.status.aligned };
  if (wrong === undefined) return { ...base, result: one.status.result, info: one.info };
  const result = wrong === 'rsa-sha1' ? 'policy' : 'permerror';
  return { ...base, result, aligned: false, info: one.info?.replace(/^dkim=pass(?: \([^)]*\))?/, `dkim=${result} (${wrong})`) };
}

/** Rows of a field folded at blanks well below the line limit. */
function folded(row: string): string {
  return row.replace(/\s+/g, ' ').replace(/(.{60,100}?) (?=.{20})/g, '$1\r\n  ');
}

/** DMARC alone, for identifiers that passed elsewhere. `record` is what was found in DNS. */
export async function checkDmarc(
  resolver: Resolver,
  ask: { readonly from: string | readonly string[]; readonly spf: readonly string[]; readonly dkim: readonly string[] },
): Promise<
  AuthWord & {
    readonly record: string | null;
    readonly strict: { readonly spf: boolean; readonly dkim: boolean };
    readonly spfAligned: boolean;
  }
> {
  const { response } = await evaluateDmarc({
    headerFrom: [ask.from].flat(),
    spfDomains: [...ask.spf],
    dkimDomains: ask.dkim.map(domain => ({ domain })),
    resolver: dnsOf(resolver, newBudget(QUERIES)) as never,
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

/** SPF alone (RFC 7208): the word for mail from `sender` that comes from `ip` and greets as `helo`. `temperror` when it fails to finish in
 * `SPF_MS`: the record is a customer's, and its DNS may be slow on purpose. */
export async function checkSpf(
  resolver: Resolver,
  ask: { readonly ip: string; readonly helo: string; readonly sender: string },
): Promise<string> {
  const dns = dnsOf(resolver, newBudget(QUERIES)) as never;
  const answer = spf({ ...ask, resolver: dns, mta: ask.helo, strict: true }).then(
    found => found.status.result,
    () => 'temperror',
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve('temperror'), SPF_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** The message with at most so many signatures: the first ones, which are those nearest to us. */
function capped(raw: Buffer): Buffer {
  const block = readHeaders(raw);
  const over = new Set<Field>(block.fields.filter(field => field.name === 'dkim-signature').slice(MAX_SIGNATURES));
  return over.size === 0 ? raw : rewriteHeaders(raw, block, '', field => over.has(field));
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
