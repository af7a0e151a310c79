// Imports of recipients: the three forms say the same, and each bad line is told and keeps no other back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordsOf } from './csv.ts';
import { fromArray, fromCsv, fromLines, type Line } from './read.ts';

const told = (lines: readonly Line[] | null): readonly unknown[] =>
  (lines ?? []).map(line => ('why' in line ? `${line.at}: ${line.why}` : [line.recipient.address, line.recipient.data]));

test('CSV, lines of JSON and an array are read alike', () => {
  const csv = fromCsv('\ufeffname,Email,city\r\nAna, ana@X.test ,"Jakarta, ""Pusat"""\r\n\r\n,budi@x.test,\r\n');
  const expected = [
    ['ana@x.test', { name: 'Ana', city: 'Jakarta, "Pusat"' }],
    ['budi@x.test', {}],
  ];
  assert.deepEqual(told(csv), expected);
  const values = [{ address: 'ana@x.test', data: { name: 'Ana', city: 'Jakarta, "Pusat"' } }, 'budi@x.test'];
  assert.deepEqual(told(fromLines(values.map(one => JSON.stringify(one)).join('\n\n'))), expected);
  assert.deepEqual(told(fromArray(values)), expected);
  assert.deepEqual(told(fromCsv('ana@x.test\nbudi@x.test')), [
    ['ana@x.test', {}],
    ['budi@x.test', {}],
  ]);
});

test('what is wrong is told by line', () => {
  assert.deepEqual(told(fromCsv('address,n\n"a\nb@x.test",1\na@x.test,1,2\nb@x.test,2')), [
    'line 2: "a\\nb@x.test" is not an address',
    'line 4: has 3 cells, the first line names 2',
    ['b@x.test', { n: '2' }],
  ]);
  assert.equal(fromCsv('address\n"a@x.test'), null);
  assert.deepEqual(told(fromLines('{\n"a@x.test"\n5\n{"address":"b@x.test","data":{"a b":1}}\n{"adress":"b@x.test"}')), [
    'line 1: is no JSON',
    ['a@x.test', {}],
    'line 3: is neither an address nor {"address", "data"}',
    'line 4: "a b" is no name of a variable',
    'line 5: holds "adress": known are "address" and "data"',
  ]);
  const data = (n: number): object => ({ address: 'a@x.test', data: { a: 'x'.repeat(n) } });
  assert.deepEqual(told(fromArray([data(793), { address: 'a@x.test', data: { a: [] } }, { address: 'a@x.test', data: [] }, null])), [
    '[0]: its data have 801 bytes: at most 800 are taken',
    '[1]: "a" is no text, number or truth',
    '[2]: "data" is no object',
    '[3]: is neither an address nor {"address", "data"}',
  ]);
  assert.equal(told(fromArray([data(792)])).length, 1);
  assert.ok(typeof told(fromArray([data(792)]))[0] !== 'string');
});

test('property: cells that were written are read', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 8 });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), rows => {
      const text = rows.map(cells => cells.map(one => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n');
      const read = recordsOf(text)?.map(record => record.cells);
      assert.deepEqual(
        read,
        rows.filter(cells => cells.some(one => one !== '')),
      );
    }),
  );
});
