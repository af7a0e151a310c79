// Which of the three languages a reader gets, and that only sentences of the filter are translated.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOf, toldFindings } from './language.ts';

for (const [header, language] of [
  [undefined, 'en'],
  ['', 'en'],
  ['id', 'id'],
  ['ID-id', 'id'],
  ['zh-Hans-CN, en;q=0.9', 'zh'],
  ['en;q=0.5, zh;q=0.7, id;q=0.6', 'zh'],
  ['fr, de;q=0.9', 'en'],
  ['fr, id;q=0.1', 'id'],
  ['id;q=0, zh;q=0.2', 'zh'],
  ['*', 'en'],
  ['id;q=x', 'en'],
  [`${'fr,'.repeat(10_000)}id`, 'en'],
] as const) {
  test(`Accept-Language ${JSON.stringify(header)?.slice(0, 60)} is ${language}`, () => {
    assert.equal(languageOf({ headers: header === undefined ? {} : { 'accept-language': header } }), language);
  });
}

test('a finding of the filter is told in the language, a virus keeps its words', () => {
  const [spam, virus, plain] = toldFindings(
    [{ id: 'words', message: 'The words of the text' }, { id: 'Eicar', message: 'Eicar in a.txt' }, { message: 'as it is' }],
    'id',
  );
  assert.deepEqual([spam?.message, virus?.message, plain?.message], ['Kata-kata dalam teks', 'Eicar in a.txt', 'as it is']);
});
