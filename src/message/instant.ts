// Points in time as text (RFC 3339).

/** Epoch ms; null: it is no RFC 3339 time. */
export function readInstant(text: string): number | null {
  const [, year, month, day] = FORM.exec(text) ?? [];
  const at = Date.parse(text);
  // The engine takes the 30th of February for the 2nd of March.
  return day === undefined || Number.isNaN(at) || Number(day) > daysOf(Number(year), Number(month)) ? null : at;
}

const FORM = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/i;
const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
