// What is known of a mail from outside it, when it is scored. All of it may be left out; what is not given never costs points.
import type { SpamFinding, VirusFinding } from '../mail.ts';

/** `unknown`: it was asked for and no answer came. */
export type RecordState = 'ok' | 'missing' | 'broken' | 'unknown';

export type Facts = {
  /** Epoch ms. */
  readonly now?: number;
  /** What the content filter says of the same bytes. */
  readonly spam?: SpamFinding;
  /** What the scanner found in the same bytes. */
  readonly virus?: Pick<VirusFinding, 'verdict' | 'found'>;
  /** DNS of the From domain, and the account's own DKIM keys for it; `dkim` speaks of the keys, `signature` of one in the message. */
  readonly identity?: {
    readonly domain: string;
    readonly spf?: RecordState;
    readonly dkim?: RecordState;
    readonly dmarc?: RecordState;
    /** Does the domain take mail: MX, or an address (RFC 5321 section 5.1). */
    readonly receives?: RecordState;
    /** Wishes of the domain that are worth having and never needed: only a broken one is a finding. */
    readonly mtaSts?: RecordState;
    readonly bimi?: RecordState;
    /** RFC 8601 word for a signature that the message carries. */
    readonly signature?: string;
    /** RFC 8601 words for the way that the mail came by; left out: it did not come by any. */
    readonly path?: { readonly spf: string; readonly dmarc: string };
  };
  /** What is added when the mail is sent (docs/tracking.md). */
  readonly adds?: { readonly unsubscribe: boolean; readonly oneClick: boolean };
  /** The sender says that it is bulk mail, or that it is not. Left out: by the message itself. */
  readonly bulk?: boolean;
};
