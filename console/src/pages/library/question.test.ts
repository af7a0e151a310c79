import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressPatterns } from '../../../../src/library/match.ts';
import { formatOf, readQuestion } from './question.ts';

test('addresses, domains, IPs and ranges are told apart', () => {
  const kinds = (...texts: readonly string[]): readonly unknown[] => texts.map(text => readQuestion(text)?.kind ?? null);
  assert.deepEqual(kinds('Ana@Example.com', 'a+tag@b.co', '"odd name"@b.co', 'müller@bücher.example'), [
    'address',
    'address',
    null,
    'address',
  ]);
  assert.deepEqual(kinds('example.com', '@example.com', '*.example.com', '例子.example', 'localhost'), [
    'domain',
    'domain',
    'domain',
    'domain',
    null,
  ]);
  assert.deepEqual(kinds('192.0.2.7', '2001:db8::1', '::1', '192.0.2.300', '1.2.3'), ['ip', 'ip', 'ip', null, null]);
  assert.deepEqual(kinds('192.0.2.0/24', '2001:db8::/32', '300.0.0.0/8'), ['range', 'range', null]);
  assert.deepEqual(kinds('', '@', 'a@', 'hello there', '<script>'), [null, null, null, null, null]);
});

test('entries are looked for as the server looks for them', () => {
  for (const address of ['a+tag@x.y.example', 'ana@example.com'])
    assert.deepEqual(readQuestion(address)?.patterns, addressPatterns(address));
  assert.deepEqual(readQuestion('shop.example.com')?.patterns, ['@shop.example.com', '*.example.com', '*.com']);
  assert.deepEqual(readQuestion('192.0.2.7')?.patterns, ['192.0.2.7', '192.0.2.0/24', '192.0.0.0/16', '192.0.0.0/8']);
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  fc.assert(
    fc.property(label, fc.array(label, { minLength: 2, maxLength: 4 }), (local, labels) => {
      const address = `${local}@${labels.join('.')}`;
      assert.deepEqual(readQuestion(address)?.patterns, addressPatterns(address));
    }),
  );
});

test('the name of a file says its form', () => {
  assert.deepEqual(['a.CSV', 'b.jsonl', 'hosts', 'c.zone', 'd.txt', 'e'].map(formatOf), [
    'csv',
    'ndjson',
    'hosts',
    'rpz',
    'plain',
    'plain',
  ]);
});
