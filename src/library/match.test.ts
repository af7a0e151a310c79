// Patterns of the blocked library: what is one, in which one form it is kept, and which patterns an address may match.
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { addressPatterns, peerPatterns, readPattern } from './match.ts';

const read = (text: string): string | null => readPattern(text, one => isIP(one) !== 0)?.pattern ?? null;

test('one form for every way to write a pattern', () => {
  for (const [text, kept] of [
    ['Ann@EXAMPLE.org', 'ann@example.org'],
    ['"Ann"@example.org', 'ann@example.org'],
    ['"two words"@example.org', '"two words"@example.org'],
    ['user@münchen.example', 'user@xn--mnchen-3ya.example'],
    // Some providers gave such addresses away.
    ['a..b.@example.org', 'a..b.@example.org'],
    ['@Example.ORG.', '@example.org'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['192.0.2.9/24', '192.0.2.0/24'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['::ffff:192.0.2.9/120', '192.0.2.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
  ] as const)
    assert.equal(read(text), kept, text);
});

test('what would match nothing, or something else than was meant, is no pattern', () => {
  for (const bad of [
    '',
    '*',
    '@',
    'example.org',
    '*@example.org',
    'info*@example.org',
    'a@@b.example',
    'a"b"@c.example',
    'a b@c.example',
    'm\ufffdller@c.example',
    '<a@b.example>',
    'a\u0000@b.example',
    '"a\u0000"@b.example',
    'fe80::1%eth0',
    'fe80::1%eth0/64',
    '1.2.3.4/33',
    '01.2.3.4',
    '::1/129',
    '::ffff:192.0.2.0/95',
    '*.*.example.org',
  ])
    assert.equal(read(bad), null, bad);
});

test('an address of an interface is that of the peer', () => {
  assert.deepEqual(peerPatterns('FE80::1%eth0', { v4: [], v6: [10] }), ['fe80::1', 'fe80::/10']);
});

test('a quoted local part is looked for without its quotes, and so is its plain form without +tag', () => {
  assert.deepEqual(addressPatterns('"Ann+x"@a.example'), addressPatterns('ann+x@a.example'));
  assert.ok(addressPatterns('"ann+x"@a.example').includes('ann@a.example'));
});
