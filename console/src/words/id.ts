// Bahasa Indonesia.
import { accounts } from './id/accounts.ts';
import { audit } from './id/audit.ts';
import { batches } from './id/batches.ts';
import { compose } from './id/compose.ts';
import { doctor } from './id/doctor.ts';
import { domains } from './id/domains.ts';
import { events } from './id/events.ts';
import { feeds } from './id/feeds.ts';
import { frame } from './id/frame.ts';
import { inbound } from './id/inbound.ts';
import { keys } from './id/keys.ts';
import { library } from './id/library.ts';
import { lists } from './id/lists.ts';
import { message } from './id/message.ts';
import { messages } from './id/messages.ts';
import { overview } from './id/overview.ts';
import { reputation } from './id/reputation.ts';
import { sendingIps } from './id/sending-ips.ts';
import { signIn } from './id/sign-in.ts';
import { standing } from './id/standing.ts';
import { templates } from './id/templates.ts';
import { webhooks } from './id/webhooks.ts';
import type { Words } from './en.ts';

export const id: Words = {
  frame,
  signIn,
  overview,
  messages,
  message,
  compose,
  accounts,
  audit,
  batches,
  doctor,
  domains,
  events,
  feeds,
  inbound,
  keys,
  library,
  lists,
  reputation,
  sendingIps,
  standing,
  templates,
  webhooks,
};
