// Sending IPs as the API has them, the tone of each state, which checks come first, and the days of one as lines of a chart. Pure.
import type { Tone } from '../../parts/badge.tsx';
import type { Line } from '../../parts/chart-lines.ts';

export type IpState = 'warming' | 'good' | 'resting' | 'failed';
export type BriefIp = {
  readonly ip: string;
  readonly state: IpState;
  /** Why it is out of service; null in service. */
  readonly reason: string | null;
  readonly since: string;
  readonly pool: string;
  readonly helo: string | null;
  readonly checkedAt: string | null;
};
export type CheckState = 'ok' | 'warn' | 'fail' | 'unknown';
export type Check = {
  readonly name: string;
  readonly state: CheckState;
  readonly found: string;
  readonly expected: string | null;
  readonly fix: string | null;
  readonly at: string;
};
export type Cap = {
  readonly provider: string;
  readonly name: string;
  readonly perSecond: number | null;
  readonly dayCap: number | null;
  /** null = it does not warm up. */
  readonly warmUpDayCap: number | null;
  readonly usedToday: number;
  readonly heldUntil: string | null;
};
export type Ip = BriefIp & {
  /** The operator's word why it rests; null = none. */
  readonly rest: string | null;
  /** Days with mail since it began to warm. */
  readonly usedDays: number;
  readonly checks: readonly Check[];
  /** Oldest first. */
  readonly history: readonly { readonly at: string; readonly state: IpState; readonly reason: string | null }[];
  readonly caps: readonly Cap[];
};
export type Step = {
  readonly at: string;
  readonly what: 'rate' | 'connections' | 'session' | 'day';
  readonly to: number;
  readonly code: number | null;
  readonly reason: string;
  /** The peer's own. */
  readonly words: string;
};
export type Shaping = Omit<Cap, 'warmUpDayCap'> & {
  readonly ip: string;
  readonly connections: number | null;
  readonly mailsPerConnection: number | null;
  readonly steps: readonly Step[];
};
export type Pool = {
  readonly name: string;
  readonly kind: string;
  readonly ips: readonly string[];
  readonly usable: number;
  readonly accounts: readonly string[];
};
export type Day = { readonly from: string; readonly counts: { readonly delivered: number; readonly deferred: number } };

/** An IP is warm after so many days with mail (docs/sending-ips.md). */
export const WARM_DAYS = 30;

export const IP_TONES: Readonly<Record<IpState, Tone>> = { good: 'good', warming: 'info', resting: 'held', failed: 'bad' };
export const CHECK_TONES: Readonly<Record<CheckState, Tone>> = { ok: 'good', warn: 'warn', fail: 'bad', unknown: 'idle' };

const URGENCY: readonly CheckState[] = ['fail', 'warn', 'unknown', 'ok'];
/** What is to be mended first. */
export const urgentFirst = (checks: readonly Check[]): readonly Check[] =>
  checks.toSorted((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state));

const TROUBLE: readonly IpState[] = ['failed', 'resting', 'warming', 'good'];
export const troubleFirst = (ips: readonly BriefIp[]): readonly BriefIp[] =>
  ips.toSorted((a, b) => TROUBLE.indexOf(a.state) - TROUBLE.indexOf(b.state));

/** What it may send to this provider today: the smaller of both caps; null = no limit. */
export function capOf({ dayCap, warmUpDayCap }: Pick<Cap, 'dayCap' | 'warmUpDayCap'>): number | null {
  if (dayCap === null || warmUpDayCap === null) return dayCap ?? warmUpDayCap;
  return Math.min(dayCap, warmUpDayCap);
}

/** The name of a check for words: all blocklists are one. */
export const kindOf = (name: string): string => (name.startsWith('dnsbl/') ? 'dnsbl' : name);

export type Curve = { readonly times: readonly number[]; readonly lines: readonly Line[] };

/**
 * The days of an IP, rising: delivered, put off, and today's cap. Caps of past days are not kept, so that its line has one point.
 * `cap`: null = none.
 */
export function curveOf(
  days: readonly Day[],
  cap: number | null,
  names: { readonly delivered: string; readonly deferred: string; readonly cap: string },
): Curve {
  const rising = days.toSorted((a, b) => a.from.localeCompare(b.from));
  const lines: readonly Line[] = [
    { name: names.delivered, values: rising.map(day => day.counts.delivered) },
    { name: names.deferred, values: rising.map(day => day.counts.deferred) },
  ];
  const today: Line = { name: names.cap, values: rising.map((_, n) => (n === rising.length - 1 ? cap : null)) };
  return { times: rising.map(day => new Date(day.from).getTime()), lines: cap === null ? lines : [...lines, today] };
}

/** The list of a field, by commas, spaces or lines. */
export const listOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter(part => part !== '');
