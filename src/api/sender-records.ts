// What DNS says of a From domain, for the quality score: SPF (RFC 7208), DKIM keys of ours, DMARC (RFC 9989), whether it takes mail, MTA-STS, BIMI.
// Bounded in look-ups; a look-up that fails is `unknown`, which costs nobody points.
import { getDomain } from 'tldts';
import { readDmarcRecord } from '../authenticate/dmarc-record.ts';
import { newBudget, type Budget, type DnsAnswer, type MxRecord, type RecordType, type Resolver } from '../engines/resolver/types.ts';
import type { Facts, RecordState } from '../score/facts.ts';
import { readStsRecord } from '../tlspolicy/mta-sts.ts';
import type { ApiDeps } from './types.ts';

/** SPF, two DMARC, MX, A, AAAA, MTA-STS, two BIMI, and the keys of a domain in rotation. */
const QUERIES = 15;
/** Who waits for a score does not wait longer for DNS. */
const WAIT_MS = 4_000;
/** Names for documentation (RFC 2606, 6761): what DNS says of them tells nothing of a mail. */
const EXAMPLE = /(?:^|\.)(?:example|example\.(?:com|net|org))$/;

type Deps = Pick<ApiDeps, 'resolver' | 'store' | 'identify'>;

/** `accountId`: whose keys count; null = the operator, anybody's. undefined: there is no domain to ask for. */
export async function senderRecords(deps: Deps, domain: string | null, accountId: string | null): Promise<Facts['identity']> {
  if (domain === null) return undefined;
  if (EXAMPLE.test(domain)) return { domain };
  const covering = await deps.identify.domain(domain);
  const own = covering && (accountId === null || covering.accountId === accountId) ? covering.name : null;
  const look = lookerOf(deps.resolver, newBudget(QUERIES));
  // Our mail has its return path below the domain: there stands the SPF that counts.
  const [spf, dmarc, receives, mtaSts, bimi, dkim] = await inTime([
    spfOf(look, own === null ? domain : `bounce.${own}`),
    dmarcOf(look, domain),
    receivesOf(look, domain),
    mtaStsOf(look, domain),
    bimiOf(look, domain),
    own === null ? undefined : dkimOf(deps, look, own),
  ] as const);
  return { domain, spf, dmarc, receives, mtaSts, bimi, ...(dkim === undefined ? {} : { dkim }) };
}

type Asked = Promise<RecordState> | undefined;

/** What has not answered in time is `unknown`. */
async function inTime<T extends readonly Asked[]>(asked: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<RecordState>(resolve => {
    timer = setTimeout(() => resolve('unknown'), WAIT_MS);
  });
  const states = await Promise.all(asked.map(async one => (one ? Promise.race([one, late]) : undefined))).finally(() =>
    clearTimeout(timer),
  );
  return states as { -readonly [K in keyof T]: Awaited<T[K]> };
}

type Look = <T extends RecordType>(name: string, type: T) => Promise<DnsAnswer<T>>;
const lookerOf =
  (resolver: Resolver, budget: Budget): Look =>
  (name, type) =>
    resolver.lookUp(name, type, budget);

const isAbsent = ({ kind }: DnsAnswer): boolean => kind === 'nodata' || kind === 'nxdomain';
const stateWithout = (answer: DnsAnswer): RecordState => (isAbsent(answer) ? 'missing' : 'unknown');

async function spfOf(look: Look, domain: string): Promise<RecordState> {
  const answer = await look(domain, 'TXT');
  if (answer.kind !== 'records') return stateWithout(answer);
  const records = answer.records.filter(text => /^v=spf1(?: |$)/i.test(text));
  // RFC 7208 section 4.5: two records are an error.
  return records.length === 1 ? 'ok' : records.length === 0 ? 'missing' : 'broken';
}

/** The record of the domain, else of the one it is registered under. */
async function dmarcOf(look: Look, domain: string): Promise<RecordState> {
  for (const name of new Set([domain, getDomain(domain) ?? domain])) {
    const answer = await look(`_dmarc.${name}`, 'TXT');
    if (answer.kind !== 'records' && !isAbsent(answer)) return 'unknown';
    const records = answer.kind === 'records' ? answer.records.filter(text => /^\s*v\s*=\s*DMARC1/i.test(text)) : [];
    if (records.length > 1) return 'broken';
    if (records.length === 1) return readDmarcRecord(records[0] ?? '').ok ? 'ok' : 'broken';
  }
  return 'missing';
}

/** RFC 5321 section 5.1, and RFC 7505: a null MX takes no mail. */
async function receivesOf(look: Look, domain: string): Promise<RecordState> {
  const mx = await look(domain, 'MX');
  if (mx.kind === 'records') return mx.records.some(one => !isNull(one)) ? 'ok' : 'missing';
  if (!isAbsent(mx)) return 'unknown';
  const addresses = [await look(domain, 'A'), await look(domain, 'AAAA')];
  if (addresses.some(one => one.kind === 'records')) return 'ok';
  return addresses.every(isAbsent) ? 'missing' : 'unknown';
}

const isNull = ({ exchange }: MxRecord): boolean => exchange === '' || exchange === '.';

async function mtaStsOf(look: Look, domain: string): Promise<RecordState> {
  const answer = await look(`_mta-sts.${domain}`, 'TXT');
  if (answer.kind !== 'records') return stateWithout(answer);
  if (!answer.records.some(text => /^v=STSv1\s*;/i.test(text))) return 'missing';
  return readStsRecord(answer.records) === null ? 'broken' : 'ok';
}

/** The record of the domain, else of the one it is registered under. An empty `l` says that no logo is wanted. */
async function bimiOf(look: Look, domain: string): Promise<RecordState> {
  for (const name of new Set([domain, getDomain(domain) ?? domain])) {
    const answer = await look(`default._bimi.${name}`, 'TXT');
    if (answer.kind !== 'records' && !isAbsent(answer)) return 'unknown';
    const records = answer.kind === 'records' ? answer.records.filter(text => /^\s*v\s*=\s*BIMI1\b/i.test(text)) : [];
    if (records.length > 1) return 'broken';
    if (records[0] !== undefined) return /;\s*l\s*=\s*(?:https:\/\/\S+\s*)?(?:;|$)/i.test(records[0]) ? 'ok' : 'broken';
  }
  return 'missing';
}

/** `ok` when one of the keys that we sign with is published as it is. */
async function dkimOf({ store }: Deps, look: Look, domain: string): Promise<RecordState> {
  const keys = (await store.domains.dkim(domain)).filter(key => key.state === 'active');
  const states: RecordState[] = [];
  for (const { selector, public: wanted } of keys) {
    const answer = await look(`${selector}._domainkey.${domain}`, 'TXT');
    if (answer.kind !== 'records') states.push(stateWithout(answer));
    else states.push(answer.records.some(text => keyIn(text) !== '' && keyIn(text) === keyIn(wanted)) ? 'ok' : 'broken');
  }
  return states.find(one => one === 'ok') ?? states.find(one => one === 'unknown') ?? states.find(one => one === 'broken') ?? 'missing';
}

const keyIn = (record: string): string => (/(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1] ?? '').replace(/\s/g, '');
