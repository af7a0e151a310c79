// Sending domains: whose they are, whether that is proven, and their DKIM keys (private halves sealed). A name, its parents and its
// children belong to one account.
import type { TlsPolicy } from '../../../mail.ts';
import type { StsMode } from '../../../tlspolicy/mta-sts.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type Domain = {
  readonly name: string;
  readonly accountId: string;
  readonly state: 'pending' | 'verified' | 'unverified';
  readonly forced: boolean;
  readonly challenge: string;
  readonly tls: TlsPolicy;
  /** Mode of the policy that we serve for it (RFC 8461). */
  readonly mtaSts: StsMode;
  /** The tenant's own host for links in mail; null = none. It is used while `trackingSince` says since when its name leads to us. */
  readonly trackingHost: string | null;
  readonly trackingSince: number | null;
  /** What the last check saw, as the API shows it: JSON of record states. */
  readonly checked: string | null;
  readonly createdAt: number;
  readonly verifiedAt: number | null;
  readonly checkedAt: number | null;
  readonly missingSince: number | null;
};
export type DkimKey = {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  readonly sealed: Uint8Array;
  readonly public: string;
  /** `next`: waits for its record; `active`: signs; `old`: signed until the rotation, its record must stay until `retireAt`. */
  readonly state: 'next' | 'active' | 'old';
  readonly retireAt: number | null;
};

const when = (value: unknown): number | null => (value === null ? null : Number(value));
const domainOf = (row: Row): Domain => ({
  name: row['name'] as string,
  accountId: row['account_id'] as string,
  state: row['state'] as Domain['state'],
  forced: row['forced'] === 1,
  challenge: row['challenge'] as string,
  tls: row['tls'] as TlsPolicy,
  mtaSts: row['mta_sts'] as StsMode,
  trackingHost: row['tracking_host'] as string | null,
  trackingSince: when(row['tracking_since']),
  checked: row['checked'] as string | null,
  createdAt: Number(row['created_at']),
  verifiedAt: when(row['verified_at']),
  checkedAt: when(row['checked_at']),
  missingSince: when(row['missing_since']),
});

async function get(db: Db, name: string): Promise<Domain | null> {
  const row = await db.get('SELECT * FROM domains WHERE name = ?', [name]);
  return row ? domainOf(row) : null;
}

/** The registered domain that covers a name: itself or its nearest parent. */
async function covering(db: Db, name: string): Promise<Domain | null> {
  for (let at = name; at.includes('.'); at = at.slice(at.indexOf('.') + 1)) {
    const found = await get(db, at);
    if (found) return found;
  }
  return null;
}

/** Whose host for links a name is, whether it is in use or not. */
async function byTrackingHost(db: Db, host: string): Promise<Domain | null> {
  const row = await db.get('SELECT * FROM domains WHERE tracking_host = ?', [host]);
  return row ? domainOf(row) : null;
}

async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly after: string; readonly limit: number },
): Promise<readonly Domain[]> {
  const rows = ask.accountId
    ? await db.all('SELECT * FROM domains WHERE account_id = ? AND name > ? ORDER BY name LIMIT ?', [ask.accountId, ask.after, ask.limit])
    : await db.all('SELECT * FROM domains WHERE name > ? ORDER BY name LIMIT ?', [ask.after, ask.limit]);
  return rows.map(domainOf);
}

/** Verified by their own DNS, not by the operator's word. */
async function proven(db: Db): Promise<readonly string[]> {
  const rows = await db.all("SELECT name FROM domains WHERE state = 'verified' AND forced = 0 ORDER BY name");
  return rows.map(row => row['name'] as string);
}

async function dkim(db: Db, domain: string): Promise<readonly DkimKey[]> {
  const rows = await db.all('SELECT * FROM dkim_keys WHERE domain = ? ORDER BY algorithm DESC', [domain]);
  return rows.map(row => ({
    domain,
    selector: row['selector'] as string,
    algorithm: row['algorithm'] as DkimKey['algorithm'],
    sealed: row['sealed'] as Uint8Array,
    public: row['public'] as string,
    state: row['state'] as DkimKey['state'],
    retireAt: when(row['retire_at']),
  }));
}

/** `taken`: the name, a parent or a child is another account's. */
async function create(
  db: Db,
  d: {
    readonly name: string;
    readonly accountId: string;
    readonly challenge: string;
    readonly keys: readonly DkimKey[];
    readonly mayShare: boolean;
  },
  ctx: WriteContext,
): Promise<'created' | 'exists' | 'taken'> {
  const there = await get(db, d.name);
  if (there) return there.accountId === d.accountId ? 'exists' : 'taken';
  const parent = await covering(db, d.name);
  const child = await db.get("SELECT account_id FROM domains WHERE name LIKE ? ESCAPE '!' AND account_id <> ? LIMIT 1", [
    `%.${d.name.replace(/[%_!]/g, '!$&')}`,
    d.accountId,
  ]);
  if (!d.mayShare && ((parent && parent.accountId !== d.accountId) || child)) return 'taken';
  await db.run(
    "INSERT INTO domains (name, account_id, state, challenge, tls, created_at) VALUES (?, ?, 'pending', ?, 'opportunistic', ?)",
    [d.name, d.accountId, d.challenge, ctx.now()],
  );
  await insertKeys(db, d.name, d.keys, ctx);
  ctx.factsChanged();
  return 'created';
}

