// Points in time as text (RFC 3339).

/** Epoch ms; null: it is no RFC 3339 time. */
export function readInstant(text: string): number | null {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
