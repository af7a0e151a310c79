// What is said of a body that the schemas do not take: every field once, with what is allowed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOf } from './validation.ts';

const at = (keyword: string, params: Readonly<Record<string, unknown>>, instancePath = '/action', message = 'is wrong') => ({
  instancePath,
  keyword,
  params,
  message,
});

test('alternatives are one finding that names them all', () => {
  const word = [at('const', { allowedValue: 'block' }), at('const', { allowedValue: 'allow' }), at('anyOf', {})];
  assert.deepEqual(findingsOf(word), [{ field: 'action', message: 'is "block" or "allow"' }]);
  const end = [at('type', { type: 'string' }, '/expiresAt'), at('type', { type: 'null' }, '/expiresAt'), at('anyOf', {}, '/expiresAt')];
  assert.deepEqual(findingsOf(end), [{ field: 'expiresAt', message: 'is text or null' }]);
  assert.deepEqual(findingsOf([at('enum', { allowedValues: ['sent', 'held'] })]), [{ field: 'action', message: 'is "sent" or "held"' }]);
});

test('of alternatives the one whose kind was right is told', () => {
  const long = [
    at('maxLength', { limit: 5 }, '/group', 'must NOT have more than 5 characters'),
    at('type', { type: 'null' }, '/group'),
    at('anyOf', {}, '/group'),
  ];
  assert.deepEqual(findingsOf(long), [{ field: 'group', message: 'must NOT have more than 5 characters' }]);
});

test('fields that are missing, unknown or inside of lists have their own names', () => {
  const faults = [
    at('required', { missingProperty: 'from' }, ''),
    at('additionalProperties', { additionalProperty: 'form' }, ''),
    at('required', { missingProperty: 'filename' }, '/attachments/0'),
    at('type', { type: 'object' }, ''),
  ];
  assert.deepEqual(findingsOf(faults), [
    { field: 'from', message: 'is needed' },
    { field: 'form', message: 'is not known here' },
    { field: 'attachments[0].filename', message: 'is needed' },
    { field: 'body', message: 'is an object' },
  ]);
});

test('a parameter that comes twice, a body without a field', () => {
  assert.deepEqual(findingsOf([at('type', { type: 'string' }, '/limit')], true), [{ field: 'limit', message: 'is given more than once' }]);
  assert.deepEqual(findingsOf([at('minProperties', { limit: 1 }, '')]), [{ field: 'body', message: 'needs a field' }]);
});

test('what is wrong inside of an object is not told of the object too', () => {
  const count = at('minimum', { limit: 1 }, '/frequency/count', 'must be >= 1');
  const others = [
    at('type', { type: 'string' }, '/frequency'),
    at('const', { allowedValue: 'off' }, '/frequency'),
    at('anyOf', {}, '/frequency'),
  ];
  assert.deepEqual(findingsOf([count, ...others]), [{ field: 'frequency.count', message: 'must be >= 1' }]);
});
