// A mail of the server itself (notifications, notices): null sender, sealed like any other, never counted against a quota.
import type { NewMessage } from '../engines/store/types.ts';
import type { Vault } from '../engines/types.ts';
import type { TlsPolicy } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';
import { allOf, readHeaders } from '../message/headers.ts';
import { saysTlsRequiredNo } from '../tlspolicy/tls-required.ts';

export type OwnMail = {
  readonly id: string;
  readonly to: string;
  /** Wiped here. */
  readonly raw: Buffer;
  readonly messageId: string;
  readonly accountId: string | null;
  readonly tls: TlsPolicy;
  readonly requireTls: boolean;
  readonly record: Readonly<Record<string, unknown>>;
  readonly at: number;
};

export function ownMail(
  deps: { readonly vault: Vault; readonly hostname: string; readonly contentLifetimeMs: number },
  mail: OwnMail,
): NewMessage {
  const { id, to, raw, messageId, accountId, tls, requireTls, record, at } = mail;
  const { key, chunks } = deps.vault.seal(id, raw);
  const domain = splitAddress(to)?.domain ?? '';
  const size = raw.length;
  const eightBit = /[\x80-\xff]/.test(raw.toString('latin1'));
  const tlsRequiredNo = saysTlsRequiredNo(allOf(raw, readHeaders(raw), 'tls-required'));
  raw.fill(0);
  const target = { kind: 'mx', domain } as const;
  const recipient = {
    n: 0,
    address: to,
    orcpt: null,
    notify: 'never',
    lane: `mx:${domain}`,
    target,
    routeId: null,
    state: 'queued',
    dueAt: at,
  } as const;
  return {
    id,
    accountId,
    direction: 'out',
    door: 'internal',
    mailFrom: '',
    fromDomain: deps.hostname,
    messageId,
    size,
    acceptedAt: at,
    sendAt: null,
    expiresAt: at + deps.contentLifetimeMs,
    tls,
    requireTls,
    tlsRequiredNo,
    smtpUtf8: /\P{ASCII}/u.test(to),
    eightBit,
    ret: null,
    envid: null,
    pool: null,
    personal: null,
    tags: [],
    record,
    sketch: null,
    recipients: [recipient],
    key,
    chunks,
    events: [{ type: 'accepted', at, accountId, emailId: id, recipient: to, data: record }],
    idempotency: null,
    counts: 0,
    lease: false,
  };
}
