import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchPath, withQuery } from './route.ts';

test('a path is matched part by part, and its parameters are decoded', () => {
  assert.deepEqual(matchPath('/', '/'), {});
  assert.deepEqual(matchPath('/messages/:id', '/messages/msg_1'), { id: 'msg_1' });
  assert.deepEqual(matchPath('/domains/:name', '/domains/a%2Fb/'), { name: 'a/b' });
  for (const path of ['/messages', '/messages/', '/messages/a/b', '/other/a', '/messages/%E0%A4%A'])
    assert.equal(matchPath('/messages/:id', path), null);
});

test('a query leaves out what is nothing', () => {
  assert.equal(withQuery('/messages', { q: 'a b&c', after: null, limit: 5, state: '', tag: undefined }), '/messages?q=a+b%26c&limit=5');
  assert.equal(withQuery('/messages', {}), '/messages');
});
