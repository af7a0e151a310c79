// URLs in attributes, by what browsers do with them (HTML standard 13.2.5.72, URL standard).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeText, attributeValue, webTarget } from './attribute.ts';
import { MAX_URL } from './bounds.ts';

const TARGETS: readonly (readonly [written: string, leads: string | null, why: string])[] = [
  ['https://a.test/x?a=1&amp;b=2#part', 'https://a.test/x?a=1&b=2#part', 'reference and fragment'],
  ['https://a.test/?a=1&copy=2&reg=3&lt=4&amp=5', 'https://a.test/?a=1&copy=2&reg=3&lt=4&amp=5', 'a name before = is no reference'],
  ['https://a.test/?a&copyright&notify', 'https://a.test/?a&copyright&notify', 'nor is the beginning of a longer word'],
  ['https://a.test/?a&amp', 'https://a.test/?a&', 'amp needs no semicolon at the end'],
  ['https://a.test/?a&copy', null, 'copy is a sign there'],
  ['https://a.test/?a&unknown;', null, 'a name that we do not know'],
  ['https://a.test/?a&#38;b&#x26;c&#38d', 'https://a.test/?a&b&c&d', 'numbers, with and without semicolon'],
  ['https://a.test/&#x80;', null, 'Windows-1252 in disguise'],
  ['https://a.test/&#0;', null, 'no character'],
  ['https://a.test/&#xffffffffffff;', null, 'more digits than a number has'],
  ['&#104;ttps&colon;&sol;&sol;a.test/', 'https://a.test/', 'the scheme itself in references'],
  [' \n https://a.\ntest/\tx ', 'https://a.test/x', 'blanks and line ends'],
  ['HTTP://A.TEST', 'http://a.test/', 'upper case'],
  ['https://bücher.test/ü', 'https://xn--bcher-kva.test/%C3%BC', 'its ASCII form'],
  ['https://a.test\\@b.test/', 'https://a.test/@b.test/', 'a backslash is a slash'],
  ['//a.test/x', null, 'no scheme'],
  ['https:/a.test', null, 'one slash'],
  ['https:\\\\a.test', null, 'backslashes for slashes'],
  ['https://user:pass@a.test/', null, 'credentials'],
  ['mailto:a@b.test', null, 'mail'],
  ['tel:+1', null, 'telephone'],
  ['javascript:alert(1)//https://a.test', null, 'a script'],
  ['java&#10;script:alert(1)', null, 'a script in pieces'],
  ['data:text/html,x', null, 'data'],
  ['#top', null, 'an anchor'],
  ['', null, 'nothing'],
  ['https://', null, 'no host'],
  ['https://[::1', null, 'no URL'],
];

test('where a link leads, or that it is left alone', () => {
  for (const [written, leads, why] of TARGETS) assert.equal(webTarget(written), leads, why);
});

test('no target holds a control character or a blank, and none is longer than allowed', () => {
  for (const sign of ['%0d%0aSet-Cookie:x', '&#13;&#10;Set-Cookie:x', '\u2028', ' x', '"x', '<x'])
    assert.match(webTarget(`https://a.test/${sign}`) ?? 'none', /^[\x21-\x7e]*$/);
  assert.equal(webTarget(`https://a.test/${'x'.repeat(MAX_URL)}`), null);
  assert.equal(webTarget(`https://a.test/${'ü'.repeat(MAX_URL / 2)}`), null);
});

test('a value that is written reads back as the same', () => {
  const url = `https://a.test/?a=1&b='2'&c=\`"<>`;
  assert.equal(attributeText(attributeValue(url)), url);
  assert.doesNotMatch(attributeValue(url), /["'<>`]/);
});
