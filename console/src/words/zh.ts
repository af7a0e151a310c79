// 简体中文。
import type { Words } from './en.ts';
import { compose } from './zh/compose.ts';
import { domains } from './zh/domains.ts';
import { events } from './zh/events.ts';
import { frame } from './zh/frame.ts';
import { keys } from './zh/keys.ts';
import { message } from './zh/message.ts';
import { messages } from './zh/messages.ts';
import { overview } from './zh/overview.ts';
import { sendingIps } from './zh/sending-ips.ts';
import { signIn } from './zh/sign-in.ts';
import { webhooks } from './zh/webhooks.ts';

export const zh: Words = { frame, signIn, overview, messages, message, compose, domains, keys, events, webhooks, sendingIps };
