// Every subject of the store, by the name under which `store.NAME.call(arg)` reaches it. Adding one = one file and one line.
import { accounts } from './control/accounts.ts';
import { audit } from './control/audit.ts';
import { blocked } from './control/blocked.ts';
import { credentials } from './control/credentials.ts';
import { domains } from './control/domains.ts';
import { emails } from './control/emails.ts';
import { events } from './control/events.ts';
import { idempotency } from './control/idempotency.ts';
import { keys } from './control/keys.ts';
import { refusals } from './control/refusals.ts';
import { learned } from './control/learned.ts';
import { marks } from './control/marks.ts';
import { paces } from './control/paces.ts';
import { routes } from './control/routes.ts';
import { settings } from './control/settings.ts';
import { webhooks } from './control/webhooks.ts';
import { queue } from './queue.ts';
import type { Calls, Queue } from './types.ts';

export const subjects = {
  accounts,
  audit,
  blocked,
  credentials,
  domains,
  emails,
  events,
  idempotency,
  keys,
  learned,
  marks,
  paces,
  refusals,
  routes,
  settings,
  webhooks,
  queue,
};

/** What a door, the API or the command line holds of the store. */
export type Store = { readonly [K in Exclude<keyof typeof subjects, 'queue'>]: Calls<(typeof subjects)[K]> } & {
  readonly queue: Queue;
  readonly close: () => Promise<void>;
};
