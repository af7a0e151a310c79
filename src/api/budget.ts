// The budget in every answer of an account: RateLimit-Policy and RateLimit (IETF draft) and the older three for the tightest window.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITED_RECIPIENTS, LIMITED_WINDOW_MS, limitedKey } from '../identify/standing.ts';
import type { ApiDeps } from './types.ts';

const DAY = 86_400_000;

export async function budgetHeaders(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const accountId = request.caller?.accountId;
  const account = accountId ? await deps.identify.account(accountId) : null;
  if (!account) {
    if (reply.statusCode === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', '5');
    return;
  }
  const now = deps.clock.now();
  const { perDay, perSecond } = account.quota;
  const second = { q: perSecond, r: Math.max(0, perSecond - deps.shared.peek(`second/${account.id}`, 1_000).value), t: 1 };
  const used = await deps.identify.usedToday(account.id);
  const day = { q: perDay, r: Math.max(0, perDay - used), t: Math.ceil((DAY - (now % DAY)) / 1000) };
  const limited = account.state === 'limited' ? [limitedWindow(deps, account.id)] : [];
  const tightest = [second, day, ...limited].reduce((least, one) => (one.r <= least.r ? one : least));
  const more = (text: (one: typeof second) => string): string => limited.map(one => `, "limited";${text(one)}`).join('');
  const policy = `"second";q=${second.q};w=1, "day";q=${day.q};w=86400;sesame-unit="recipients"`;
  reply.header('ratelimit-policy', `${policy}${more(one => `q=${one.q};w=${LIMITED_WINDOW_MS / 1_000}`)}`);
  reply.header('ratelimit', `"second";r=${second.r};t=${second.t}, "day";r=${day.r};t=${day.t}${more(one => `r=${one.r};t=${one.t}`)}`);
  reply.header('ratelimit-limit', String(tightest.q));
  reply.header('ratelimit-remaining', String(tightest.r));
  reply.header('ratelimit-reset', String(tightest.t));
  if (reply.statusCode === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', String(tightest.r === 0 ? tightest.t : 1));
}

/** Recipients that a limited account may have in this minute. */
function limitedWindow({ shared, clock }: ApiDeps, accountId: string): { readonly q: number; readonly r: number; readonly t: number } {
  const { value, endsAt } = shared.peek(limitedKey(accountId), LIMITED_WINDOW_MS);
  const t = Math.max(1, Math.ceil((endsAt - clock.now()) / 1_000));
  return { q: LIMITED_RECIPIENTS, r: Math.max(0, LIMITED_RECIPIENTS - value), t };
}
