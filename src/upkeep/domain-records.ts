// The DNS records of a sending domain: what we expect, what is there. Proof of ownership is this account's own DKIM key or challenge; SPF,
// MX, DMARC, return path, MTA-STS, TLS reports and the host for links are health. A failed look-up is `unknown`, never `missing`.
import { readDmarcRecord } from '../authenticate/dmarc-record.ts';
import type { Config } from '../config.ts';
import { newBudget, type Budget, type MxRecord, type Resolver } from '../engines/resolver/types.ts';
import type { DkimKey, Domain } from '../engines/store/control/domains.ts';
import type { Store } from '../engines/store/subjects.ts';
import type { Clock } from '../engines/types.ts';
import { readStsRecord } from '../tlspolicy/mta-sts.ts';
import { ownPolicy } from '../tlspolicy/own-policy.ts';
import { readTlsRptRecord } from '../tlspolicy/tls-rpt.ts';

export type DomainRecord = {
  readonly purpose:
    | 'dkim'
    | 'dkim_next'
    | 'dkim_old'
    | 'ownership'
    | 'spf'
    | 'return_path'
    | 'inbound'
    | 'dmarc'
    | 'mta_sts'
    | 'mta_sts_host'
    | 'tls_rpt'
    | 'tracking';
  readonly type: 'TXT' | 'MX' | 'CNAME';
  /** Absolute, without a final dot. */
  readonly host: string;
  readonly expected: string;
  readonly current: string | null;
  readonly status: 'ok' | 'missing' | 'different' | 'unknown';
};
type Deps = { readonly config: Config; readonly store: Store; readonly resolver: Resolver; readonly clock: Clock };

/** A verified domain whose proof is gone stays so this long. */
const LAPSE_MS = 72 * 3_600_000;
/** Mail that was signed before a rotation is checked for this long at most: the records of old keys must stay. */
const OLD_KEYS_MS = 14 * 24 * 3_600_000;
const DKIM = { active: 'dkim', next: 'dkim_next', old: 'dkim_old' } as const;
const QUERIES = 30;

/** `receives`: mail for the domain comes to us, so that we may say what TLS others can count on. */
export function expectedRecords(config: Config, domain: Domain, keys: readonly DkimKey[], receives: boolean): readonly DomainRecord[] {
  const { name } = domain;
  const none = { current: null, status: 'unknown' } as const;
  const spf =
    config.sendingIps.length > 0 ? config.sendingIps.map(ip => `ip${ip.includes(':') ? 6 : 4}:${ip}`).join(' ') : `a:${config.hostname}`;
  return [
    ...keys.map(
      key =>
        ({ purpose: DKIM[key.state], type: 'TXT', host: `${key.selector}._domainkey.${name}`, expected: key.public, ...none }) as const,
    ),
    { purpose: 'ownership', type: 'TXT', host: `_sesame-challenge.${name}`, expected: domain.challenge, ...none },
    { purpose: 'return_path', type: 'MX', host: `bounce.${name}`, expected: `10 ${config.hostname}`, ...none },
    { purpose: 'spf', type: 'TXT', host: `bounce.${name}`, expected: `v=spf1 ${spf} -all`, ...none },
    { purpose: 'dmarc', type: 'TXT', host: `_dmarc.${name}`, expected: 'v=DMARC1; p=none', ...none },
    { purpose: 'inbound', type: 'MX', host: name, expected: `10 ${config.hostname}`, ...none },
    ...(receives ? tlsRecords(config.hostname, domain) : []),
    ...(domain.trackingHost === null
      ? []
      : [{ purpose: 'tracking', type: 'CNAME', host: domain.trackingHost, expected: linksHost(config), ...none } as const]),
  ];
}

/** The host that links in mail lead to where the tenant has none of his own. */
export const linksHost = ({ publicUrl, hostname }: Pick<Config, 'publicUrl' | 'hostname'>): string =>
  publicUrl === null ? hostname : new URL(publicUrl).hostname;

/** RFC 8461 section 3 and RFC 8460 section 3: worth having, never needed. */
function tlsRecords(hostname: string, { name, mtaSts }: Domain): readonly DomainRecord[] {
  const none = { current: null, status: 'unknown' } as const;
  const { id } = ownPolicy(mtaSts, hostname);
  return [
    { purpose: 'mta_sts', type: 'TXT', host: `_mta-sts.${name}`, expected: `v=STSv1; id=${id};`, ...none },
    { purpose: 'mta_sts_host', type: 'CNAME', host: `mta-sts.${name}`, expected: hostname, ...none },
    { purpose: 'tls_rpt', type: 'TXT', host: `_smtp._tls.${name}`, expected: `v=TLSRPTv1; rua=mailto:tls-reports@${hostname}`, ...none },
  ];
}

/** The records as the last check saw them. */
export function shownRecords(config: Config, domain: Domain, keys: readonly DkimKey[], receives: boolean): readonly DomainRecord[] {
  // By type, host and wish: a key that was promoted since keeps what was seen of its record.
  const keyOf = (one: DomainRecord): string => `${one.type} ${one.host} ${one.expected}`;
  const seen = new Map((JSON.parse(domain.checked ?? '[]') as readonly DomainRecord[]).map(one => [keyOf(one), one]));
  return expectedRecords(config, domain, keys, receives).map(one => {
    const { current, status } = seen.get(keyOf(one)) ?? one;
    return { ...one, current, status };
  });
}

