// What was learned of one pair of sending IP and mailbox provider, as the API shows it.
import type { PaceRow } from '../engines/store/control/paces.ts';
import { limits } from '../shaping/learner.ts';
import { newRulesOf } from '../shaping/providers.ts';
import { newPace, readPace, type PaceState, type Step } from '../shaping/state.ts';
import { time } from './pages.ts';
import type { ApiDeps } from './types.ts';

/** As it was written down last, at most some seconds ago; `usedToday` is of now. */
export function paceShown({ rules: book, usedToday, clock }: ApiDeps, row: PaceRow): Readonly<Record<string, unknown>> {
  const rules = newRulesOf(book)(row.provider);
  const state = readPace(rules, row.state, clock.now()) ?? newPace(rules, clock.now());
  const now = limits(rules, state, clock.now());
  const held = now.heldUntil > clock.now();
  return {
    ip: row.ip ?? 'system',
    provider: row.provider,
    name: book.providers.find(one => one.key === row.provider)?.name ?? row.provider,
    perSecond: state.rate,
    connections: state.connections.limit,
    mailsPerConnection: now.mailsPerConnection,
    dayCap: now.dayCap,
    warmUpDayCap: now.warmCap,
    usedToday: usedToday({ ip: row.ip, provider: row.provider }) ?? 0,
    heldUntil: held ? time(now.heldUntil) : null,
    says: sentence(state, held ? now.heldUntil : null),
    steps: state.steps.map(({ at, ...step }) => ({ at: time(at), says: stepSaid(step), ...step })),
    updatedAt: time(row.updatedAt),
  };
}

/** In one sentence, newest first. */
function sentence(state: PaceState, heldUntil: number | null): string {
  if (heldUntil !== null) return `Waiting until ${time(heldUntil) ?? ''}, then one mail asks whether the provider takes mail again.`;
  if (state.held) return 'One mail at a time asks whether the provider takes mail again.';
  if (state.steps.length === 0) return 'The provider has not complained.';
  const pace = state.rate === null ? 'There is no pace now' : `The pace is ${rounded(state.rate)} mails a second now`;
  return state.level === null
    ? `${pace} and grows while the provider is content.`
    : `${pace}; the provider complained at ${rounded(state.level)}.`;
}

const WHAT: Readonly<Record<Step['what'], (to: number) => string>> = {
  rate: to => `Slowed down to ${rounded(to)} mails a second`,
  connections: to => `Fewer connections: ${to}`,
  session: to => `Fewer mails on a connection: ${to}`,
  day: to => `Fewer mails a day: ${to}`,
};
const stepSaid = ({ what, to, reason, code }: Omit<Step, 'at'>): string =>
  `${WHAT[what](to)}, because of ${code === null ? '' : `${code} `}${reason}.`;

const rounded = (rate: number): number => Number(rate.toPrecision(3));
