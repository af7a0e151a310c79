// Retry-After (RFC 9110 section 10.2.3): seconds, or a date.

const MOST_MS = 24 * 3_600_000;

/** How long to wait, at most a day; null: it does not say, or nothing that can be read. */
export function readRetryAfter(value: string | undefined, now: number): number | null {
  const text = value?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), MOST_MS);
}