type Check = {
  /** The operator vouches for the domain; undefined keeps what was. */
  readonly force?: boolean | undefined;
  /** Somebody asks, and published a record perhaps: nothing remembered counts. */
  readonly fresh?: boolean;
};

/** Looks everything up and records the state. */
export async function checkDomain(deps: Deps, name: string, { force, fresh = false }: Check = {}): Promise<Domain | null> {
  const domain = await deps.store.domains.get(name);
  if (!domain) return null;
  const keys = await deps.store.domains.dkim(name);
  const budget = newBudget(QUERIES, fresh);
  const records: DomainRecord[] = [];
  const receives = await deps.store.routes.receives({ accountId: domain.accountId, domain: name });
  for (const record of expectedRecords(deps.config, domain, keys, receives)) {
    const look = record.type === 'CNAME' ? lookAtHost : lookAtRecord;
    records.push(await look(deps.resolver, record, budget));
  }
  const proofs = records.filter(one => one.purpose === 'dkim' || one.purpose === 'dkim_next' || one.purpose === 'ownership');
  const unsure = proofs.some(one => one.status === 'unknown');
  const lapsed = !unsure && domain.missingSince !== null && deps.clock.now() - domain.missingSince > LAPSE_MS;
  const next = records.filter(one => one.purpose === 'dkim_next');
  const tracking = records.find(one => one.purpose === 'tracking')?.status ?? 'unknown';
  if (next.length > 0 && next.every(one => one.status === 'ok'))
    await deps.store.domains.promoteKeys({ name, retireAt: deps.clock.now() + OLD_KEYS_MS });
  return deps.store.domains.setChecked({
    name,
    proven: proofs.some(one => one.status === 'ok'),
    forced: force ?? domain.forced,
    checked: JSON.stringify(records),
    tracks: tracking === 'unknown' ? null : tracking === 'ok',
    lapsed,
  });
}

async function lookAtRecord(resolver: Resolver, record: DomainRecord, budget: Budget): Promise<DomainRecord> {
  const answer = await resolver.lookUp(record.host, record.type, budget);
  if (answer.kind === 'nodata' || answer.kind === 'nxdomain') return { ...record, current: null, status: 'missing' };
  if (answer.kind !== 'records') return { ...record, current: null, status: 'unknown' };
  const found = answer.records.map(one =>
    typeof one === 'string' ? one : `${(one as MxRecord).preference} ${(one as MxRecord).exchange}`,
  );
  const ours = found.find(one => fits(record, one));
  if (ours !== undefined) return { ...record, current: ours.slice(0, 1_000), status: 'ok' };
  const rival = found.find(one => one.slice(0, 5).toLowerCase() === record.expected.slice(0, 5).toLowerCase());
  const other = record.type === 'TXT' ? rival : found[0];
  return { ...record, current: other?.slice(0, 1_000) ?? null, status: other === undefined ? 'missing' : 'different' };
}

/** A name that is to lead to ours, by an alias or by the same addresses. */
async function lookAtHost(resolver: Resolver, record: DomainRecord, budget: Budget): Promise<DomainRecord> {
  const alias = await lookAtRecord(resolver, record, budget);
  if (alias.status === 'ok' || alias.status === 'unknown') return alias;
  const addresses = async (name: string): Promise<readonly string[] | null> => {
    const answers = [await resolver.lookUp(name, 'A', budget), await resolver.lookUp(name, 'AAAA', budget)];
    const isUnsure = answers.some(one => one.kind !== 'records' && one.kind !== 'nodata' && one.kind !== 'nxdomain');
    return isUnsure ? null : answers.flatMap(one => (one.kind === 'records' ? one.records : []));
  };
  const [theirs, ours] = [await addresses(record.host), await addresses(record.expected)];
  if (!theirs || !ours) return { ...record, current: null, status: 'unknown' };
  if (theirs.length === 0) return alias;
  const status = theirs.every(ip => ours.includes(ip)) ? 'ok' : 'different';
  return { ...record, current: (alias.current ?? theirs.join(', ')).slice(0, 1_000), status };
}

function fits(record: DomainRecord, found: string): boolean {
  switch (record.purpose) {
    case 'dkim':
    case 'dkim_next':
    case 'dkim_old':
      return tag(found, 'p') === tag(record.expected, 'p') && tag(found, 'p') !== '';
    case 'dmarc':
      return readDmarcRecord(found).ok;
    case 'mta_sts':
      return readStsRecord([found]) === readStsRecord([record.expected]);
    // Who wants reports elsewhere has them there.
    case 'tls_rpt':
      return readTlsRptRecord([found]) !== null;
    case 'mta_sts_host':
    case 'tracking':
      return found.replace(/\.$/, '').toLowerCase() === record.expected;
    case 'inbound':
    case 'return_path':
      return found.replace(/^\d+ /, '').replace(/\.$/, '').toLowerCase() === record.expected.replace(/^\d+ /, '');
    default:
      return found.trim() === record.expected;
  }
}

function tag(text: string, name: string): string {
  const value = text
    .split(';')
    .map(one => one.trim())
    .find(one => one.startsWith(`${name}=`));
  return value?.slice(name.length + 1).replace(/\s/g, '') ?? '';
}
