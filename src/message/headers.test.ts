// Header blocks: offsets, duplicates, folds, broken lines, and rewriting without touching the body.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allOf, firstOf, readHeaders, rewriteHeaders, valueOf } from './headers.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

test('fields in order with duplicates, folds unfolded, names lower-case', () => {
  const raw = bytes('A: 1\r\nB : two\r\n words\r\n\tmore\r\na: 3\r\n\r\nbody: no\r\n');
  const block = readHeaders(raw);
  assert.deepEqual(
    block.fields.map(field => [field.name, valueOf(raw, field)]),
    [
      ['a', '1'],
      ['b', 'two words\tmore'],
      ['a', '3'],
    ],
  );
  assert.deepEqual(allOf(raw, block, 'a'), ['1', '3']);
  assert.equal(firstOf(raw, block, 'c'), undefined);
  assert.equal(raw.toString('latin1', block.bodyStart), 'body: no\r\n');
  assert.equal(block.cut, false);
  assert.equal(block.brokenAt, null);
});

test('UTF-8 values are read as such (RFC 6532), other bytes one character each', () => {
  const raw = Buffer.concat([Buffer.from('A: Grüße\r\n'), bytes('B: Gr\xfc\xdfe\r\n\r\n')]);
  const block = readHeaders(raw);
  assert.deepEqual([firstOf(raw, block, 'a'), firstOf(raw, block, 'b')], ['Grüße', 'Grüße']);
});

test('line ends of LF only, an mbox line in front, no body', () => {
  const raw = bytes('From someone Mon Jan  1\nA: 1\nB: 2');
  const block = readHeaders(raw);
  assert.deepEqual(
    block.fields.map(field => field.name),
    ['a', 'b'],
  );
  assert.equal(block.bodyStart, raw.length);
});

test('a line that is no field: the body when nothing stands before it, else stepped over and remembered', () => {
  const first = bytes('no field here\r\nA: 1\r\n\r\nx');
  assert.equal(readHeaders(first).bodyStart, 0);
  assert.equal(readHeaders(first, 0, first.length, true).fields.length, 1);
  const later = bytes('A: 1\r\nno field here\r\nB: 2\r\n\r\nx');
  const block = readHeaders(later);
  assert.deepEqual(
    block.fields.map(field => field.name),
    ['a', 'b'],
  );
  assert.equal(block.brokenAt, 6);
});

test('more fields than the bound: read up to it, said so, body found', () => {
  const raw = bytes(`${'A: 1\r\n'.repeat(3_000)}\r\nbody`);
  const block = readHeaders(raw);
  assert.equal(block.cut, true);
  assert.equal(block.fields.length, 2_000);
  assert.equal(raw.toString('latin1', block.bodyStart), 'body');
});

test('a million CRs in a value cost one pass', () => {
  const raw = bytes(`A: ${'\r'.repeat(1_000_000)}x\r\n\r\n`);
  assert.equal(firstOf(raw, readHeaders(raw), 'a'), 'x');
});

test('rewriting adds in front, drops by name, leaves the rest byte for byte', () => {
  const raw = bytes('A: 1\r\nBcc: x\r\n y\r\nC: \xff\r\n\r\nBcc: body\r\n');
  const changed = rewriteHeaders(raw, readHeaders(raw), 'New: 0\r\n', field => field.name === 'bcc');
  assert.equal(changed.toString('latin1'), 'New: 0\r\nA: 1\r\nC: \xff\r\n\r\nBcc: body\r\n');
});

test('the line of an mbox is no field, a From with blanks before its colon is one', () => {
  const first = (text: string): readonly string[] => readHeaders(bytes(text)).fields.map(field => field.name);
  assert.deepEqual(first('From a@b.test Mon Nov 30 12:00:00 2026\r\nTo: c\r\n\r\n'), ['to']);
  assert.deepEqual(first(`From ${' '.repeat(3_000)}\t: <a@b.test>\r\nTo: c\r\n\r\n`), ['from', 'to']);
});
