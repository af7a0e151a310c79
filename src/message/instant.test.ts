// RFC 3339 times: what is one, and that no day is taken for another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInstant } from './instant.ts';

test('times with their offset', () => {
  assert.equal(readInstant('2027-01-01T00:00:00+07:00'), Date.UTC(2026, 11, 31, 17));
  assert.equal(readInstant('2028-02-29t23:59:59.250z'), Date.UTC(2028, 1, 29, 23, 59, 59, 250));
});

test('a day that no month has is no time', () => {
  for (const bad of [
    '2027-02-29T00:00:00Z',
    '2027-02-30T00:00:00Z',
    '2027-04-31T00:00:00Z',
    '2027-13-01T00:00:00Z',
    '2027-00-10T00:00:00Z',
  ])
    assert.equal(readInstant(bad), null, bad);
});

test('a day alone, a time without zone and other texts are none', () => {
  for (const bad of ['', '2027-01-01', '2027-01-01T00:00:00', 'tomorrow', '1800000000', '2027-01-01 00:00:00Z'])
    assert.equal(readInstant(bad), null, bad);
});
