// One mail's place in the pace and in the day of its pair, taken by compare and exchange from any thread: what all threads together take
// never exceeds the limits (shaping/gate.ts is the arithmetic).
import { capOf, nextTurn, nextUse, paceOf } from '../../shaping/gate.ts';
import { TRIES } from './bounds.ts';
import type { Cell } from './cells.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type Taken =
  | { readonly ok: true; readonly at: number }
  | { readonly ok: false; readonly until: number; readonly why: 'held' | 'day' | 'rate' };

/** `at`: when the mail may go, at most `patienceMs` from now. All in epoch ms. */
export function take(cell: Cell, warming: boolean, now: number, patienceMs: number): Taken {
  const limits = cell.limits();
  if (limits.heldUntil > now) return { ok: false, until: limits.heldUntil, why: 'held' };
  const offset = limits.utcOffsetHours * HOUR;
  const today = Math.floor((now + offset) / DAY);
  const cap = capOf(limits, warming);
  if (cell.warming() !== warming) cell.setWarming(warming);
  for (let tries = 0; tries < TRIES; tries++) {
    const day = cell.day();
    const use = nextUse(day, today, cap);
    if (!use) return { ok: false, until: (Math.max(day.number, today) + 1) * DAY - offset, why: 'day' };
    if (!cell.setDay(day, use)) continue;
    const turn = turnOf(cell, warming, now, patienceMs);
    if (!turn.ok) giveBack(cell);
    return turn;
  }
  return { ok: false, until: now + patienceMs, why: 'rate' };
}

function turnOf(cell: Cell, warming: boolean, now: number, patienceMs: number): Taken {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = cell.paidUntil();
    const turn = nextTurn(paceOf(cell.limits(), warming), before, now, patienceMs);
    if (!turn.ok) return { ok: false, until: turn.until, why: 'rate' };
    if (turn.paidUntil === before || cell.setPaidUntil(before, turn.paidUntil)) return { ok: true, at: turn.at };
  }
  return { ok: false, until: now + patienceMs, why: 'rate' };
}

/** A place of the day that was not used. */
export function giveBack(cell: Cell): void {
  for (let tries = 0; tries < TRIES; tries++) {
    const day = cell.day();
    if (day.used === 0 || cell.setDay(day, { number: day.number, used: day.used - 1 })) return;
  }
}
