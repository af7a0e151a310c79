// Notices and answers of the server itself, bound to the engines: queued like any mail, with the null sender.
import type { Engines } from './engines/open.ts';
import { ownMail } from './report/own-mail.ts';

/** Queues a mail; `id` as `msg_…`, `raw` is wiped. */
export type Notice = (id: string, to: string, raw: Buffer) => Promise<void>;

export function newNotice({ store, vault, clock, config: { hostname, contentLifetimeMs } }: Engines): Notice {
  return async (id, to, raw) => {
    const at = clock.now();
    const base = { id, to, raw, messageId: `<${id.slice(4)}@${hostname}>`, accountId: null, requireTls: false, at };
    const mail = ownMail({ vault, hostname, contentLifetimeMs }, { ...base, tls: 'opportunistic', record: { notice: true } });
    await store.queue.accept(mail);
  };
}
