// Which rows of a long table are drawn: those near the window. Pure.

export type Span = { readonly first: number; readonly last: number; readonly before: number; readonly after: number };

/** `top`: pixels of the table above the window's upper edge (negative: it begins below). A few rows more are drawn on both sides. */
export function spanOf(rows: number, rowPx: number, top: number, heightPx: number, more = 12): Span {
  const first = Math.max(0, Math.min(rows, Math.floor(top / rowPx) - more));
  const last = Math.max(first, Math.min(rows, Math.ceil((top + heightPx) / rowPx) + more));
  return { first, last, before: first * rowPx, after: (rows - last) * rowPx };
}
