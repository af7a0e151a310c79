// Comma-separated values as RFC 4180 has them: cells in quotes may hold commas, line ends and doubled quotes. Linear.

export type Record = { /** Where it begins, from 1. */ readonly line: number; readonly cells: readonly string[] };

/** Records that hold anything; null: a quote that never closes. */
export function recordsOf(text: string): readonly Record[] | null {
  const records: Record[] = [];
  let [at, line] = [text.startsWith('\ufeff') ? 1 : 0, 1];
  while (at < text.length) {
    const begun = line;
    const cells: string[] = [];
    for (let more = true; more;) {
      let cell: string;
      if (text[at] === '"') {
        let end = at + 1;
        for (;;) {
          end = text.indexOf('"', end);
          if (end < 0) return null;
          if (text[end + 1] !== '"') break;
          end += 2;
        }
        cell = text.slice(at + 1, end).replaceAll('""', '"');
        line += cell.split('\n').length - 1;
        at = end + 1;
        // What stands between the closing quote and the comma belongs to no cell.
        while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
      } else {
        const from = at;
        while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
        cell = text.slice(from, at).replace(/\r$/, '').trim();
      }
      cells.push(cell);
      more = text[at] === ',';
      at++;
    }
    line++;
    if (cells.some(one => one !== '')) records.push({ line: begun, cells });
  }
  return records;
}
