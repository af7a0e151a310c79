// What the doors hold just now. A claim writes nothing: its leases live here, in the one writer, and end with the process; the rows stay due
// on disk, so that a start finds them. How far a turn has come while some of its mail is held is known here too, and written once the
// last of it comes back. What a transaction changed here is undone with it.

/** Mail of one account and priority in one lane; '' = the server's own. */
export type Turn = { readonly account: string; readonly priority: number; readonly lane: string };
export type Lease = {
  readonly owner: string;
  readonly fence: number;
  readonly turn: Turn;
  /** Rows that stay due on disk meanwhile; 0 for mail that was born leased, whose rows name their owner. */
  readonly rows: number;
};

export type Leases = {
  readonly take: (emailId: string, lease: Lease) => void;
  /** Who holds the mail in this lane. */
  readonly of: (emailId: string, lane: string) => Lease | null;
  readonly find: (emailId: string, fence: number, owner: string) => Lease | null;
  /** Ends a lease; true = it was the last that a claim took of its turn, whose progress has to be written now. */
  readonly end: (emailId: string, lease: Lease) => boolean;
  /** When the turn is due again, where that is later than the table says; null = all of it is held, undefined = the table is right. */
  readonly ahead: (turn: Turn) => number | null | undefined;
  /** Sets it; undefined forgets it. */
  readonly setAhead: (turn: Turn, next: number | null | undefined) => void;
  /** Turns of the account that are ahead of the table. */
  readonly countAhead: (priority: number, account: string) => number;
  /** Leases and rows that claims hold of the turn. */
  readonly held: (turn: Turn) => { readonly jobs: number; readonly rows: number };
};

const NONE = { jobs: 0, rows: 0 };
const keyOf = (turn: Turn): string => `${turn.priority}/${turn.account}/${turn.lane}`;

/** `onUndo` is given what takes a change back. */
export function newLeases(onUndo: (back: () => void) => void): Leases {
  const mails = new Map<string, readonly Lease[]>();
  const held = new Map<string, { readonly jobs: number; readonly rows: number }>();
  const ahead = new Map<string, number | null>();
  const counts = new Map<string, number>();

  const put = <V>(map: Map<string, V>, key: string, value: V | undefined): void => {
    const before = map.get(key);
    if (value === undefined) map.delete(key);
    else map.set(key, value);
    onUndo(() => (before === undefined ? map.delete(key) : map.set(key, before)));
  };
  const setAhead = (turn: Turn, next: number | null | undefined): void => {
    const change = Number(next !== undefined) - Number(ahead.has(keyOf(turn)));
    const of = `${turn.priority}/${turn.account}`;
    if (change !== 0) put(counts, of, (counts.get(of) ?? 0) + change || undefined);
    put(ahead, keyOf(turn), next);
  };
  return {
    take: (emailId, lease) => {
      put(mails, emailId, [...(mails.get(emailId) ?? []), lease]);
      if (lease.rows === 0) return;
      const { jobs, rows } = held.get(keyOf(lease.turn)) ?? NONE;
      put(held, keyOf(lease.turn), { jobs: jobs + 1, rows: rows + lease.rows });
    },
    of: (emailId, lane) => mails.get(emailId)?.find(one => one.turn.lane === lane) ?? null,
    find: (emailId, fence, owner) => mails.get(emailId)?.find(one => one.fence === fence && one.owner === owner) ?? null,
    end: (emailId, lease) => {
      const left = mails.get(emailId)?.filter(one => one !== lease) ?? [];
      put(mails, emailId, left.length > 0 ? left : undefined);
      if (lease.rows === 0) return false;
      const { jobs, rows } = held.get(keyOf(lease.turn)) ?? NONE;
      const last = jobs <= 1;
      put(held, keyOf(lease.turn), last ? undefined : { jobs: jobs - 1, rows: rows - lease.rows });
      return last;
    },
    ahead: turn => ahead.get(keyOf(turn)),
    setAhead,
    countAhead: (priority, account) => counts.get(`${priority}/${account}`) ?? 0,
    held: turn => held.get(keyOf(turn)) ?? NONE,
  };
}
