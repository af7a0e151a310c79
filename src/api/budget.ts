// The budget in every answer of an account: RateLimit-Policy and RateLimit (IETF draft) with every window that holds for it, and the older
// three for the tightest.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Account } from '../engines/store/control/accounts.ts';
import { LIMITED_RECIPIENTS, LIMITED_WINDOW_MS, limitedKey } from '../identify/standing.ts';
import { dailyOf } from '../levels/levels.ts';
import { LEVELS_TOLD } from './bounds.ts';
import type { ApiDeps } from './types.ts';

const DAY = 86_400_000;

/** `q` units every `w` seconds, of which `r` are left; `t` seconds until there are more. */
type Window = { readonly name: string; readonly q: number; readonly w: number; readonly r: number; readonly t: number };

export async function budgetHeaders(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const accountId = request.caller?.accountId;
  const account = accountId ? await deps.identify.account(accountId) : null;
  if (!account) {
    if (reply.statusCode === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', '5');
    return;
  }
  const windows = await windowsOf(deps, account);
  const tightest = windows.reduce((least, one) => (one.r <= least.r ? one : least));
  const policies = windows.map(({ name, q, w }) => `"${name}";q=${q};w=${w}${w === 1 ? '' : ';sesame-unit="recipients"'}`);
  reply.header('ratelimit-policy', policies.join(', '));
  reply.header('ratelimit', windows.map(({ name, r, t }) => `"${name}";r=${r};t=${t}`).join(', '));
  reply.header('ratelimit-limit', String(tightest.q));
  reply.header('ratelimit-remaining', String(tightest.r));
  reply.header('ratelimit-reset', String(tightest.t));
  if (reply.statusCode === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', String(tightest.r === 0 ? tightest.t : 1));
}

/** Its second, its day, and the day of each domain that has a level. */
async function windowsOf(
  deps: ApiDeps,
  { id, state, quota, byDomain }: Pick<Account, 'id' | 'state' | 'quota' | 'byDomain'>,
): Promise<readonly Window[]> {
  const now = deps.clock.now();
  const t = Math.ceil((DAY - (now % DAY)) / 1000);
  const ofDay = (name: string, q: number, used: number): Window => ({ name, q, w: 86_400, r: Math.max(0, q - used), t });
  const inSecond = deps.shared.peek(`second/${id}`, 1_000).value;
  const domains = byDomain ? await deps.store.levels.of({ accountId: id, today: Math.floor(now / DAY), limit: LEVELS_TOLD }) : [];
  return [
    { name: 'second', q: quota.perSecond, w: 1, r: Math.max(0, quota.perSecond - inSecond), t: 1 },
    ofDay('day', quota.perDay, await deps.identify.usedToday(id)),
    ...(state === 'limited' ? [limitedWindow(deps, id)] : []),
    ...domains.map(one => ofDay(`day-${one.domain}`, dailyOf(one.level), one.usedToday)),
  ];
}

/** Recipients that a limited account may have in this minute. */
function limitedWindow({ shared, clock }: ApiDeps, accountId: string): Window {
  const { value, endsAt } = shared.peek(limitedKey(accountId), LIMITED_WINDOW_MS);
  const t = Math.max(1, Math.ceil((endsAt - clock.now()) / 1_000));
  return { name: 'limited', q: LIMITED_RECIPIENTS, w: LIMITED_WINDOW_MS / 1_000, r: Math.max(0, LIMITED_RECIPIENTS - value), t };
}
