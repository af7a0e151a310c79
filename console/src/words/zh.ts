// 简体中文。
import { accounts } from './zh/accounts.ts';
import { audit } from './zh/audit.ts';
import { batches } from './zh/batches.ts';
import { compose } from './zh/compose.ts';
import { doctor } from './zh/doctor.ts';
import { domains } from './zh/domains.ts';
import { events } from './zh/events.ts';
import { feeds } from './zh/feeds.ts';
import { frame } from './zh/frame.ts';
import { inbound } from './zh/inbound.ts';
import { keys } from './zh/keys.ts';
import { library } from './zh/library.ts';
import { lists } from './zh/lists.ts';
import { message } from './zh/message.ts';
import { messages } from './zh/messages.ts';
import { overview } from './zh/overview.ts';
import { reputation } from './zh/reputation.ts';
import { sendingIps } from './zh/sending-ips.ts';
import { signIn } from './zh/sign-in.ts';
import { standing } from './zh/standing.ts';
import { templates } from './zh/templates.ts';
import { webhooks } from './zh/webhooks.ts';
import type { Words } from './en.ts';

export const zh: Words = {
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
