import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, dataOf, EMPTY, namesIn } from './template.ts';

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

test('a look takes what was typed, leaves defaults to the template, and has samples for the rest', () => {
  assert.deepEqual(dataOf(['a', 'b', 'link', 'c'], { b: 'own' }, { c: 'typed', b: '' }), {
    a: 'a',
    link: 'https://example.com/',
    c: 'typed',
  });
});
