// Bahasa Indonesia.
import type { Words } from './en.ts';
import { audit } from './id/audit.ts';
import { batches } from './id/batches.ts';
import { compose } from './id/compose.ts';
import { doctor } from './id/doctor.ts';
import { domains } from './id/domains.ts';
import { events } from './id/events.ts';
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
import { templates } from './id/templates.ts';
import { webhooks } from './id/webhooks.ts';
import { standing } from './id/standing.ts';
import { accounts } from './id/accounts.ts';

export const id: Words = {
  audit,
  batches,
  compose,
  doctor,
  domains,
  events,
  frame,
  inbound,
  keys,
  library,
  lists,
  message,
  messages,
  overview,
  reputation,
  sendingIps,
  signIn,
  templates,
  webhooks,
  standing,
  accounts,
};
