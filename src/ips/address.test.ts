// Forms and names of addresses, against the examples of the RFCs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalIp, familyOf, findIp, isGenericName, listName, reverseName } from './address.ts';

test('reverse names as RFC 1035 and RFC 3596 show them', () => {
  assert.equal(reverseName('10.2.0.52'), '52.0.2.10.in-addr.arpa');
  assert.equal(reverseName('4321:0:1:2:3:4:567:89ab'), 'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa');
});

test('names in a list as RFC 5782 shows them', () => {
  assert.equal(listName('192.0.2.99', 'bad.example.com'), '99.2.0.192.bad.example.com');
  assert.equal(
    listName('2001:db8:1:2:3:4:567:89ab', 'ugly.example.com'),
    'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ugly.example.com',
  );
  // Section 5: the IPv6 test point.
  assert.equal(listName('::ffff:127.0.0.2', 'x'), `2.0.0.0.0.0.f.7.f.f.f.f.${'0.'.repeat(20)}x`);
});

test('one form for each address, and whatever a person writes finds it', () => {
  assert.equal(canonicalIp('2001:DB8:0:0:0:0:0:1'), '2001:db8::1');
  assert.equal(canonicalIp('192.0.2.1'), '192.0.2.1');
  assert.deepEqual([familyOf('192.0.2.1'), familyOf('::1')], [4, 6]);
  assert.equal(findIp(['2001:db8::1'], '2001:0DB8::0001'), '2001:db8::1');
  assert.equal(findIp(['192.0.2.1'], '192.0.2.2'), undefined);
  assert.equal(findIp(['192.0.2.1'], 'no:address'), undefined);
});

test('a name with the whole address in it is one of a provider', () => {
  for (const name of [
    '192-0-2-9.pool.example.net',
    '9.2.0.192.rev.example.net',
    'ip192.0.2.9.x.test',
    'c0000209.dyn.example',
    'h192-000-002-009.x',
  ])
    assert.equal(isGenericName(name, '192.0.2.9'), true, name);
  for (const name of ['mail.example.org', 'mx9.example.org', '1192-0-2-9.example.org', '192-0-2-90.example.org', 'mail-192-0.example.org'])
    assert.equal(isGenericName(name, '192.0.2.9'), false, name);
});
