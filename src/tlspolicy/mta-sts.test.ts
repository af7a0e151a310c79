// MTA-STS records, policy files and names (RFC 8461), on texts of our own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SOON_MS, spentMs } from '../../test/processor.ts';
import { MAX_POLICY_BYTES } from './bounds.ts';
import { readStsPolicy, readStsRecord, stsNames } from './mta-sts.ts';
import { matchesDestination, matchesPattern } from './names.ts';

test('exactly one valid record', () => {
  assert.equal(readStsRecord(['v=STSv1; id=2027a']), '2027a');
  assert.equal(readStsRecord(['v=STSv1;id=2027a;']), '2027a');
  assert.equal(readStsRecord(['v=STSv1 ; later_key=x.y ; id=Z9 ; ']), 'Z9');
  assert.equal(readStsRecord(['v=spf1 -all', 'v=STSv1; id=1', 'v=STSv10; id=2']), '1');
  for (const wrong of [
    [],
    ['v=STSv1'],
    ['v=STSv1;'],
    ['v=STSv1; id='],
    ['v=STSv1; id=1; id=2'],
    ['v=STSv1;; id=1'],
    ['v=STSv1; id=1 '],
    ['v=STSv1; id=a b'],
    ['v=STSv1; ID=1'],
    ['V=STSv1; id=1'],
    [' v=STSv1; id=1'],
    ['id=1; v=STSv1;'],
    [`v=STSv1; id=${'a'.repeat(33)}`],
    ['v=STSv1; id=ä'],
    ['v=STSv1; id=1\n'],
    ['v=STSv1; id=1', 'v=STSv1; broken'],
    [`v=STSv1; id=1; x=${'y'.repeat(5_000)}`],
  ])
    assert.equal(readStsRecord(wrong), null, JSON.stringify(wrong).slice(0, 80));
  assert.equal(readStsRecord([`v=STSv1; id=${'a'.repeat(32)}`])?.length, 32);
});

test('policy files: both line ends, the first of a key, unknown keys, spaces', () => {
  const body =
    'version: STSv1\r\nmx: mx1.example.net\nmode:testing  \nmode: enforce\nnew-key: ö\r\nmx:  *.example.org\nmax_age: 31557600\n\n';
  const wanted = { mode: 'testing', mx: ['mx1.example.net', '*.example.org'], maxAge: 31_557_600 };
  assert.deepEqual(readStsPolicy(body), wanted);
  assert.deepEqual(readStsPolicy(Buffer.from(body)), wanted);
  assert.deepEqual(readStsPolicy('version: STSv1\nmode: none\nmax_age: 0'), { mode: 'none', mx: [], maxAge: 0 });
});

test('policy files that are none', () => {
  const good = ['version: STSv1', 'mode: enforce', 'mx: mx.example.net', 'max_age: 86400'];
  const swapped = (n: number, line: string): string => good.with(n, line).join('\n');
  assert.ok('mode' in readStsPolicy(good.join('\n')));
  for (const body of [
    '',
    '<html>no such page</html>',
    swapped(0, 'version: STSv2'),
    swapped(0, 'version: stsv1'),
    swapped(0, ''),
    swapped(1, 'mode: Enforce'),
    swapped(1, 'mode :enforce'),
    swapped(2, ''),
    swapped(2, 'mx:'),
    swapped(2, 'mx: mx.*.net'),
    swapped(2, 'mx: *'),
    swapped(2, 'mx: *.*.example.net'),
    swapped(2, 'mx: mx example.net'),
    swapped(2, 'mx: bücher.example'),
    swapped(3, 'max_age: 31557601'),
    swapped(3, 'max_age: 1e3'),
    swapped(3, 'max_age: -1'),
    swapped(3, 'max_age: '),
    swapped(3, 'max_age: 00000000001'),
    `${good.join('\n')}\nnonsense`,
    `${good.join('\n')}\nx: ${'y'.repeat(MAX_POLICY_BYTES)}`,
  ])
    assert.ok('invalid' in readStsPolicy(body), body.slice(0, 100));
});

test('names: one label for the star, no case, no dot at the end', () => {
  const policy = { mode: 'enforce', mx: ['a.example.net', '*.example.org'], maxAge: 1 } as const;
  for (const [host, named] of [
    ['A.example.NET.', true],
    ['x.example.org', true],
    ['x.y.example.org', false],
    ['example.org', false],
    ['.example.org', false],
    ['b.example.net', false],
    ['*.example.org', false],
    ['', false],
  ] as const)
    assert.equal(stsNames(policy, host), named, host);
  assert.equal(matchesPattern('192.0.2.1', '*.2.1'), false);
  assert.equal(matchesPattern('com', '*.com'), false);
});

test("an operator's destination", () => {
  assert.ok(matchesDestination('any.example', '*'));
  assert.ok(matchesDestination('a.b.Example.org', '*.example.org'));
  assert.ok(!matchesDestination('example.org', '*.example.org'));
  assert.ok(!matchesDestination('notexample.org', '*.example.org'));
  assert.ok(matchesDestination('Example.org', 'example.org'));
});

test('no text throws, and long ones take no time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), any => {
      readStsRecord([any, `v=STSv1;${any}`]);
      readStsPolicy(any);
      readStsPolicy(`version: STSv1\nmode: enforce\nmx:${any}\nmax_age:${any}`);
      matchesPattern(any, any);
    }),
  );
  const start = spentMs();
  for (const one of ['\t', ' ', ';', 'a:\n', 'mx: *.a\n', '*.', 'v=STSv1;']) {
    const long = `v=STSv1${one.repeat(30_000)}`;
    readStsRecord(Array.from({ length: 500 }, () => long));
    readStsPolicy(one.repeat(30_000).slice(0, 60_000));
    matchesPattern(one.repeat(30_000), one.repeat(30_000));
  }
  assert.ok(spentMs() - start < SOON_MS);
});
