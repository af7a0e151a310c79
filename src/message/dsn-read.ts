// Reads delivery status notifications of others (RFC 3464, 6533). What they say is a claim: who believes it checks the return-path token.
import { fieldGroups, type Group } from './field-groups.ts';
import type { Message } from './walk.ts';

export type DsnReport = {
  /** Without the `type;` in front, e.g. `mx.example.net`. */
  readonly reportingMta: string | null;
  readonly envid: string | null;
  readonly recipients: readonly {
    readonly finalRecipient: string;
    readonly originalRecipient: string | null;
    /** Lower-case: failed, delayed, delivered, relayed, expanded, or what stands there. */
    readonly action: string;
    /** Enhanced status code; null where none is given. */
    readonly status: string | null;
    readonly diagnostic: string | null;
    readonly remoteMta: string | null;
  }[];
};

/** null when the message carries no delivery status with a recipient. */
export function readDsn(message: Message): DsnReport | null {
  const leaf = message.leaves.find(one => /^message\/(?:global-)?delivery-status$/.test(one.type));
  if (!leaf) return null;
  const groups = fieldGroups(leaf.bytes());
  const recipients = groups.filter(group => group.has('final-recipient') || group.has('original-recipient'));
  const first = groups.find(group => group.has('reporting-mta')) ?? groups[0];
  if (!first || recipients.length === 0) return null;
  return { reportingMta: typed(first, 'reporting-mta'), envid: bare(first, 'original-envelope-id'), recipients: recipients.map(recipient) };
}

function recipient(group: Group): DsnReport['recipients'][number] {
  return {
    finalRecipient: (typed(group, 'final-recipient') ?? typed(group, 'original-recipient') ?? '').replace(/^<|>$/g, ''),
    originalRecipient: typed(group, 'original-recipient')?.replace(/^<|>$/g, '') ?? null,
    action: bare(group, 'action')?.toLowerCase().split(/[\s(]/, 1)[0] ?? '',
    status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(bare(group, 'status') ?? '')?.[0] ?? null,
    diagnostic: typed(group, 'diagnostic-code'),
    remoteMta: typed(group, 'remote-mta'),
  };
}

const bare = (group: Group, name: string): string | null => group.get(name)?.[0] ?? null;

/** The value behind `rfc822;`, `dns;`, `smtp;`. */
function typed(group: Group, name: string): string | null {
  const value = bare(group, name);
  if (value === null) return null;
  const semicolon = value.indexOf(';');
  return (semicolon < 0 ? value : value.slice(semicolon + 1)).trim();
}
