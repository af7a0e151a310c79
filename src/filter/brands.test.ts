// Whose name a domain bears, and who only borrows it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BRANDS, brandBorrowed, brandNamed, isBrandDomain, isOf } from './brands.ts';

const borrowed = (host: string, domain = host): string | null => brandBorrowed(host, domain)?.name ?? null;

test('every brand owns its domains, and no domain of the table borrows', () => {
  assert.ok(BRANDS.length > 100);
  for (const brand of BRANDS)
    for (const domain of brand.domains.filter(one => one.includes('.'))) {
      assert.equal(isOf(brand, domain), true, domain);
      assert.equal(isBrandDomain(domain), true, domain);
    }
});

test('look-alikes: whole labels, pieces between hyphens, digits for letters, one letter off', () => {
  assert.equal(borrowed('paypal-billing.example'), 'paypal');
  assert.equal(borrowed('paypal.evil.example', 'evil.example'), 'paypal');
  assert.equal(borrowed('micros0ft.example'), 'microsoft');
  assert.equal(borrowed('rnicrosoft.com'), 'microsoft');
  assert.equal(borrowed('facebok.com'), 'facebook');
  assert.equal(borrowed('faecbook.com'), 'facebook');
});

test('own domains and plain words are honest', () => {
  for (const host of ['www.paypal.com', 'accounts.google.com', 'northfield.example', 'shipping.example'])
    assert.equal(borrowed(host, host.split('.').slice(-2).join('.')), null, host);
});

test('brands named in a text, in one word or two', () => {
  assert.equal(brandNamed(['your', 'netflix', 'plan'])?.name, 'netflix');
  assert.equal(brandNamed(['wells', 'fargo'])?.name, 'wellsfargo');
  assert.equal(brandNamed(['the', 'weather']), null);
});
