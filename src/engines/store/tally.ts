// Statistics of one commit: what its events count (statistics/count.ts), added up and written with them, so that counters and events are
// never apart. Account '' is all of the installation, without domains.
import { COVERED_KEPT } from './bounds.ts';
import { isAfterDelivery, measuresOf, slotOf, viaOf, type Direction, type Sum, type Via } from '../../statistics/count.ts';
import type { NewEvent } from '../../mail.ts';
import type { Db, Value } from './types.ts';

export type Tally = {
  /** Counts an event that was just stored. */
  readonly count: (db: Db, event: NewEvent) => Promise<void>;
  /** Writes the sums; the transaction commits next. */
  readonly write: (db: Db) => Promise<void>;
  /** The transaction is over. */
  readonly done: () => void;
  /** Whose domain is which may have changed. */
  readonly domainsChanged: () => void;
};

/** Whose mail: null = the server's own, which nobody's statistics hold. */
type Mail = { readonly direction: Direction; readonly fromDomain: string } | null;
type Cell = { readonly key: readonly Value[]; count: number };

const ALL = '';
/** Columns of a row, and rows in one statement: PostgreSQL answers each over the network. */
const COLUMNS = '(account_id, slot, domain, provider, ip, measure, count)';
const ROWS = [32, 8, 1];

/** `onUndo` takes what is to be undone with the command or transaction. */
export function newTally(onUndo: (back: () => void) => void): Tally {
  const cells = new Map<string, Cell>();
  const domains = new Map<string, string>();
  let last: { readonly id: string; readonly mail: Mail } | null = null;

  /** Adds to all and to the account. Hot: a mailing of a million has as many events, so that a key is one string and an event one undo. */
  const add = (accountId: string | null, domain: string, slot: number, via: Via, sums: readonly Sum[]): void => {
    const where = `${slot}\n${via.provider}\n${via.ip}`;
    const owners =
      accountId === null
        ? [[ALL, '']]
        : [
            [ALL, ''],
            [accountId, domain],
          ];
    const touched: (readonly [Cell, number])[] = [];
    for (const [account = '', of = ''] of owners) {
      for (const [measure, count] of sums) {
        const name = `${account}\n${of}\n${where}\n${measure}`;
        const cell = cells.get(name) ?? { key: [account, slot, of, via.provider, via.ip, measure], count: 0 };
        cells.set(name, cell);
        cell.count += count;
        touched.push([cell, count]);
      }
    }
    onUndo(() => {
      for (const [cell, count] of touched) cell.count -= count;
    });
  };
  const mailOf = async (db: Db, id: string): Promise<Mail> => {
    if (last?.id === id) return last.mail;
    const row = await db.get('SELECT direction, door, from_domain FROM emails WHERE id = ?', [id]);
    if (!row) return { direction: 'out', fromDomain: '' };
    const mail = row['door'] === 'internal' ? null : { direction: row['direction'] as Direction, fromDomain: row['from_domain'] as string };
    last = { id, mail };
    return mail;
  };
  /** The account's registered domain that covers a name; '' = none. So no account has more of them than it has domains. */
  const covering = async (db: Db, accountId: string, name: string): Promise<string> => {
    const asked = `${accountId} ${name}`;
    const kept = domains.get(asked);
    if (kept !== undefined) return kept;
    let found = '';
    for (let at = name; found === '' && at.includes('.'); at = at.slice(at.indexOf('.') + 1))
      found = ((await db.get('SELECT name FROM domains WHERE name = ? AND account_id = ?', [at, accountId]))?.['name'] as string) ?? '';
    if (domains.size >= COVERED_KEPT) domains.clear();
    domains.set(asked, found);
    return found;
  };

  return {
    count: async (db, event) => {
      const mail = event.emailId === null ? refusedMail(event) : await mailOf(db, event.emailId);
      if (!mail) return;
      const sums = measuresOf(event, mail.direction);
      if (sums.length === 0) return;
      const via = isAfterDelivery(event) ? await viaDelivered(db, event) : viaOf(event.data);
      const named = mail.direction === 'out' ? mail.fromDomain : domainOf(event);
      const domain = event.accountId === null ? '' : await covering(db, event.accountId, named);
      add(event.accountId, domain, slotOf(event.at), via, sums);
    },
    write: async db => {
      let rows = [...cells.values()].filter(one => one.count !== 0);
      for (const many of ROWS) {
        for (; rows.length >= many; rows = rows.slice(many)) await upsert(db, rows.slice(0, many));
      }
    },
    done: () => {
      cells.clear();
      last = null;
    },
    domainsChanged: () => {
      domains.clear();
      onUndo(() => domains.clear());
    },
  };
}

function upsert(db: Db, rows: readonly Cell[]): Promise<number> {
  const marks = rows.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ');
  return db.run(
    `INSERT INTO statistics ${COLUMNS} VALUES ${marks} ON CONFLICT (account_id, slot, domain, provider, ip, measure)
      DO UPDATE SET count = statistics.count + excluded.count`,
    rows.flatMap(one => [...one.key, one.count]),
  );
}

/** What was refused has no row: its event says which door it came to and for which domain. */
function refusedMail(event: NewEvent): Mail {
  return { direction: event.data['door'] === 'mx' ? 'in' : 'out', fromDomain: domainOf(event) };
}

function domainOf({ recipient, data }: NewEvent): string {
  if (typeof data['domain'] === 'string') return data['domain'];
  return recipient === null ? '' : recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
}

async function viaDelivered(db: Db, { emailId, recipient }: NewEvent): Promise<Via> {
  const row =
    emailId !== null && recipient !== null
      ? await db.get("SELECT data FROM events WHERE email_id = ? AND recipient = ? AND type = 'delivered' LIMIT 1", [emailId, recipient])
      : undefined;
  return viaOf(row ? (JSON.parse(row['data'] as string) as NewEvent['data']) : {});
}
