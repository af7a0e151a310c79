// English is the type of every dictionary: a key or an argument that is missing in another language does not compile.

/** The same keys, with strings for strings and functions of the same arguments for functions. */
export type Shape<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : T[K] extends (...args: infer A) => string ? (...args: A) => string : Shape<T[K]>;
};

/** English has one and other; Indonesian and Chinese have one form for every number. */
export const plural = (count: number, one: string, other: string): string =>
  new Intl.PluralRules('en').select(count) === 'one' ? one : other;
