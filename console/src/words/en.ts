// English: the type of every dictionary. A page brings one file of words a language, and one line here and in id.ts and zh.ts.
import { accounts } from './en/accounts.ts';
import { audit } from './en/audit.ts';
import { batches } from './en/batches.ts';
import { compose } from './en/compose.ts';
import { doctor } from './en/doctor.ts';
import { domains } from './en/domains.ts';
import { events } from './en/events.ts';
import { feeds } from './en/feeds.ts';
import { frame } from './en/frame.ts';
import { inbound } from './en/inbound.ts';
import { keys } from './en/keys.ts';
import { library } from './en/library.ts';
import { lists } from './en/lists.ts';
import { message } from './en/message.ts';
import { messages } from './en/messages.ts';
import { overview } from './en/overview.ts';
import { reputation } from './en/reputation.ts';
import { sendingIps } from './en/sending-ips.ts';
import { signIn } from './en/sign-in.ts';
import { standing } from './en/standing.ts';
import { templates } from './en/templates.ts';
import { webhooks } from './en/webhooks.ts';
import type { Shape } from './shape.ts';

export const en = {
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
} as const;
export type Words = Shape<typeof en>;
