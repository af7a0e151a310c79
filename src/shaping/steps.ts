// The last steps down of a pair, kept for people: when, what was lowered to what, and the words that were the reason.
import { STEPS_KEPT } from './bounds.ts';
import type { Complaint, Step } from './state.ts';

/** The newest ones, oldest first. */
export function withStep(steps: readonly Step[], complaint: Complaint, what: Step['what'], to: number, at: number): readonly Step[] {
  const { kind, code, enhanced, reason, words } = complaint;
  return [...steps, { at, what, to, kind, code, enhanced, reason, words }].slice(-STEPS_KEPT);
}
