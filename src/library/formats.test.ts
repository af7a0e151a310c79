// Lines of every format, what they mean, and what is wrong with those that mean nothing.
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { newReader, type Defaults, type Format } from './formats.ts';
import { combine, lineOf, readKept, readValue, VALUE_BYTES, writeValue, type Kept } from './kept.ts';

const isIp = (text: string): boolean => isIP(text) !== 0;
const DEFAULTS: Defaults = { action: 'block', direction: null, subdomains: false, operator: true };

/** Each line's patterns (an allow with `!`), `-` for nothing, the sentence for what is wrong. */
function told(format: Format, text: string, defaults: Partial<Defaults> = {}): string[] {
  const read = newReader(isIp, format, { ...DEFAULTS, ...defaults });
  return text.split('\n').map(line => {
    const got = read(line);
    if (got === null) return '-';
    if ('fault' in got) return got.fault;
    if ('automatic' in got) return 'automatic';
    return got.entries.map(one => `${(one.sender ?? one.recipient) === 'allow' ? '!' : ''}${one.pattern}`).join(' ');
  });
}

test('plain lists: patterns and bare domains, comments, nothing else', () => {
  const text =
    '# list\nAnn@Bücher.example\n@x.test\n*.x.test\nX.Test # why\n192.0.2.7\n192.0.2.77/24\n2001:DB8::0:1\n\n;\nnonsense\na b@x.test';
  const wrong = 'it is none of address, @domain, *.domain, IP and CIDR, and no domain';
  assert.deepEqual(told('plain', text), [
    '-',
    'ann@xn--bcher-kva.example',
    '@x.test',
    '*.x.test',
    '@x.test',
    '192.0.2.7',
    '192.0.2.0/24',
    '2001:db8::1',
    '-',
    '-',
    wrong,
    wrong,
  ]);
  assert.deepEqual(told('plain', 'x.test\n@x.test', { subdomains: true, action: 'allow' }), ['!@x.test !*.x.test', '!@x.test']);
});

test('hosts files: sinks and their names, not the machine’s own', () => {
  const text =
    '127.0.0.1 localhost\n0.0.0.0 bad.test Worse.test # both\n::1 ip6-loopback\n192.0.2.1 intranet.test\nbad.test\n0.0.0.0\n0.0.0.0 _';
  assert.deepEqual(told('hosts', text), [
    '-',
    '@bad.test @worse.test',
    '-',
    '-',
    'it does not begin with an IP address such as 0.0.0.0',
    'there is no name behind the address',
    '@_',
  ]);
});

test('zones: names, wildcards, ranges, what is let through; owners left out, $ORIGIN, SOA over lines, comments', () => {
  const text = `$TTL 2h
$ORIGIN rpz.example.
@ IN SOA ns.example. admin.example. ( 5 ; serial; here
   3600 600
   86400 60 )
  IN NS localhost.
bad.test CNAME .
   A 192.0.2.1
*.bad.test.rpz.example. 60 IN CNAME *. ; below
good.test IN CNAME rpz-passthru.
24.0.2.0.192.rpz-ip CNAME .
32.9.2.0.192.rpz-ip CNAME rpz-drop.
128.57.zz.102.10.2001.rpz-ip CNAME .
48.zz.10.db8.2001.rpz-ip CNAME .
99.1.rpz-ip CNAME .
8.0.0.0.10.rpz-client-ip CNAME .
ns.bad.test.rpz-nsdname CNAME .
what is this`;
  assert.deepEqual(told('rpz', text).slice(5), [
    '-',
    '@bad.test',
    '@bad.test',
    '*.bad.test',
    '!@good.test',
    '192.0.2.0/24',
    '192.0.2.9',
    '2001:10:102::57',
    '2001:db8:10::/48',
    'its rpz-ip name is no range of addresses',
    '-',
    '-',
    'it is no record of a response policy zone',
  ]);
});

test('CSV with and without names of columns, quotes, the apostrophe of spreadsheets', () => {
  const text = `reason,pattern,action\n"said ""no"", twice",ann@x.test,allow\n'=1+1,'+tag@x.test,\n,@x.test,zap\n\n"a",b@x.test`;
  assert.deepEqual(told('csv', text), ['-', '!ann@x.test', '+tag@x.test', '"action" is "block" or "allow"', '-', 'b@x.test']);
  const read = newReader(isIp, 'csv', DEFAULTS);
  read('pattern,reason');
  const got = read('ann@x.test,"one, two"');
  assert.ok(got && 'entries' in got);
  assert.equal(got.entries[0]?.reason, 'one, two');
  assert.deepEqual(told('csv', 'Pattern,EXPIRESAT\nann@x.test,2027-01-01T00:00:00Z'), ['-', 'ann@x.test']);
  assert.deepEqual(told('csv', 'ann@x.test\nbob@x.test,ignored'), ['ann@x.test', 'bob@x.test']);
});

