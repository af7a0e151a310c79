// The chapters of the reference in their order. A route that no chapter names still stands in it, at the end.
import { accounts, delivery, installation } from './sections/operator.ts';
import { bulk } from './sections/bulk.ts';
import { mail, quality } from './sections/mail.ts';
import { blocked, events, inbound, reports } from './sections/receiving.ts';
import { domains, keys } from './sections/senders.ts';
import type { Section } from './types.ts';

export const sections: readonly Section[] = [
  mail,
  bulk,
  quality,
  domains,
  keys,
  inbound,
  blocked,
  events,
  reports,
  accounts,
  delivery,
  installation,
];
