// Whose hand opened a picture or followed a link: a person's, or a program's that looks at every mail. Pure; address and user agent are
// looked at here and kept nowhere. When in doubt it is told as a program's: counts that are too low mislead nobody.
import { MACHINE_MS, MAX_BURST } from './bounds.ts';
import { MACHINE_RULES, type MachineReason, type MachineRule } from './machine-rules.ts';

export type Visit = {
  readonly ip: string;
  readonly userAgent: string;
  /** `Sec-Purpose`, `Purpose` and `X-Moz`, as many as came; empty: none. */
  readonly purpose: string;
  /** Milliseconds since the recipient's mail was delivered; null: it is not, or not known to be. */
  readonly sinceDelivery: number | null;
  /** Different links of this copy that were followed within the last seconds, this one among them; 0 for a picture. */
  readonly burst: number;
  /** The same was asked for by HEAD a moment before, as no browser does. */
  readonly probed: boolean;
};

/** Why it is told as a program's; null: a person's. */
export function machineReason(visit: Visit): MachineReason | null {
  const seen = { agent: visit.userAgent.trim(), purpose: visit.purpose, network: visit.ip.replace(/^::ffff:/i, '') };
  const rule = MACHINE_RULES.find(one => fits(one, seen));
  if (rule) return rule.reason;
  if (visit.probed) return 'automated_client';
  // Before the peer's 250 only its own scanner has seen the mail.
  if (visit.sinceDelivery === null || visit.sinceDelivery < MACHINE_MS) return 'at_delivery';
  return visit.burst > MAX_BURST ? 'many_links' : null;
}

function fits(rule: MachineRule, seen: Readonly<Record<'agent' | 'purpose' | 'network', string>>): boolean {
  if ('agent' in rule) return rule.agent.test(seen.agent);
  return 'purpose' in rule ? rule.purpose.test(seen.purpose) : rule.network.test(seen.network);
}
