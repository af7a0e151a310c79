import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, dataOf, EMPTY, fallbacksIn, namesIn } from './template.ts';

test('variables are found once each, in their order, without the link to leave', () => {
  const draft = {
    subject: 'Receipt {{number}}',
    text: 'Dear {{ name|customer }}, {{number}}',
    html: '<a href="{{unsubscribe}}">{{a.b-c}}</a>',
  };
  assert.deepEqual(namesIn(draft), ['number', 'name', 'a.b-c']);
  assert.deepEqual(namesIn({ subject: '{{1x}} {{}} {x} {{', text: '', html: '' }), []);
});

test('a body has null for a part that is empty, and no default of a variable that is gone', () => {
  const draft = { ...EMPTY, name: ' receipt ', subject: '{{a}}', text: 'x', defaults: { a: '1', gone: '2' } };
  assert.deepEqual(bodyOf(draft), { name: 'receipt', subject: '{{a}}', text: 'x', html: null, defaults: { a: '1' } });
});

test('a look takes what was typed, leaves what stands in to the template, and has samples for the rest', () => {
  const parts = { subject: '{{a}} {{f|x}} {{g|y}}', text: '{{g}} {{link}}', html: null };
  const template = { ...parts, variables: ['a', 'f', 'g', 'link', 'b', 'c'], defaults: { b: 'own' } };
  assert.deepEqual([...fallbacksIn(template)], [['f', 'x']]);
  assert.deepEqual(dataOf(template, { c: 'typed', b: '' }), { a: 'a', g: 'g', link: 'https://example.com/', c: 'typed' });
});
