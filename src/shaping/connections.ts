// How many connections a provider takes, and how many mails on each: learned the same way as the rate, in whole numbers.
import * as bounds from './bounds.ts';
import { withStep } from './steps.ts';
import type { Rules } from './rules.ts';
import type { Complaint, PaceState } from './state.ts';

/** After mail that was taken: one more connection in a while, up to one under the level that was refused; seldom above it. */
export function connectionsContent(rules: Rules, before: PaceState['connections'], count: number): PaceState['connections'] {
  const credit = before.credit + count;
  const { limit, level } = before;
  if (limit >= rules.maxConnections) return { ...before, credit };
  const below = level === null || limit + 1 < level;
  if (credit < (below ? bounds.CONNECTION_MAILS : bounds.CONNECTION_PROBE_MAILS)) return { ...before, credit };
  return { ...before, limit: limit + 1, credit: 0, level: below ? level : null };
}

/** After "too many connections": fewer. null = there was one only, so the rate must be meant. `open`: how many were open; null = not known. */
export function connectionsComplained(state: PaceState, complaint: Complaint, open: number | null, now: number): PaceState | null {
  const { limit, steppedAt } = state.connections;
  const had = Math.max(1, Math.min(limit, open ?? limit));
  if (now - steppedAt < bounds.REACTION_MS) return state;
  if (had <= 1) return null;
  const fewer = Math.max(1, Math.min(had - 1, Math.floor(had * bounds.CONNECTIONS_DOWN)));
  return {
    ...state,
    connections: { limit: fewer, level: had, credit: 0, steppedAt: now },
    steps: withStep(state.steps, complaint, 'connections', fewer, now),
  };
}

/** Too many mails on one connection: the next ones close one mail earlier. `mails`: which one it was; null halves what was allowed. */
export function sessionComplained(state: PaceState, complaint: Complaint, mails: number | null, now: number): PaceState {
  const fewer = Math.max(1, Math.min(state.mailsPerConnection, mails === null ? Math.floor(state.mailsPerConnection / 2) : mails - 1));
  if (fewer === state.mailsPerConnection) return state;
  return { ...state, mailsPerConnection: fewer, steps: withStep(state.steps, complaint, 'session', fewer, now) };
}