async function insertKeys(db: Db, name: string, keys: readonly DkimKey[], ctx: WriteContext): Promise<void> {
  for (const { selector, algorithm, sealed, public: published, state } of keys) {
    await db.run('INSERT INTO dkim_keys (domain, selector, algorithm, sealed, public, state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)', [
      name,
      selector,
      algorithm,
      sealed,
      published,
      state,
      ctx.now(),
    ]);
  }
}

/** New keys wait beside those that sign; false: some are waiting already. */
async function addNextKeys(db: Db, d: { readonly name: string; readonly keys: readonly DkimKey[] }, ctx: WriteContext): Promise<boolean> {
  if (await db.get("SELECT selector FROM dkim_keys WHERE domain = ? AND state = 'next' LIMIT 1", [d.name])) return false;
  await insertKeys(db, d.name, d.keys, ctx);
  ctx.factsChanged();
  return true;
}

/** The records of the new keys are there: they sign from now on, the old ones' records stay until `retireAt`. */
async function promoteKeys(db: Db, d: { readonly name: string; readonly retireAt: number }, ctx: WriteContext): Promise<void> {
  await db.run("UPDATE dkim_keys SET state = 'old', retire_at = ? WHERE domain = ? AND state = 'active'", [d.retireAt, d.name]);
  await db.run("UPDATE dkim_keys SET state = 'active' WHERE domain = ? AND state = 'next'", [d.name]);
  ctx.factsChanged();
}

/** What a check found. A verified domain whose proof is missing stays so for 72 hours (`lapsed` says they are over). */
async function setChecked(
  db: Db,
  c: {
    readonly name: string;
    readonly proven: boolean;
    readonly forced: boolean;
    readonly checked: string;
    readonly lapsed: boolean;
    /** Does the host for links lead to us; null = not known. */
    readonly tracks?: boolean | null;
  },
  ctx: WriteContext,
): Promise<Domain | null> {
  const old = await get(db, c.name);
  if (!old) return null;
  const now = ctx.now();
  const good = c.proven || c.forced;
  const state = good ? 'verified' : old.state === 'verified' && !c.lapsed ? 'verified' : old.state === 'pending' ? 'pending' : 'unverified';
  const missingSince = good ? null : (old.missingSince ?? now);
  await db.run("DELETE FROM dkim_keys WHERE domain = ? AND state = 'old' AND retire_at < ?", [c.name, now]);
  const trackingSince = c.tracks === false ? null : c.tracks ? (old.trackingSince ?? now) : old.trackingSince;
  await db.run(
    'UPDATE domains SET state = ?, forced = ?, checked = ?, checked_at = ?, verified_at = ?, missing_since = ?, tracking_since = ? WHERE name = ?',
    [
      state,
      c.forced ? 1 : 0,
      c.checked,
      now,
      good ? (old.verifiedAt ?? now) : old.verifiedAt,
      missingSince,
      old.trackingHost === null ? null : trackingSince,
      c.name,
    ],
  );
  ctx.factsChanged();
  return get(db, c.name);
}

async function setPolicy(
  db: Db,
  d: { readonly name: string; readonly tls: TlsPolicy; readonly mtaSts: StsMode },
  ctx: WriteContext,
): Promise<Domain | null> {
  await db.run('UPDATE domains SET tls = ?, mta_sts = ? WHERE name = ?', [d.tls, d.mtaSts, d.name]);
  ctx.factsChanged();
  return get(db, d.name);
}

/** `taken`: the host is another domain's. A new host is not in use before a check finds that it leads to us. */
async function setTrackingHost(
  db: Db,
  d: { readonly name: string; readonly host: string | null },
  ctx: WriteContext,
): Promise<Domain | 'taken' | null> {
  const [old, other] = [await get(db, d.name), d.host === null ? null : await byTrackingHost(db, d.host)];
  if (other && other.name !== d.name) return 'taken';
  if (!old || old.trackingHost === d.host) return old;
  await db.run('UPDATE domains SET tracking_host = ?, tracking_since = NULL WHERE name = ?', [d.host, d.name]);
  ctx.factsChanged();
  return get(db, d.name);
}

async function remove(db: Db, d: { readonly name: string; readonly accountId: string }, ctx: WriteContext): Promise<boolean> {
  const changed = await db.run('DELETE FROM domains WHERE name = ? AND account_id = ?', [d.name, d.accountId]);
  if (changed > 0) await db.run('DELETE FROM dkim_keys WHERE domain = ?', [d.name]);
  ctx.factsChanged();
  return changed > 0;
}

export const domains = {
  reads: { get, covering, byTrackingHost, list, proven, dkim },
  writes: { create, addNextKeys, promoteKeys, setChecked, setPolicy, setTrackingHost, remove },
};
