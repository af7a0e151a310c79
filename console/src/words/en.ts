// English: the type of every dictionary. A page brings one file of words a language, and one line here and in id.ts and zh.ts.
import { compose } from './en/compose.ts';
import { domains } from './en/domains.ts';
import { events } from './en/events.ts';
import { frame } from './en/frame.ts';
import { keys } from './en/keys.ts';
import { message } from './en/message.ts';
import { messages } from './en/messages.ts';
import { overview } from './en/overview.ts';
import { sendingIps } from './en/sending-ips.ts';
import { signIn } from './en/sign-in.ts';
import { webhooks } from './en/webhooks.ts';
import type { Shape } from './shape.ts';

export const en = { frame, signIn, overview, messages, message, compose, domains, keys, events, webhooks, sendingIps } as const;
export type Words = Shape<typeof en>;
