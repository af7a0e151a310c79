// What a login is beside those before it: from a network or a country never seen, and after how many failures. It is said once, when the login is
// recorded, so that counters stay sums of events in any order and a dry run sees what was seen then.
import * as bounds from './bounds.ts';
import type { Counters } from './counters.ts';
import type { Login, LoginFrom } from './events.ts';
import { countSince, younger, type Recent } from './recent.ts';

/** `at`: epoch ms. */
export function seenLogin({ distinct, firstLogin, firstCountry }: Counters, { network, country }: LoginFrom, at: number): Login {
  const networks = { first: firstLogin, known: distinct.networks, news: distinct.newNetworks, most: bounds.NETWORKS_KEPT };
  const countries = { first: firstCountry, known: distinct.countries, news: distinct.newCountries, most: bounds.COUNTRIES_KEPT };
  return {
    kind: 'login',
    network,
    ...(country === undefined ? {} : { country }),
    ...(isUnseen(network, networks, at) ? { isNew: true, failures: countSince(distinct.failedNetworks, at - bounds.DAY_MS) } : {}),
    ...(country !== undefined && isUnseen(country, countries, at) ? { isNewCountry: true } : {}),
  };
}

/** `first`: of all that were recorded (epoch ms). `news`: those that were unseen when they came. */
type Places = { readonly first: number | null; readonly known: Recent; readonly news: Recent; readonly most: number };

/** Nothing is new to an account whose logins are known for less than a week, that moves about, or that has more places than are kept. */
function isUnseen(id: string, { first, known, news, most }: Places, at: number): boolean {
  const recent = younger(known, at - bounds.KEPT_MS);
  const hasUsual = first !== null && first <= at - bounds.USUAL_AFTER_MS && recent.length < most;
  const roams = countSince(news, at - bounds.KEPT_MS) - countSince(news, at - bounds.DAY_MS) >= bounds.ROAMING;
  return hasUsual && !roams && !recent.some(one => one.id === id);
}
