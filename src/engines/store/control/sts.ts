// MTA-STS policies of others as they were fetched (RFC 8461 section 5.1): they outlive a restart, or who can hide a policy could switch it off.
import type { StsPolicy } from '../../../tlspolicy/mta-sts.ts';
import type { CachedPolicy } from '../../../tlspolicy/sts-cache.ts';
import type { Db, WriteContext } from '../types.ts';

/** `failedAt`: when fetching last failed; null = it went well since. */
export type KeptSts = { readonly cached: CachedPolicy | null; readonly failedAt: number | null };

async function get(db: Db, domain: string): Promise<KeptSts | null> {
  const row = await db.get('SELECT policy, policy_id, fetched_at, failed_at FROM sts WHERE domain = ?', [domain]);
  if (!row) return null;
  const policy = row['policy'] === null ? null : (JSON.parse(row['policy'] as string) as StsPolicy);
  return {
    cached: policy && { policy, id: row['policy_id'] as string, fetchedAt: Number(row['fetched_at']) },
    failedAt: row['failed_at'] === null ? null : Number(row['failed_at']),
  };
}

async function keep(db: Db, s: { readonly domain: string } & KeptSts, ctx: WriteContext): Promise<void> {
  const { domain, cached, failedAt } = s;
  const ends = Math.max(failedAt ?? 0, cached ? cached.fetchedAt + cached.policy.maxAge * 1000 : 0);
  await db.run(
    `INSERT INTO sts (domain, policy, policy_id, fetched_at, failed_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (domain) DO UPDATE SET policy = excluded.policy, policy_id = excluded.policy_id,
        fetched_at = excluded.fetched_at, failed_at = excluded.failed_at, ends_at = excluded.ends_at`,
    [domain, cached && JSON.stringify(cached.policy), cached?.id ?? null, cached?.fetchedAt ?? null, failedAt, ends],
  );
  ctx.factsChanged();
}

/** Policies whose time was over before then. */
async function forget(db: Db, before: number): Promise<void> {
  await db.run('DELETE FROM sts WHERE ends_at < ?', [before]);
}

export const sts = { reads: { get }, writes: { keep, forget } };
