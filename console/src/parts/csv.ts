// CSV (RFC 4180) that no spreadsheet takes for formulas: a cell that begins with = + - @, a tab or a line end gets an apostrophe before it.

const DANGEROUS = /^[=+\-@\t\r\n＝＋－＠]/;

export const csvCell = (value: string | number | null | undefined): string => {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  return `"${(DANGEROUS.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};

export const csvOf = (rows: readonly (readonly (string | number | null | undefined)[])[]): string =>
  rows.map(row => `${row.map(csvCell).join(',')}\r\n`).join('');
