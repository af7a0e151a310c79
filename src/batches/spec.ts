// What is sealed of a batch: everything that a person wrote, and the wishes that each of its mails gets.
import type { BatchRow } from '../engines/store/control/batches.ts';
import type { Secrets } from '../engines/types.ts';
import type { Personal, Priority, TlsPolicy } from '../mail.ts';
import type { Cycle } from '../schedule/cycle.ts';
import type { Data, Source } from '../templates/types.ts';

export type Spec = {
  readonly from: string;
  readonly replyTo: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** A template as it stands when a step of the batch reads it, or the words themselves. */
  readonly content: { readonly templateId: string } | Source;
  /** Values for all recipients; those of a recipient stand over them. */
  readonly data: Data;
  readonly tls: TlsPolicy;
  readonly pool: string | null;
  readonly tags: readonly string[];
  readonly personal: Personal | null;
  readonly priority: Priority;
  readonly maxDeliverySeconds: number | null;
  readonly onQuota: 'wait' | 'fail';
  /** The key that made the batch. */
  readonly credentialId: string;
};
/** `first`: when the batch was first due (epoch ms). */
export type KeptCycle = Cycle & { readonly first: number };

const labelOf = (id: string): string => `batch/${id}`;
export const sealSpec = (secrets: Secrets, id: string, spec: Spec): Buffer => secrets.seal(labelOf(id), Buffer.from(JSON.stringify(spec)));
export const openSpec = (secrets: Secrets, { id, sealed }: BatchRow): Spec =>
  JSON.parse(secrets.open(labelOf(id), sealed).toString('utf8')) as Spec;
export const cycleOf = ({ cycle }: BatchRow): KeptCycle | null => (cycle === null ? null : (JSON.parse(cycle) as KeptCycle));
