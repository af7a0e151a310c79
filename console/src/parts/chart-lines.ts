// The lines of a chart: each has a dash of its own, so that nobody needs its colour.
export type Line = { readonly name: string; readonly values: readonly (number | null)[] };

/** Of the five: full, long, dotted, mixed, short. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [8, 3, 2, 3], [4, 4]];
