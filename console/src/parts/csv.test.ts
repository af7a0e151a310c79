import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvCell, csvOf } from './csv.ts';

test('a cell that a spreadsheet would calculate begins with an apostrophe', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1']) assert.equal(csvCell(text), `"'${text}"`);
  assert.equal(csvCell('a=1'), '"a=1"');
  assert.equal(csvCell(-3), '-3');
  assert.equal(csvCell(null), '""');
});

/** Reads RFC 4180 back. */
function read(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  for (const [, cell = '', end] of text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/g)) {
    if (rows.length === 0) rows.push([]);
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('whatever is in the cells, they come back, and none begins a formula', () => {
  const width = 3;
  fc.assert(
    fc.property(fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: width, maxLength: width }), { maxLength: 5 }), rows => {
      const back = read(csvOf(rows));
      assert.deepEqual(
        back.map(row => row.length),
        rows.map(() => width),
      );
      for (const [n, row] of rows.entries())
        for (const [m, cell] of row.entries()) {
          assert.ok([cell, `'${cell}`].includes(back[n]?.[m] ?? ''));
          assert.doesNotMatch(back[n]?.[m] ?? '', /^[=+\-@\t\r]/);
        }
    }),
  );
});
