// What ends before a schema sees it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBody } from './json-body.ts';

const read = (text: string, most?: number): unknown => readBody(Buffer.from(text), most);
const refused = (text: string, code: string, field?: string, most?: number): void => {
  assert.throws(
    () => read(text, most),
    (error: { readonly code: string; readonly field?: string }) => error.code === code && error.field === field,
    text.slice(0, 80),
  );
};

test('JSON is read; what is none, or holds too much, is not', () => {
  assert.deepEqual(read('{"a":[1,null,"x"]}'), { a: [1, null, 'x'] });
  refused('{a}', 'invalid_json');
  refused('', 'invalid_json');
  refused(`[${'1,'.repeat(50)}1]`, 'invalid_field', 'body', 40);
});

test('a NUL is told by its field, wherever it stands', () => {
  refused('{"name":"a\\u0000b"}', 'invalid_field', 'name');
  refused('{"to":["a@x.test",{"address":"\\u0000"}]}', 'invalid_field', 'to[1].address');
  refused('{"headers":{"X-\\u0000":"a"}}', 'invalid_field', 'headers');
  refused('"\\u0000"', 'invalid_field', 'body');
  assert.deepEqual(read('{"path":"C:\\\\u0000"}'), { path: 'C:\\u0000' }, 'a backslash before it is a backslash');
});

test('nesting as deep as the bound does no harm', () => {
  refused(`${'['.repeat(9_000)}"\\u0000"${']'.repeat(9_000)}`, 'invalid_field', '[0]'.repeat(9_000));
});
