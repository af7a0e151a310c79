// Dry run: what these rules would have decided over past events, in the order in which they were recorded. It is the live fold and
// nothing else, so with the rules in force it gives what happened.
import { advanced, happened, newAccount, type Account, type Change } from './account.ts';
import type { AccountFacts, StandingEvent } from './events.ts';
import type { Rules } from './rules.ts';

export type Replay = { readonly account: Account; readonly changes: readonly Change[] };

/** From an account that was made at `from`, up to and with `to` (epoch ms). */
export const replayed = (
  rules: Rules,
  facts: AccountFacts,
  events: Iterable<StandingEvent>,
  { from, to }: { readonly from: number; readonly to: number },
): Replay => replayedFrom(rules, newAccount(facts, from), events, to);

/** From an account as it was before the first of the events, up to and with `to`. */
export function replayedFrom(rules: Rules, before: Account, events: Iterable<StandingEvent>, to: number): Replay {
  let account = before;
  const changes: Change[] = [];
  for (const event of events) {
    if (event.at < before.clock || event.at > to) continue;
    const step = happened(rules, account, event);
    account = step.account;
    changes.push(...step.changes);
  }
  const last = advanced(rules, account, to);
  return { account: last.account, changes: [...changes, ...last.changes] };
}
