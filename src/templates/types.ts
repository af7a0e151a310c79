// What a template is when it was read: pieces of text as they stand, and variables, each with the place it stands in.

/**
 * Where a variable stands decides how its value is written:
 * `header` the subject; `plain` the text part; `html` text and attributes of HTML; `style` a style attribute; `url` the start of a link's
 * address; `urlPart` later in it.
 */
export type Place = 'header' | 'plain' | 'html' | 'style' | 'url' | 'urlPart';

export type Variable = {
  readonly name: string;
  /** What stands behind `|`; null: the value is needed. */
  readonly fallback: string | null;
  readonly place: Place;
};

export type Piece = string | Variable;

/** The parts that an account writes; null = the mail has none. */
export type Source = { readonly subject: string; readonly text: string | null; readonly html: string | null };

export type Template = {
  readonly subject: readonly Piece[];
  readonly text: readonly Piece[] | null;
  readonly html: readonly Piece[] | null;
  /** Each variable once, in order of appearance. */
  readonly names: readonly string[];
};

/** Lines and columns count from 1, columns in characters (UTF-16 units). */
export type Fault = {
  readonly field: 'subject' | 'text' | 'html';
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** Values of variables, flat. */
export type Data = Readonly<Record<string, string | number | boolean | null>>;
