// Rows for people: what is one value each, side by side; what has parts of its own `show` tells, and `--json` all of it.

const isPlain = (value: unknown): boolean =>
  value === null || typeof value !== 'object' || (Array.isArray(value) && value.every(one => typeof one !== 'object'));

/** One value as text: `-` for nothing, lists with commas. */
export const plain = (value: unknown): string =>
  value === null || value === undefined
    ? '-'
    : typeof value === 'string'
      ? value
      : Array.isArray(value) && isPlain(value)
        ? value.join(',') || '-'
        : JSON.stringify(value);

/** `aligned`: for a screen, with the names above; else a tab between values, for `cut` and `awk`. */
export function tableOf(rows: readonly object[], aligned: boolean): readonly string[] {
  const names = Object.keys(rows[0] ?? {}).filter(name => rows.every(row => isPlain((row as Record<string, unknown>)[name] ?? null)));
  const lines = rows.map(row => names.map(name => plain((row as Record<string, unknown>)[name])));
  if (!aligned || rows.length === 0) return lines.map(line => line.join('\t'));
  const all = [names, ...lines];
  const widths = names.map((_, n) => Math.max(...all.map(line => line[n]?.length ?? 0)));
  return all.map(line =>
    line
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
