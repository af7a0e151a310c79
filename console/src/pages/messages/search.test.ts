import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSearch } from './search.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const search = (text: string): object => readSearch(text, NOW).search;

test('addresses, ids and tokens', () => {
  assert.deepEqual(search('Ana@Example.com state:deferred tag:x'), { recipient: 'ana@example.com', state: 'deferred', tag: 'x' });
  assert.deepEqual(search('to:a@b.test direction:in'), { recipient: 'a@b.test', direction: 'in' });
  assert.deepEqual(search('<1@a.test>'), { messageId: '<1@a.test>' });
  assert.equal(readSearch(' msg_01kb6q9w2h ', NOW).id, 'msg_01kb6q9w2h');
  assert.deepEqual(search('since:2h until:2026-11-30'), { since: '2026-11-30T10:00:00.000Z', until: '2026-11-30T00:00:00.000Z' });
});

test('what is not understood is told, never dropped', () => {
  for (const text of ['hello', 'state:lost', 'since:yesterday', 'until:2026-99-99', 'color:red', 'direction:up', 'state:'])
    assert.deepEqual(readSearch(`${text} a@b.test`, NOW), { search: { recipient: 'a@b.test' }, id: null, unknown: [text] });
});
