// Where we are: the History API as a value. Range, filters, tab and open row live in the query, so that a link shows what its sender saw.
import { withQuery } from './route.ts';
import { newValue, useValue } from './value.ts';

export type Place = { readonly path: string; readonly query: URLSearchParams };

const here = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) });
export const place = newValue<Place>(here());
addEventListener('popstate', () => place.set(here()));
/** Pages that Back can reach within the console. */
let behind = 0;

/** Goes to a path of the console. `replace`: Back does not stop at the place before. */
export function go(to: string, how: { readonly replace?: boolean } = {}): void {
  const before = place.get().path;
  history[how.replace ? 'replaceState' : 'pushState'](null, '', to);
  if (!how.replace) behind++;
  place.set(here());
  if (place.get().path !== before) scrollTo(0, 0);
}

/** One value of the query, and how to change it without a new stop for Back. */
export function useQuery(name: string): readonly [string, (next: string | null) => void] {
  const { query } = useValue(place);
  const set = (next: string | null): void => {
    const now = place.get();
    go(withQuery(now.path, { ...Object.fromEntries(now.query), [name]: next }), { replace: true });
  };
  return [query.get(name) ?? '', set];
}

/** Back to where the reader came from; a page that was opened by its address leads to `otherwise`. */
export function goBack(otherwise: string): void {
  if (behind === 0) return go(otherwise);
  behind--;
  history.back();
}
