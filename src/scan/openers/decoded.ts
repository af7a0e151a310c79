// What every small form does with a piece that it decoded: show it if there is room, say so if there is not.
import type { Opening, Sight } from '../opener.ts';

/** How many members were shown; past the most, one `too_many_parts` is said and the opener stops. */
export type Tally = { shown: number; full: boolean };

export const newTally = (): Tally => ({ shown: 0, full: false });

/** The member, or that it may not be shown. `packed`: bytes that it was decoded from. */
export function show(opening: Opening, tally: Tally, name: string | null, bytes: Buffer, packed: number, type?: string): Sight {
  if (tally.shown >= opening.mostMembers) {
    tally.full = true;
    return { see: 'unseen', name, why: 'too_many_parts' };
  }
  tally.shown++;
  if (bytes.length > opening.room(packed)) return { see: 'unseen', name, why: 'too_large' };
  return type === undefined || type === '' ? { see: 'member', name, bytes } : { see: 'member', name, bytes, type };
}
