// Budgets at the gates, before any content: the account's second and day, the day of a domain with a level, how often one person is written
// to; and whom an account in the sandbox may write to. The commit counts for good (engines/store/control/quota.ts).
import { dailyOf } from '../levels/levels.ts';
import { overQuota } from '../levels/quota.ts';
import type { Refusal } from '../mail.ts';
import { comparable, splitAddress } from '../message/addresses.ts';
import { ownsAddress, refusal } from './lookup.ts';
import type { AccountFacts, IdentifyDeps } from './types.ts';

const DAY_MS = 86_400_000;
const SECOND = 1_000;
const SIMULATOR = 'simulator.sesame.test';

/** Is a budget of the account used up? `from`: the envelope sender; `waits`: what is over by the day is booked, not refused. */
export async function overBudget(deps: IdentifyDeps, account: AccountFacts, from: string, waits: boolean): Promise<Refusal | null> {
  const now = deps.clock.now();
  const { perDay, perSecond } = account.quota;
  const key = `second/${account.id}`;
  if (deps.shared.count(key, SECOND) > perSecond)
    return overQuota({ budget: 'second', limit: perSecond, of: null, until: deps.shared.peek(key, SECOND).endsAt }, now);
  if (waits) return null;
  const until = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  if ((await deps.usedToday(account.id)) >= perDay) return overQuota({ budget: 'day', limit: perDay, of: null, until }, now);
  const domain = account.byDomain ? splitAddress(from)?.domain : undefined;
  if (domain === undefined) return null;
  const { name, level, used } = await deps.domainUse(account.id, domain);
  return used >= dailyOf(level) ? overQuota({ budget: 'domain', limit: dailyOf(level), of: name, until }, now) : null;
}

/** Whom an account may write to only so often: a keyed hash of the person, `a+tag@x` is `a@x`. null: as often as it likes. */
export const personOf =
  (deps: IdentifyDeps) =>
  async (accountId: string, address: string): Promise<Buffer | null> => {
    const parts = splitAddress(comparable(address));
    if (!(await deps.account(accountId))?.frequency || !parts || parts.domain === SIMULATOR) return null;
    const local = parts.local.replace(/(?<=.)\+.*$/, '');
    return deps.secrets.mac('frequency', accountId, '\n', `${local}@${parts.domain}`).subarray(0, PERSON_BYTES);
  };
/** Too many to meet by chance, few enough for an index. */
const PERSON_BYTES = 16;

/** Was the recipient written to as often as the account may? */
export async function overFrequency(deps: IdentifyDeps, accountId: string, address: string): Promise<Refusal | null> {
  const frequency = (await deps.account(accountId))?.frequency;
  const person = frequency ? await personOf(deps)(accountId, address) : null;
  if (!frequency || !person) return null;
  const now = deps.clock.now();
  const until = await deps.freeAt({ person, frequency, at: now });
  return until > now ? overQuota({ budget: 'recipient', limit: frequency.count, of: address, until }, now) : null;
}

/** An account in the sandbox writes to its own contact, to domains verified for it and to the simulator. */
export async function outsideSandbox(deps: IdentifyDeps, accountId: string, address: string): Promise<Refusal | null> {
  const account = await deps.account(accountId);
  if (!account?.sandbox || splitAddress(address)?.domain === SIMULATOR) return null;
  if (account.contact !== null && comparable(account.contact) === comparable(address)) return null;
  if (typeof (await ownsAddress(deps, accountId, address)) === 'object') return null;
  return refusal(
    'sandbox_recipient',
    550,
    '5.7.1',
    `${address} is outside the sandbox: this account writes to its contact, its verified domains and the simulator. Ask the operator to lift it`,
    'to',
  );
}
