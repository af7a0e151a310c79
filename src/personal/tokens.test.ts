// Tokens: only ours are read, each for its own use, mail, recipient, link and target.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { webTarget } from './attribute.ts';
import { claimedEmail, newMint, readClick, readToken, type Mac, type Mint } from './tokens.ts';

const macOf =
  (key: string): Mac =>
  (label, ...parts) =>
    createHmac('sha256', key)
      .update(JSON.stringify([label, ...parts]))
      .digest();
const mac = macOf('one');
const EMAIL = 'msg_01kb6q9w2habcdefghjkmnpqrs';
const mint = newMint(mac, { url: 'https://links.test', tenant: '' }, EMAIL);
const last = (url: string): string => url.slice(url.lastIndexOf('/') + 1).replace(/\.gif$/, '');
const clicked = (url: string): readonly [string, string] => url.split('/').slice(-2) as [string, string];

test('a token names what it was made for', () => {
  assert.deepEqual(readToken(mac, 'track-open', last(mint.open(3))), { emailId: EMAIL, n: 3 });
  assert.deepEqual(readToken(mac, 'unsubscribe', last(mint.unsubscribe(49))), { emailId: EMAIL, n: 49 });
  const url = 'https://a.test/ä?x=1&y=<>#part';
  assert.deepEqual(readClick(mac, ...clicked(mint.click(0, 12, url))), { emailId: EMAIL, n: 0, link: 12, url });
});

test('tokens are short, harmless in any attribute, and survive a reader that folds case', () => {
  for (const url of [mint.open(3), mint.unsubscribe(3), mint.click(3, 1, 'https://a.test/')])
    assert.match(url, /^https:\/\/links\.test\/[\w./-]+$/);
  assert.ok(mint.unsubscribe(3).length < 80);
  assert.ok(readToken(mac, 'unsubscribe', last(mint.unsubscribe(3)).toUpperCase()));
});

test('no token serves for another use, recipient, link, target or installation', () => {
  assert.equal(readToken(mac, 'unsubscribe', last(mint.open(3))), null);
  assert.equal(readToken(mac, 'track-open', last(mint.unsubscribe(3))), null);
  assert.equal(readToken(macOf('two'), 'track-open', last(mint.open(3))), null);
  assert.equal(readToken(mac, 'track-open', last(mint.open(3)).replace('-3.', '-4.')), null);
  assert.equal(readToken(mac, 'track-open', last(mint.open(3)).replace('-3.', '-03.')), null);
  assert.equal(readToken(mac, 'track-open', last(mint.open(3)).replace(/^01/, '02')), null);
  const [token, packed] = clicked(mint.click(3, 1, 'https://a.test/'));
  const other = Buffer.from('https://evil.test/').toString('base64url');
  assert.equal(readClick(mac, token, other), null);
  assert.equal(readClick(mac, token.replace('-3-1.', '-3-2.'), packed), null);
  assert.equal(readClick(mac, token.replace('-3-1.', '-31-1.'), packed), null);
});

test('links on a tenant’s host are his, and those of the installation no tenant’s', () => {
  const his = newMint(mac, { url: 'https://links.shop.test', tenant: 'acc_1' }, EMAIL);
  const url = 'https://a.test/';
  const read = (made: Mint, tenant: string): readonly boolean[] => [
    readToken(mac, 'track-open', last(made.open(3)), tenant) !== null,
    readToken(mac, 'unsubscribe', last(made.unsubscribe(3)), tenant) !== null,
    readClick(mac, ...clicked(made.click(3, 1, url)), tenant) !== null,
  ];
  assert.deepEqual(
    [read(his, 'acc_1'), read(mint, '')],
    [
      [true, true, true],
      [true, true, true],
    ],
  );
  for (const [made, tenant] of [
    [his, 'acc_2'],
    [his, ''],
    [mint, 'acc_1'],
  ] as const)
    assert.deepEqual(read(made, tenant), [false, false, false], tenant);
});

test('only web links are made, and none other is read even if it were signed', () => {
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'JavaScript://x',
    'ftp://a.test/',
    '//a.test/',
    'https:\\\\a.test',
    'https://a.test/\r\nx: y',
    '',
  ]) {
    assert.throws(() => mint.click(0, 1, url), url);
    const body = `${EMAIL.slice(4)}-0-1`;
    const token = last(mint.click(0, 1, 'https://a.test/').replace(/\/[^/]*$/, ''));
    const signed = mac('track-click', body, url);
    let proof = '';
    for (const byte of signed.subarray(0, 26)) proof += '0123456789abcdefghjkmnpqrstvwxyz'[byte & 31];
    assert.equal(readClick(mac, token.replace(/\..*/, `.${proof}`), Buffer.from(url).toString('base64url')), null, url);
  }
});

test('whatever link is found in a page can be made and read', () => {
  const written = fc.tuple(fc.constantFrom('https://', 'HTTP://', 'https:\\\\', ''), fc.webUrl(), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(written, ([scheme, url, rest]) => {
      for (const text of [`${url}?${rest}`, `${url}#${rest}`, `${scheme}a.test/${rest}`]) {
        const target = webTarget(text);
        if (target !== null) assert.equal(readClick(mac, ...clicked(mint.click(0, 1, target)))?.url, target);
      }
    }),
  );
});

test('the mail that a token says it is of', () => {
  for (const url of [mint.open(3), mint.unsubscribe(3).toUpperCase(), mint.click(3, 1, 'https://a.test/').replace(/\/[^/]*$/, '')])
    assert.equal(claimedEmail(last(url)), EMAIL);
  for (const junk of ['', 'x', `${EMAIL}-1.${'0'.repeat(26)}`]) assert.equal(claimedEmail(junk), null);
});

test('any character changed makes it none of ours', () => {
  const token = last(mint.open(3));
  for (let i = 0; i < token.length; i++)
    for (const sign of ['0', 'z', '.', '-', 'é', '\0'])
      if (token[i] !== sign)
        assert.equal(readToken(mac, 'track-open', token.slice(0, i) + sign + token.slice(i + 1)), null, `${i} ${sign}`);
  for (const junk of ['', '.', token.slice(1), `${token}x`, token.repeat(2), 'x'.repeat(100_000)])
    assert.equal(readToken(mac, 'track-open', junk), null);
});