test('NDJSON: every field, what an export says beside, what is not known; what made itself is passed over', () => {
  const lines: readonly (readonly [object | string, string])[] = [
    [{ pattern: 'a@x.test', id: 'blk_1', scope: 'global', evidence: null, createdAt: 'x', list: null, class: 'manual' }, 'a@x.test'],
    [{ pattern: 'a@x.test', class: 'complaint' }, 'automatic'],
    [{ pattern: 'a@x.test', class: 'unsubscribed', group: 'news' }, 'a@x.test'],
    [{ pattern: 'a@x.test', direction: 'sender', group: 'news' }, '"direction" is "recipient" for an entry with a group'],
    [{ pattern: 'a@x.test', patern: 1 }, '"patern" is not known here'],
    [{ pattern: 5 }, '"pattern" is needed'],
    [{ pattern: 'a@x.test', expiresAt: 'soon' }, '"expiresAt" is an RFC 3339 time such as 2027-01-31T08:00:00Z'],
    [{ pattern: 'a@x.test', reason: 'x'.repeat(501) }, '"reason" is text of up to 500 characters without NUL'],
    [{ pattern: 'a@x.test', source: 'a\u0000b' }, '"source" is text of up to 100 characters without NUL'],
    [{ pattern: 'a@x.test', class: 'odd' }, '"class" is one of manual, unsubscribed, malware, trap'],
    ['[]', 'it is no JSON object'],
    ['{', 'it is no JSON'],
  ];
  const text = lines.map(([one]) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
  assert.deepEqual(
    told('ndjson', text),
    lines.map(([, wanted]) => wanted),
  );
  assert.deepEqual(told('ndjson', '{"pattern":"a@x.test","class":"trap"}', { operator: false }), ['"class": trap is the operator\'s']);
});

test('no line makes a reader fail', () => {
  const piece = fc.constantFrom(
    '@',
    '*.',
    'x.test',
    '"',
    ',',
    ';',
    '#',
    '(',
    ')',
    'CNAME',
    'rpz-ip',
    '.',
    '{',
    '}',
    ':',
    '0.0.0.0',
    '\t',
    ' ',
    '/24',
    'é',
  );
  const line = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 12 }).map(all => all.join('')),
  );
  for (const format of ['csv', 'ndjson', 'plain', 'hosts', 'rpz'] as const)
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), lines => void told(format, lines.join('\n'))),
      { numRuns: 300 },
    );
});

const word = fc.constantFrom(null, 'block', 'allow');
const text = fc.option(fc.string({ minLength: 1, maxLength: 20 }).map(one => one.replace(/[\s\p{Cc}]+/gu, '_')));
const kept: fc.Arbitrary<Kept> = fc.record(
  {
    pattern: fc.constantFrom('a@x.test', '@x.test', '*.x.test', '192.0.2.0/24', 'ü@x.test'),
    sender: word,
    recipient: word,
    class: fc.constantFrom(null, 'unsubscribed', 'malware', 'trap'),
    expiresAt: fc.option(fc.integer({ min: 1, max: 0xffff_ffff }).map(minutes => minutes * 60_000)),
    group: fc.constantFrom(null, '*', 'news'),
    source: text,
    reason: text,
  },
  { noNullPrototype: true },
);

test('an entry comes back from its line and its value as it went in', () => {
  fc.assert(
    fc.property(kept, fc.nat(2 ** 40 - 1), (one, place) => {
      assert.deepEqual(readKept(lineOf(one)), one);
      const value = Buffer.alloc(VALUE_BYTES);
      writeValue(value, { ...one, text: place });
      const { sender, recipient, class: kind, expiresAt } = one;
      assert.deepEqual(readValue(value), { sender, recipient, class: kind, expiresAt, text: place });
    }),
  );
});

test('of the same pattern the later word counts, in whatever groups they are put together', () => {
  const valueOf = (one: Kept): Buffer => {
    const value = Buffer.alloc(VALUE_BYTES);
    writeValue(value, { ...one, text: 7 });
    return value;
  };
  const together = (a: Buffer, b: Buffer): Buffer => {
    const value = Buffer.from(a);
    combine(value, b);
    return value;
  };
  fc.assert(
    fc.property(kept, kept, kept, (a, b, c) => {
      const [one, two, three] = [valueOf(a), valueOf(b), valueOf(c)];
      assert.deepEqual(together(together(one, two), three), together(one, together(two, three)));
      const both = readValue(together(one, two));
      assert.deepEqual([both.sender, both.recipient], [b.sender ?? a.sender, b.recipient ?? a.recipient]);
    }),
  );
});
