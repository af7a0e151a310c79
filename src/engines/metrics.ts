// Metrics through prom-client: each thread counts in a registry of its own and hands its numbers to the main thread, which sums them.
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry, type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { Metrics } from './types.ts';

const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type Snapshot = readonly MetricObjectWithValues<MetricValue<string>>[];
export type ThreadMetrics = Metrics & {
  readonly set: (name: string, value: number, labels?: Readonly<Record<string, string>>) => void;
  readonly snapshot: () => Promise<Snapshot>;
};

/** Help texts of everything that is counted; an unknown name is a bug. */
const HELP: Readonly<Record<string, string>> = {
  sesame_connections_total: 'Connections by door and outcome',
  sesame_messages_accepted_total: 'Messages accepted by door',
  sesame_messages_refused_total: 'Messages and commands refused by door and reason',
  sesame_accept_seconds: 'Time from the end of the message to its durable acceptance',
  sesame_inspect_seconds: 'Time of content filter and scanner',
  sesame_scans_total: 'Scans of messages by engine and how the engine did',
  sesame_scan_verdicts_total: 'Scans of messages by verdict',
  sesame_signature_age_seconds: 'Age of the signature database',
  sesame_attempts_total: 'Delivery attempts by result and TLS version',
  sesame_returned_total: 'Mail to return paths and reports of complaints, by kind and whether it was tied to a mail of ours',
  sesame_feed_pulls_total: 'Feeds of the blocked library that were asked, by what came of it',
  sesame_mx_dnsbl_total: 'Peers that DNS blocklists were asked about at the MX, by what they said',
  sesame_blocked_entries_made_total: 'Entries of the blocked library that made themselves, by class',
  sesame_delivery_seconds: 'Time of one delivery attempt',
  sesame_tls_sessions_total: 'TLS handshakes at our doors by door and version; "failed" where none came about',
  sesame_http_requests_total: 'HTTP requests by status class',
  sesame_score_mails_total: 'Mails that were sent for a score, by result: answered by mail, only kept, or too many',
  sesame_webhook_posts_total: 'Webhook posts by result',
  sesame_tls_results_total: 'TLS sessions counted for reports by policy and result',
  sesame_tls_results_lost_total: 'TLS sessions that were too many to be counted',
  sesame_tls_reports_sent_total: 'TLS reports of ours by how they ended',
  sesame_reports_received_total: 'Reports about our domains by kind and what became of them',
  sesame_queue_recipients: 'Recipients that wait, by state',
  sesame_sending_ip_state: 'State of each sending IP: 1 for the one it is in',
  sesame_pace_limit: 'Mails a second that were learned, by sending IP and provider; -1 = no pace',
  sesame_pace_waits_total: 'Mails that found no place in the pace of a provider, by why',
  sesame_engine_up: 'Engines that answer (1) or not (0)',
};

/** Gauges that are not sums over threads: an engine is as well as it is to the door that fares worst. */
const AGGREGATOR: Readonly<Record<string, 'min' | 'max'>> = { sesame_engine_up: 'min', sesame_signature_age_seconds: 'max' };

export function newMetrics(): ThreadMetrics {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  const made = <T>(kept: Map<string, T>, name: string, make: (help: string) => T): T => {
    const there = kept.get(name);
    if (there) return there;
    const help = HELP[name];
    if (!help) throw new Error(`metric ${name} has no help text`);
    const one = make(help);
    kept.set(name, one);
    return one;
  };
  const names = (labels: Readonly<Record<string, string>> | undefined): string[] => Object.keys(labels ?? {});
  return {
    count: (name, labels, by = 1) =>
      made(counters, name, help => new Counter({ name, help, labelNames: names(labels), registers: [registry] })).inc({ ...labels }, by),
    observe: (name, seconds, labels) =>
      made(
        histograms,
        name,
        help => new Histogram({ name, help, labelNames: names(labels), buckets: BUCKETS, registers: [registry] }),
      ).observe({ ...labels }, seconds),
    set: (name, value, labels) =>
      made(
        gauges,
        name,
        help => new Gauge({ name, help, labelNames: names(labels), registers: [registry], aggregator: AGGREGATOR[name] ?? 'sum' }),
      ).set({ ...labels }, value),
    snapshot: async () => (await registry.getMetricsAsJSON()) as unknown as Snapshot,
  };
}

/** The text that Prometheus reads, summed over threads. */
export async function metricsText(snapshots: readonly Snapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate(snapshots as never).metrics();
}
