// Every subject of the store, by the name under which `store.NAME.call(arg)` reaches it. Adding one = one file and one line.
import { accounts } from './control/accounts.ts';
import { audit } from './control/audit.ts';
import { batches } from './control/batches.ts';
import { blocked } from './control/blocked.ts';
import { credentials } from './control/credentials.ts';
import { destinations } from './control/destinations.ts';
import { domains } from './control/domains.ts';
import { search } from './control/email-search.ts';
import { emails } from './control/emails.ts';
import { engagement } from './control/engagement.ts';
import { events } from './control/events.ts';
import { idempotency } from './control/idempotency.ts';
import { keys } from './control/keys.ts';
import { pools } from './control/pools.ts';
import { receivedReports } from './control/received-reports.ts';
import { refusals } from './control/refusals.ts';
import { feeds } from './control/feeds.ts';
import { levels } from './control/levels.ts';
import { learned } from './control/learned.ts';
import { lists } from './control/lists.ts';
import { library } from './control/library.ts';
import { marks } from './control/marks.ts';
import { peers } from './control/peers.ts';
import { paces } from './control/paces.ts';
import { quota } from './control/quota.ts';
import { routes } from './control/routes.ts';
import { scoreMail } from './control/score-mail.ts';
import { sendingIps } from './control/sending-ips.ts';
import { sessions } from './control/sessions.ts';
import { settings } from './control/settings.ts';
import { standing } from './control/standing.ts';
import { statistics } from './control/statistics.ts';
import { sts } from './control/sts.ts';
import { templates } from './control/templates.ts';
import { tlsResults } from './control/tls-results.ts';
import { webhooks } from './control/webhooks.ts';
import { queue } from './queue.ts';
import type { Calls, Queue } from './types.ts';

export const subjects = {
  accounts,
  audit,
  batches,
  blocked,
  credentials,
  destinations,
  domains,
  emails: { reads: { ...emails.reads, search }, writes: emails.writes },
  engagement,
  events,
  feeds,
  idempotency,
  keys,
  learned,
  library,
  levels,
  lists,
  marks,
  peers,
  pools,
  receivedReports,
  paces,
  quota,
  refusals,
  routes,
  scoreMail,
  sendingIps,
  sessions,
  settings,
  standing,
  statistics,
  sts,
  templates,
  tlsResults,
  webhooks,
  queue,
};

/** What a door, the API or the command line holds of the store. */
export type Store = { readonly [K in Exclude<keyof typeof subjects, 'queue'>]: Calls<(typeof subjects)[K]> } & {
  readonly queue: Queue;
  readonly close: () => Promise<void>;
};
