// Bahasa Indonesia.
import type { Words } from './en.ts';
import { compose } from './id/compose.ts';
import { domains } from './id/domains.ts';
import { frame } from './id/frame.ts';
import { inbound } from './id/inbound.ts';
import { keys } from './id/keys.ts';
import { library } from './id/library.ts';
import { message } from './id/message.ts';
import { messages } from './id/messages.ts';
import { overview } from './id/overview.ts';
import { signIn } from './id/sign-in.ts';
import { templates } from './id/templates.ts';
import { lists } from './id/lists.ts';
import { batches } from './id/batches.ts';
import { reputation } from './id/reputation.ts';
import { doctor } from './id/doctor.ts';
import { audit } from './id/audit.ts';

export const id: Words = {
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
