// The languages of recipients' pages: the same words with the same arguments, none left in English, nothing of a stranger unescaped, and
// which language a reader gets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf, type LinkWords } from './form.ts';
import { languageFor, LINK_WORDS } from './words.ts';

const place = placeOf('Łucja+x@b.test', 'shop.test', 'news<i>');
/** Every word of a language, by its place. */
function texts(words: LinkWords): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(words))
    if (typeof value === 'string') all.set(key, value);
    else {
      all.set(`${key}.title`, value.title);
      all.set(`${key}.text`, value.text(place));
      all.set(`${key}.all`, value.text({ ...place, group: null }));
    }
  return all;
}

test('there are eleven languages, those of the clouds that people come from', () => {
  assert.deepEqual(Object.keys(LINK_WORDS), ['en', 'id', 'zh-CN', 'zh-TW', 'es', 'fr', 'de', 'ja', 'ko', 'ar', 'th']);
});

test('every language has every word, with the same facts in it, and none is left in English', () => {
  const english = texts(LINK_WORDS.en);
  for (const [tag, words] of Object.entries(LINK_WORDS)) {
    const own = texts(words);
    assert.deepEqual([...own.keys()].toSorted(), [...english.keys()].toSorted(), tag);
    for (const [key, text] of own) {
      assert.notEqual(text.trim(), '', `${tag} ${key}`);
      if (tag !== 'en' && key !== 'direction') assert.notEqual(text, english.get(key), `${tag} ${key}`);
      for (const fact of Object.values(place))
        assert.equal(text.includes(fact ?? ''), (english.get(key) ?? '').includes(fact ?? ''), `${tag} ${key}: ${fact}`);
      assert.doesNotMatch(text.replaceAll(/<\/?(?:b|bdi)>/g, ''), /[<>]|undefined|null|\$\{/, `${tag} ${key}`);
    }
    assert.equal(words.direction, tag === 'ar' ? 'rtl' : 'ltr');
  }
});

test('an address is shown in part, and what is not ours is escaped and isolated', () => {
  assert.deepEqual(place, { who: '<bdi>Ł…@b.test</bdi>', from: '<bdi>shop.test</bdi>', group: '<bdi>news&#60;i&#62;</bdi>' });
});

test('which language serves a tag', () => {
  const cases = { zh: 'zh-CN', 'zh-Hans-SG': 'zh-CN', 'zh-Hant': 'zh-TW', 'zh-hk': 'zh-TW', 'zh-MO': 'zh-TW', in: 'id', 'in-ID': 'id' };
  for (const [tag, language] of Object.entries({ ...cases, 'EN-gb': 'en', 'es-419': 'es', 'ar-EG': 'ar', th: 'th' }))
    assert.equal(languageFor(tag), language, tag);
  for (const tag of ['', '*', 'pt', 'x', 'toString', 'zhx']) assert.equal(languageFor(tag), null, tag);
});
