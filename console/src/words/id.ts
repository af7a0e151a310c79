// Bahasa Indonesia.
import type { Words } from './en.ts';
import { compose } from './id/compose.ts';
import { domains } from './id/domains.ts';
import { events } from './id/events.ts';
import { frame } from './id/frame.ts';
import { keys } from './id/keys.ts';
import { message } from './id/message.ts';
import { messages } from './id/messages.ts';
import { overview } from './id/overview.ts';
import { sendingIps } from './id/sending-ips.ts';
import { signIn } from './id/sign-in.ts';
import { webhooks } from './id/webhooks.ts';

export const id: Words = { frame, signIn, overview, messages, message, compose, domains, keys, events, webhooks, sendingIps };
