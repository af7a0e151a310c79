// Links as browsers take them, however they are written, and what is said of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { borrowedBrand, isFreeHost, isRandom, isShortener, linkFacts, linksOf, parseLink, showsOther } from './links.ts';

const hostOf = (url: string): string | undefined => parseLink(url, '')?.host;

const TRICKY: Readonly<Record<string, string>> = {
  'https://a.example.com/x': 'a.example.com',
  'hTtPs://A.Example.COM.': 'a.example.com',
  'https:a.example.com/x': 'a.example.com',
  'https:\\\\a.example.com\\x': 'a.example.com',
  'ht\ttp://a.exam\nple.com/': 'a.example.com',
  ' https://a.example.com': 'a.example.com',
  '//a.example.com/x': 'a.example.com',
  'http://www.bank.com@a.example.com/x': 'a.example.com',
  'http://bank.com%2Fx:y@a.example.com': 'a.example.com',
  'http://bank.com:80@a.example.com:8080/x': 'a.example.com',
  'http://%61%2e%65xample.com/': 'a.example.com',
  'http://ａ.example。com/': 'a.example.com',
  'http://a.example.com?x@b.test': 'a.example.com',
  'http://a.example.com#@b.test': 'a.example.com',
};
for (const [url, host] of Object.entries(TRICKY)) test(`host of ${JSON.stringify(url)}`, () => assert.equal(hostOf(url), host));

test('what leads nowhere is no link, what runs in the mail is one without a host', () => {
  for (const url of ['', '#a', 'mailto:a@b.test', 'tel:1', '/x', 'x.html', 'http://', 'https:///?x'])
    assert.equal(parseLink(url, ''), null, url);
  for (const url of ['data:text/html,x', 'JavaScript:x', 'blob:x']) assert.equal(parseLink(url, '')?.host, '', url);
});

test('addresses, names and ports are seen', () => {
  for (const host of ['192.0.2.7', '0xC0000207', '3221225991', '0300.0.2.7', '127.1', '[2001:db8::1]'])
    assert.equal(parseLink(`http://${host}/`, '')?.isIp, true, host);
  assert.deepEqual(
    [
      parseLink('http://u:p@a.test:8443/', '')?.userinfo,
      parseLink('http://a.test:8443/', '')?.port,
      parseLink('http://a.test:443/', '')?.port,
    ],
    [true, true, false],
  );
  assert.equal(parseLink('https://mail.example.co.uk/x', '')?.domain, 'example.co.uk');
});

test('links of anchors and of text, each place once', () => {
  const links = linksOf([{ href: 'https://a.test/x', shown: 'x' }], 'see https://a.test/x, (www.b.test/y). and http://c.test/发票。next');
  assert.deepEqual(
    links.map(({ host, path }) => host + path),
    ['a.test/x', 'c.test/发票', 'www.b.test/y'],
  );
});

test('what kind of place it is', () => {
  const link = (url: string, shown = ''): NonNullable<ReturnType<typeof parseLink>> => {
    const parsed = parseLink(url, shown);
    assert.ok(parsed);
    return parsed;
  };
  assert.equal(isShortener(link('https://bit.ly/x')), true);
  assert.equal(isFreeHost(link('https://login.weebly.com/')), true);
  assert.equal(isFreeHost(link('https://docs.google.com/forms/x')), true);
  assert.equal(isFreeHost(link('https://www.google.com/forms')), false);
  assert.equal(borrowedBrand(link('https://paypal-secure.example/')), 'paypal');
  assert.equal(borrowedBrand(link('https://www.paypal.com/')), null);
  assert.equal(showsOther(link('https://evil.test/', 'https://www.bank.com/login')), true);
  assert.equal(showsOther(link('https://www.bank.com/', 'bank.com')), false);
  assert.equal(isRandom('xkcdqwrtz'), true);
  assert.equal(isRandom('northfield'), false);
  assert.ok(linkFacts(link('http://u@1.2.3.4:81/wp-content/a.php?url=http://x'), '').includes('userinfo'));
});

test('no URL throws, and none is read beyond its bound', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('http', ':', '/', '\\', '@', '%', '6', 'a', '.', '?', '#', '[', ']', '\t', '。', 'ａ', '-', '\u200b'), {
        maxLength: 60,
      }),
      pieces => {
        const link = parseLink(pieces.join(''), '');
        if (link) linkFacts(link, 'a.test');
        assert.ok(linksOf([], pieces.join('')).length <= 60);
      },
    ),
    { numRuns: 1_000 },
  );
  assert.equal(parseLink(`http://a.test/${'x'.repeat(1e6)}`, '')?.path.length, 300);
  assert.equal(parseLink(`http://${'a.'.repeat(1e5)}test/`, ''), null);
});
