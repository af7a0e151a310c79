import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODES } from '../../../src/api/errors.ts';
import { en } from './en.ts';
import { id } from './id.ts';
import { zh } from './zh.ts';

type Entry = readonly [path: string, value: unknown];

function entries(words: unknown, path = ''): readonly Entry[] {
  if (typeof words !== 'object' || words === null) return [[path, words]];
  return Object.entries(words).flatMap(([key, value]) => entries(value, path === '' ? key : `${path}.${key}`));
}

/** What a sentence says for arguments that can be told apart in it. */
const argument: unknown = new Proxy({}, { get: (_, name) => (name === 'count' ? 2 : name === 'more' ? true : `‹${String(name)}›`) });
const said = (value: unknown): string => (typeof value === 'function' ? String(value(argument)) : String(value));
const argumentsOf = (value: unknown): readonly string[] => [...said(value).matchAll(/‹\w+›/g)].map(found => found[0]).toSorted();

/** Names and terms that another language has as well. */
const SAME = new Set([
  'Sesame',
  'UTC',
  'Menu',
  'Operator',
  'Host',
  'Domain',
  'CSV',
  'SPF',
  'DKIM',
  'DMARC',
  'NDJSON',
  'Status',
  'Spam',
  'Virus',
  'TLS',
  'SHA-256',
  'Webhook',
  'Message-ID',
  '+‹duration›',
]);
const MARKUP = /<[a-z/!]|&[a-z]+;|https?:\/\/\S+\.(?!example)/i;

const english = entries(en);
const others = { id: new Map(entries(id)), zh: new Map(entries(zh)) };

test('there is a dictionary to test', () => assert.ok(english.length > 150));

for (const [language, words] of Object.entries(others)) {
  test(`${language}: the same keys, of the same kind, with the same arguments`, () => {
    assert.deepEqual([...words.keys()].toSorted(), english.map(([path]) => path).toSorted());
    for (const [path, value] of english) {
      assert.equal(typeof words.get(path), typeof value, path);
      assert.deepEqual(new Set(argumentsOf(words.get(path))), new Set(argumentsOf(value)), path);
    }
  });

  test(`${language}: nothing is left in English`, () => {
    const left = english.filter(([path, value]) => said(words.get(path)) === said(value) && !SAME.has(said(value))).map(([path]) => path);
    assert.deepEqual(left, []);
  });
}

test('no markup, no empty sentence, no exclamation', () => {
  for (const [language, words] of [['en', new Map(english)], ...Object.entries(others)] as const)
    for (const [path, value] of words) {
      assert.ok(said(value).trim() !== '', `${language} ${path}`);
      assert.doesNotMatch(said(value), MARKUP, `${language} ${path}`);
      assert.doesNotMatch(said(value), /[!！]/, `${language} ${path}`);
    }
});

test('Chinese has Chinese marks, and room beside Latin words and digits', () => {
  for (const [path, value] of others.zh) {
    const text = said(value);
    assert.doesNotMatch(text, /[\u4e00-\u9fff][,;:?](?:\s|$)/, path);
    assert.doesNotMatch(text, /[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/, path);
  }
});

test('each error code of the API has a sentence', () => {
  assert.deepEqual(Object.keys(en.frame.errors).toSorted(), [...Object.keys(CODES), 'unreachable', 'unexpected'].toSorted());
});
