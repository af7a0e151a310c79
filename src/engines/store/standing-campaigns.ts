// Which campaign a refused mail belongs to, for one account and a day: the same mail with another name in it counts once. The sketches are
// kept encrypted; the ids that the rules count are random and say nothing.
import { randomBytes } from 'node:crypto';
import { alike } from '../../filter/campaign.ts';
import type { SketchBox } from '../../learn/sketches.ts';
import { DAY_MS } from '../../standing/bounds.ts';

export type Campaign = { readonly id: string; /** base64 */ readonly sealed: string; readonly at: number };

/** Newest first. The rule asks for three different ones: older ones that are pushed out count again, which takes as many new ones before. */
const KEPT = 16;

/** The campaign of the sketch, and what is known from now on. */
export function campaignOf(
  box: SketchBox,
  known: readonly Campaign[],
  sketch: readonly number[],
  now: number,
): { readonly id: string; readonly known: readonly Campaign[] } {
  const young = known.filter(one => one.at > now - DAY_MS);
  const same = young.find(one => alike(box.open(Buffer.from(one.sealed, 'base64')), sketch));
  if (same) return { id: same.id, known: [{ ...same, at: now }, ...young.filter(one => one !== same)] };
  const id = randomBytes(6).toString('base64url');
  return { id, known: [{ id, sealed: box.seal(sketch).toString('base64'), at: now }, ...young].slice(0, KEPT) };
}
