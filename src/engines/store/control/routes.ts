// Inbound routes: what happens with mail for a domain or address of an account.
import type { Route, RouteAction } from '../../../mail.ts';
import type { Db, Row, WriteContext } from '../types.ts';

export type RouteRow = Route & { readonly createdAt: number };

const routeOf = (row: Row): RouteRow => ({
  id: row['id'] as string,
  accountId: (row['account_id'] as string) || null,
  match: row['match'] as string,
  action: JSON.parse(row['action'] as string) as RouteAction,
  onSpam: row['on_spam'] as Route['onSpam'],
  onVirus: row['on_virus'] as Route['onVirus'],
  onUnscannable: row['on_unscannable'] as Route['onUnscannable'],
  onDmarcFail: row['on_dmarc_fail'] as Route['onDmarcFail'],
  includeRaw: row['include_raw'] === 1,
  state: row['state'] as Route['state'],
  createdAt: Number(row['created_at']),
});

async function get(db: Db, id: string): Promise<RouteRow | null> {
  const row = await db.get('SELECT * FROM routes WHERE id = ?', [id]);
  return row ? routeOf(row) : null;
}

/** Active routes whose match is one of the candidates, in the order of the candidates. */
async function matching(db: Db, candidates: readonly string[]): Promise<readonly RouteRow[]> {
  const found: RouteRow[] = [];
  for (const match of candidates)
    found.push(...(await db.all("SELECT * FROM routes WHERE match = ? AND state = 'active'", [match])).map(routeOf));
  return found;
}

/** `accountId` null lists those of all accounts and the operator's own. */
async function list(
  db: Db,
  ask: { readonly accountId: string | null; readonly after: string; readonly limit: number },
): Promise<readonly RouteRow[]> {
  const whose = ask.accountId === null ? '' : 'account_id = ? AND ';
  const values = [...(ask.accountId === null ? [] : [ask.accountId]), ask.after, ask.limit];
  return (await db.all(`SELECT * FROM routes WHERE ${whose}id > ? ORDER BY id LIMIT ?`, values)).map(routeOf);
}

/** Whether the account receives mail for the domain: for all of it, or for an address. */
async function receives(db: Db, ask: { readonly accountId: string; readonly domain: string }): Promise<boolean> {
  const found = await db.get(
    "SELECT id FROM routes WHERE account_id = ? AND state = 'active' AND (match = ? OR match LIKE ? ESCAPE '!') LIMIT 1",
    [ask.accountId, ask.domain, `%@${ask.domain.replace(/[%_!]/g, '!$&')}`],
  );
  return found !== undefined && found !== null;
}

/** The sealed secret of a route's webhook. */
async function secret(db: Db, id: string): Promise<Uint8Array | null> {
  return ((await db.get('SELECT secret FROM routes WHERE id = ?', [id]))?.['secret'] as Uint8Array | null | undefined) ?? null;
}

async function byConfirmation(db: Db, mac: Uint8Array): Promise<RouteRow | null> {
  const row = await db.get('SELECT * FROM routes WHERE confirm_mac = ?', [mac]);
  return row ? routeOf(row) : null;
}

type NewRoute = Route & { readonly secret: Uint8Array | null; readonly confirmMac: Uint8Array | null };

/** false: the account has a route for this match already. */
async function create(db: Db, r: NewRoute, ctx: WriteContext): Promise<boolean> {
  const there = await db.get('SELECT id FROM routes WHERE account_id = ? AND match = ?', [r.accountId ?? '', r.match]);
  if (there) return false;
  await db.run(
    `INSERT INTO routes (id, account_id, match, action, on_spam, on_virus, on_unscannable, on_dmarc_fail, include_raw, state, secret, confirm_mac, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      r.id,
      r.accountId ?? '',
      r.match,
      JSON.stringify(r.action),
      r.onSpam,
      r.onVirus,
      r.onUnscannable,
      r.onDmarcFail,
      r.includeRaw ? 1 : 0,
      r.state,
      r.secret,
      r.confirmMac,
      ctx.now(),
    ],
  );
  ctx.factsChanged();
  return true;
}

async function replace(db: Db, r: NewRoute, ctx: WriteContext): Promise<void> {
  await db.run(
    'UPDATE routes SET action = ?, on_spam = ?, on_virus = ?, on_unscannable = ?, on_dmarc_fail = ?, include_raw = ?, state = ?, secret = ?, confirm_mac = ? WHERE id = ?',
    [
      JSON.stringify(r.action),
      r.onSpam,
      r.onVirus,
      r.onUnscannable,
      r.onDmarcFail,
      r.includeRaw ? 1 : 0,
      r.state,
      r.secret,
      r.confirmMac,
      r.id,
    ],
  );
  ctx.factsChanged();
}

async function confirm(db: Db, id: string, ctx: WriteContext): Promise<void> {
  await db.run("UPDATE routes SET state = 'active', confirm_mac = NULL WHERE id = ?", [id]);
  ctx.factsChanged();
}

async function remove(db: Db, r: { readonly id: string; readonly accountId: string | null }, ctx: WriteContext): Promise<boolean> {
  const changed = await db.run('DELETE FROM routes WHERE id = ? AND account_id = ?', [r.id, r.accountId ?? '']);
  ctx.factsChanged();
  return changed > 0;
}

export const routes = { reads: { get, matching, list, receives, secret, byConfirmation }, writes: { create, replace, confirm, remove } };
