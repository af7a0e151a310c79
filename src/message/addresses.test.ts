// Addresses: lenient lists as they come in headers, strict ones as API and envelope take them, and linear time for both.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comparable, domainName, normalAddress, parseMailboxes, splitAddress, strictMailbox } from './addresses.ts';

const list = (value: string): readonly string[] => parseMailboxes(value).map(one => `${one.name}|${one.address}`);

test('lists with names, comments, groups, quoted local parts', () => {
  assert.deepEqual(list('a@b.example, Carl D <c@d.example>'), ['|a@b.example', 'Carl D|c@d.example']);
  assert.deepEqual(list('"Last, First" <a@b.example>'), ['Last, First|a@b.example']);
  assert.deepEqual(list('"say \\"hi\\"" <a@b.example> (a (nested) comment, x@y)'), ['say "hi"|a@b.example']);
  assert.deepEqual(list('Friends: a@b.example, C <c@d.example>;, e@f.example'), ['|a@b.example', 'C|c@d.example', '|e@f.example']);
  assert.deepEqual(list('undisclosed-recipients:;'), []);
  assert.deepEqual(list('<"odd, one"@b.example>'), ['|"odd,one"@b.example']);
  assert.deepEqual(list('A <@x.example,@y.example:a@b.example>, c@d.example'), ['A|a@b.example', '|c@d.example']);
});

test('two addresses without a comma never join into one that nobody wrote', () => {
  assert.deepEqual(list('<a@b.example> <c@d.example>'), ['|a@b.example', '|c@d.example']);
});

test('unclosed quotes, comments and brackets end without a throw', () => {
  for (const text of ['"a@b.example', '(a@b.example', '<a@b.example', '<<a@b.example>>', ',,,;;;', '\\', '"\\']) parseMailboxes(text);
});

test('split at the last @, domains as lower-case A-labels', () => {
  assert.deepEqual(splitAddress('"a@b"@c.example'), { local: '"a@b"', domain: 'c.example' });
  assert.equal(splitAddress('@c.example'), null);
  assert.equal(domainName('BÜCHER.Example.'), 'xn--bcher-kva.example');
  for (const bad of ['', '[127.0.0.1]', '127.0.0.1', 'a..b', '-a.example', 'a b', `${'a'.repeat(64)}.example`])
    assert.equal(domainName(bad), null, bad);
});

test('strict forms refuse what they would have to repair', () => {
  assert.deepEqual(strictMailbox('Ann <Ann@B.Example>'), { name: 'Ann', address: 'Ann@b.example' });
  assert.deepEqual(strictMailbox('"Last, First" <a@b.example>'), { name: 'Last, First', address: 'a@b.example' });
  assert.deepEqual(strictMailbox('ü@b.example'), { name: '', address: 'ü@b.example' });
  for (const bad of [
    '',
    'a',
    'a@',
    'a@b.example,c@d.example',
    'Last, First <a@b.example>',
    'a@b.example\r\nBcc: c@d.example',
    '<a@b.example><c@d.example>',
    'A <a@b.example> x',
    'a b@c.example',
    '.a@b.example',
    `${'a'.repeat(65)}@b.example`,
  ])
    assert.equal(strictMailbox(bad), null, bad);
  assert.equal(normalAddress('a@[127.0.0.1]'), null);
  assert.equal(comparable('A+Tag@BÜCHER.example'), 'a+tag@xn--bcher-kva.example');
});

test('quotes that change nothing are the same mailbox without them', () => {
  for (const same of ['"Ann"@b.example', '"a\\nn"@b.example', 'ann@B.example']) assert.equal(comparable(same), 'ann@b.example', same);
  for (const same of ['"two words"@b.example', '"t\\wo words"@b.example']) assert.equal(comparable(same), '"two words"@b.example');
  for (const other of ['"a\\"b"@b.example', '"a@b"@b.example', '""@b.example', '".a"@b.example', '"ann@b.example', 'a"nn"@b.example'])
    assert.equal(comparable(other), other);
});

test('what strictMailbox takes, it takes again unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
      const one = strictMailbox(text);
      if (one) assert.deepEqual(strictMailbox(one.address), { name: '', address: one.address });
    }),
  );
});

// Each of these took from seconds to minutes by a pattern or a search inside the loop; they need only end.
test('hostile headers of 1 MB are read in one pass', () => {
  const n = 500_000;
  assert.equal(parseMailboxes(`${'x'.repeat(n)}@${':'.repeat(n)}`).length, 1);
  assert.equal(parseMailboxes(`<a@b>"${'\\"'.repeat(n)}`).length, 1);
  assert.ok(parseMailboxes('a@b.c, '.repeat(150_000)).length <= 1_000);
  for (const c of ['(', '<', '"', '\\', ':', ',', '@', ' ']) parseMailboxes(c.repeat(2 * n));
});
