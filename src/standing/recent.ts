// The most recent distinct things, a bounded number of them. What is kept does not depend on the order in which they came, and "how many
// different ones since then" is exact up to the bound: whatever was pushed out is older than all that stay.

/** Newest first; of equal times the larger id first. */
export type Recent = readonly { readonly id: string; readonly at: number }[];

export function seen(recent: Recent, id: string, at: number, most: number): Recent {
  const known = recent.find(one => one.id === id);
  if (known && known.at >= at) return recent;
  const last = recent.at(-1);
  if (!known && last && recent.length >= most && isBefore(last, { id, at })) return recent;
  const others = known ? recent.filter(one => one.id !== id) : recent;
  const place = others.findIndex(one => !isBefore(one, { id, at }));
  return others.toSpliced(place < 0 ? others.length : place, 0, { id, at }).slice(0, most);
}

/** How many different ones after `since`; exact up to the bound. */
export const countSince = (recent: Recent, since: number): number => recent.filter(one => one.at > since).length;

export const younger = (recent: Recent, since: number): Recent =>
  (recent.at(-1)?.at ?? Number.POSITIVE_INFINITY) > since ? recent : recent.filter(one => one.at > since);

const isBefore = (a: Recent[number], b: Recent[number]): boolean => a.at > b.at || (a.at === b.at && a.id > b.id);
