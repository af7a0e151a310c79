// What an SMTP door needs from the rest: gates for each moment of a session, and the journey for what came in.
import type { Config } from '../config.ts';
import type { Clock, Log, Metrics, Shared } from '../engines/types.ts';
import type { Accepted, AccountParty, Peer, Queued, Recipient, Refusal } from '../mail.ts';

export type DoorKind = 'submission' | 'submissions' | 'mx';

/** The gates answer null for "go on". They know nothing of sockets. */
export type Gates = {
  readonly onConnect: (ask: { readonly kind: DoorKind; readonly peer: Peer }) => Promise<Refusal | null>;
  readonly onAuth: (ask: { readonly username: string; readonly password: string; readonly peer: Peer }) => Promise<AccountParty | Refusal>;
  readonly onMail: (ask: MailAsk) => Promise<Refusal | null>;
  readonly onRcpt: (ask: MailAsk & { readonly recipient: Recipient; readonly before: readonly Recipient[] }) => Promise<Refusal | null>;
};
export type MailAsk = { readonly kind: DoorKind; readonly peer: Peer; readonly party: AccountParty | null; readonly from: string };

export type DoorDeps = {
  readonly config: Config;
  readonly gates: Gates;
  /** The journey; `party` is who logged in, null on the MX. */
  readonly takeIn: (accepted: Accepted, party: AccountParty | null) => Promise<Queued | Refusal>;
  /** A refusal that never became a message (connect, AUTH, MAIL, RCPT): for the log of refusals. */
  readonly refused: (
    refusal: Refusal,
    at: {
      readonly door: DoorKind;
      readonly peer: string;
      readonly stage: string;
      readonly accountId: string | null;
      readonly sender: string | null;
      readonly recipient: string | null;
    },
  ) => void;
  /** May this address say for whom it speaks (PROXY v2)? */
  readonly trusted: (ip: string) => boolean;
  readonly shared: Shared;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly newId: () => string;
};
