// What a login is beside those before it: from a network never seen, and after how many failures. It is said once, when the login is recorded,
// so that counters stay sums of events in any order and a dry run sees what was seen then.
import * as bounds from './bounds.ts';
import type { Counters } from './counters.ts';
import type { Login } from './events.ts';
import { countSince, younger } from './recent.ts';

/** Nothing is new to an account whose logins are known for less than a week, that moves about, or that has more networks than are kept. `at`: epoch ms. */
export function seenLogin(counters: Counters, network: string, at: number): Login {
  const known = younger(counters.distinct.networks, at - bounds.KEPT_MS);
  const { firstLogin } = counters;
  const hasUsual = firstLogin !== null && firstLogin <= at - bounds.USUAL_AFTER_MS && known.length < bounds.NETWORKS_KEPT;
  const { newNetworks, failedNetworks } = counters.distinct;
  const roams = countSince(newNetworks, at - bounds.KEPT_MS) - countSince(newNetworks, at - bounds.DAY_MS) >= bounds.ROAMING_NETWORKS;
  if (!hasUsual || roams || known.some(one => one.id === network)) return { kind: 'login', network };
  return { kind: 'login', network, isNew: true, failures: countSince(failedNetworks, at - bounds.DAY_MS) };
}
