// 简体中文。
import type { Words } from './en.ts';
import { compose } from './zh/compose.ts';
import { domains } from './zh/domains.ts';
import { frame } from './zh/frame.ts';
import { inbound } from './zh/inbound.ts';
import { keys } from './zh/keys.ts';
import { library } from './zh/library.ts';
import { message } from './zh/message.ts';
import { messages } from './zh/messages.ts';
import { overview } from './zh/overview.ts';
import { signIn } from './zh/sign-in.ts';
import { templates } from './zh/templates.ts';
import { lists } from './zh/lists.ts';
import { batches } from './zh/batches.ts';
import { reputation } from './zh/reputation.ts';
import { doctor } from './zh/doctor.ts';
import { audit } from './zh/audit.ts';

export const zh: Words = {
  frame,
  signIn,
  overview,
  messages,
  message,
  compose,
  domains,
  keys,
  templates,
  lists,
  batches,
  reputation,
  doctor,
  audit,
  library,
  inbound,
};
