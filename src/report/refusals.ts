// The log of refusals: what was refused, where and why, written in batches; senders with an account also get a `rejected` event.
import type { Store } from '../engines/store/subjects.ts';
import type { NewRefusal } from '../engines/store/control/refusals.ts';
import type { Clock, Log, Metrics } from '../engines/types.ts';
import type { Accepted, NewEvent, Refusal } from '../mail.ts';
import { splitAddress } from '../message/addresses.ts';

export type Refusals = {
  /** A refusal before there was a message. */
  readonly note: (refusal: Refusal, at: Omit<NewRefusal, 'reason' | 'code' | 'detail'>) => void;
  /** A refused message: logged, counted, told. Gives the refusal back. */
  readonly ofMail: (mail: Accepted, refusal: Refusal, accountId?: string | null) => Promise<Refusal>;
  readonly flush: () => Promise<void>;
};

const FLUSH_MS = 500;
/** More a flush interval are counted only: a flood must not fill the database. */
const MOST = 200;

export function newRefusals(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): Refusals {
  let rows: NewRefusal[] = [];
  let events: NewEvent[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const [some, told] = [rows, events];
    rows = [];
    events = [];
    try {
      if (some.length > 0) await deps.store.refusals.add(some);
      if (told.length > 0) await deps.store.events.add(told);
    } catch {
      deps.log.warn('refusals could not be recorded', { count: some.length });
    }
  };
  const note: Refusals['note'] = (refusal, at) => {
    deps.metrics.count('sesame_messages_refused_total', { door: at.door, reason: refusal.reason });
    const { reason, code, detail = null } = refusal;
    if (rows.length < MOST) rows.push({ ...at, accountId: at.accountId ?? refusal.accountId ?? null, reason, code, detail });
    timer ??= setTimeout(() => void flush(), FLUSH_MS);
  };
  return {
    note,
    ofMail: async (mail, refusal, accountId = null) => {
      const recipient = mail.envelope.recipients[0]?.address ?? null;
      const at = { door: mail.door, peer: mail.peer.ip, stage: 'data', accountId, sender: mail.envelope.from, recipient };
      note(refusal, at);
      const findings = refusal.findings?.map(one => one.id).filter(id => id !== undefined) ?? [];
      const told = { at: mail.at, accountId, emailId: null, recipient: null };
      // Ours of the two: whose statistics it belongs to.
      const domain = splitAddress((mail.direction === 'out' ? mail.envelope.from : recipient) ?? '')?.domain ?? null;
      const data = { reason: refusal.reason, code: refusal.code, enhanced: refusal.enhanced, door: mail.door, domain, findings };
      if (events.length < MOST) events.push({ ...told, type: 'rejected', data });
      return refusal;
    },
    flush,
  };
}
