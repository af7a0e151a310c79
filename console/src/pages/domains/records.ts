// DNS records of a domain as the page shows them: which come first, how the host is written, where the wrong value departs. Pure.
import type { Tone } from '../../parts/badge.tsx';

export type DnsRecord = {
  readonly purpose: string;
  readonly type: 'TXT' | 'MX' | 'CNAME';
  readonly host: string;
  readonly expected: string;
  readonly current: string | null;
  readonly status: 'ok' | 'missing' | 'different' | 'unknown';
};
export type Domain = {
  readonly name: string;
  readonly accountId: string | null;
  readonly state: string;
  readonly tls: string;
  readonly mtaSts: string;
  readonly trackingHost: string | null;
  readonly tracking: { readonly state: string } | null;
  /** The name that it is registered under: where its DNS is kept most likely. */
  readonly zone: string;
  readonly records: readonly DnsRecord[];
  readonly checkedAt: string | null;
};

export const TONES: Readonly<Record<DnsRecord['status'], Tone>> = { ok: 'good', missing: 'idle', different: 'bad', unknown: 'warn' };

/** One of these proves the domain; without any nothing is sent from it. */
const PROOFS: ReadonlySet<string> = new Set(['dkim', 'dkim_next', 'ownership']);
/** Worth having: their absence is no fault of the domain. */
const BY_WISH: ReadonlySet<string> = new Set(['inbound', 'mta_sts', 'mta_sts_host', 'tls_rpt', 'dkim_old']);

/** Must this record come before mail can leave? The challenge only stands in for DKIM. */
export const isNeeded = ({ purpose }: Pick<DnsRecord, 'purpose'>, state: string): boolean => purpose === 'dkim' && state !== 'verified';

const WORST = ['different', 'missing', 'unknown', 'ok'];
const weight = ({ purpose, status }: DnsRecord): number =>
  (status === 'ok' ? 100 : 0) + (BY_WISH.has(purpose) || purpose === 'ownership' ? 10 : 0) + WORST.indexOf(status);

/** What is wrong first; what is only by wish behind what every sender should have. Records of one kind stay together. */
export const inOrder = (records: readonly DnsRecord[]): readonly DnsRecord[] => records.toSorted((a, b) => weight(a) - weight(b));

/** How many records that every sender should have are in place. A proof by another record stands in for the challenge. */
export function standingOf({ records }: Pick<Domain, 'records'>): {
  readonly there: number;
  readonly all: number;
  readonly worst: DnsRecord['status'];
} {
  const isProven = records.some(one => PROOFS.has(one.purpose) && one.purpose !== 'ownership' && one.status === 'ok');
  const wanted = records.filter(one => !BY_WISH.has(one.purpose) && !(one.purpose === 'ownership' && isProven));
  const worst = WORST.find(status => wanted.some(one => one.status === status)) ?? 'ok';
  return { there: wanted.filter(one => one.status === 'ok').length, all: wanted.length, worst: worst as DnsRecord['status'] };
}

/** Domains that cannot send first, then by what is missing of their records, then by name. */
export function worstFirst(domains: readonly Domain[]): readonly Domain[] {
  const of = (domain: Domain): number => {
    const { there, all, worst } = standingOf(domain);
    return (domain.state === 'verified' ? 1_000 : 0) + (worst === 'different' ? 0 : 100) + (all === 0 ? 100 : (there / all) * 100);
  };
  return domains.toSorted((a, b) => of(a) - of(b) || a.name.localeCompare(b.name));
}

/** The host as a form of the zone wants it; `@` is the zone itself. A host outside the zone stays whole. */
export function hostIn(host: string, zone: string | null): string {
  if (zone === null) return host;
  if (host === zone) return '@';
  return host.endsWith(`.${zone}`) ? host.slice(0, -zone.length - 1) : host;
}

/** `10 mx.example.net` apart, since most forms have two fields; null for other types. */
export function mxOf({
  type,
  expected,
}: Pick<DnsRecord, 'type' | 'expected'>): { readonly priority: string; readonly host: string } | null {
  const [, priority, host] = (type === 'MX' && /^(\d+) (\S+)$/.exec(expected)) || [];
  return priority !== undefined && host !== undefined ? { priority, host } : null;
}

/** What is copied as the value. */
export const valueOf = (record: Pick<DnsRecord, 'type' | 'expected'>): string => mxOf(record)?.host ?? record.expected;

/** The current value in three pieces: as it should be, the first wrong character, the rest. `wrong` is empty when it only ends too early. */
export function departure(
  expected: string,
  current: string,
): { readonly same: string; readonly wrong: string; readonly rest: string; readonly place: number } {
  const [want, have] = [Array.from(expected), Array.from(current)];
  const first = have.findIndex((one, n) => one !== want[n]);
  const at = first < 0 ? have.length : first;
  return { same: have.slice(0, at).join(''), wrong: have[at] ?? '', rest: have.slice(at + 1).join(''), place: at + 1 };
}
