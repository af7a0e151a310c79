import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, isOver, typedName, type Form } from './key.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const form: Form = { name: ' shop ', kind: 'api', scopes: ['send'], age: 'never', domains: '', ips: '' };

test('a form asks for what was filled in, and nothing else', () => {
  assert.deepEqual(bodyOf(form, NOW), { name: 'shop', kind: 'api', scopes: ['send'] });
  assert.deepEqual(bodyOf({ ...form, age: 'month', domains: 'a.test, b.test\nc.test', ips: '192.0.2.0/24' }, NOW), {
    name: 'shop',
    kind: 'api',
    scopes: ['send'],
    domains: ['a.test', 'b.test', 'c.test'],
    ips: ['192.0.2.0/24'],
    expiresAt: '2026-12-30T12:00:00.000Z',
  });
  assert.deepEqual(bodyOf({ ...form, kind: 'operator', domains: 'a.test' }, NOW), { name: 'shop', kind: 'operator' });
});

test('a name that cannot be typed as it is shown gives way to the id', () => {
  assert.equal(typedName({ id: 'key_1', name: 'shop backend 2' }), 'shop backend 2');
  assert.equal(typedName({ id: 'key_1', name: '商店后端' }), '商店后端');
  for (const name of ['<img src=x>', '\u202eevil', 'a ', 'x'.repeat(60)]) assert.equal(typedName({ id: 'key_1', name }), 'key_1');
});

test('a key is over at its end', () => {
  assert.equal(isOver({ expiresAt: null }, NOW), false);
  assert.equal(isOver({ expiresAt: '2026-11-30T12:00:00Z' }, NOW), true);
  assert.equal(isOver({ expiresAt: '2026-11-30T12:00:01Z' }, NOW), false);
});
