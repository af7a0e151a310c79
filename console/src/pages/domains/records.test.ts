import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { departure, hostIn, inOrder, mxOf, standingOf, valueOf, worstFirst, type DnsRecord, type Domain } from './records.ts';
import { quoted, zoneFile } from './zone.ts';

const record = (purpose: string, status: DnsRecord['status'], more: Partial<DnsRecord> = {}): DnsRecord => ({
  purpose,
  type: 'TXT',
  host: `${purpose}.mail.contoh.test`,
  expected: 'v=1',
  current: null,
  status,
  ...more,
});
const domain = (name: string, state: string, records: readonly DnsRecord[]): Domain => ({ name, state, records }) as unknown as Domain;

test('hosts with and without the zone', () => {
  assert.equal(hostIn('a._domainkey.mail.contoh.test', 'contoh.test'), 'a._domainkey.mail');
  assert.equal(hostIn('contoh.test', 'contoh.test'), '@');
  assert.equal(hostIn('links.other.test', 'contoh.test'), 'links.other.test');
  assert.equal(hostIn('notcontoh.test', 'contoh.test'), 'notcontoh.test');
  assert.equal(hostIn('a.contoh.test', null), 'a.contoh.test');
});

test('the first wrong character is found, also where one value ends early', () => {
  assert.deepEqual(departure('v=spf1 ip4:198.51.100.4 -all', 'v=spf1 ip4:198.51.100.40 -all'), {
    same: 'v=spf1 ip4:198.51.100.4',
    wrong: '0',
    rest: ' -all',
    place: 24,
  });
  assert.deepEqual(departure('abc', 'ab'), { same: 'ab', wrong: '', rest: '', place: 3 });
  assert.deepEqual(departure('ab', 'abc'), { same: 'ab', wrong: 'c', rest: '', place: 3 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (expected, current) => {
      const { same, wrong, rest } = departure(expected, current);
      assert.equal(same + wrong + rest, current);
      assert.ok(expected.startsWith(same));
    }),
  );
});

test('priority stands apart from the value', () => {
  assert.deepEqual(mxOf({ type: 'MX', expected: '10 mx.sesame.test' }), { priority: '10', host: 'mx.sesame.test' });
  assert.equal(valueOf({ type: 'MX', expected: '10 mx.sesame.test' }), 'mx.sesame.test');
  assert.equal(valueOf({ type: 'TXT', expected: '10 mx' }), '10 mx');
});

test('what is wrong comes first, what is by wish last; worst domains first', () => {
  const records = [record('spf', 'ok'), record('inbound', 'missing'), record('dmarc', 'missing'), record('dkim', 'different')];
  assert.deepEqual(
    inOrder(records).map(one => one.purpose),
    ['dkim', 'dmarc', 'inbound', 'spf'],
  );
  assert.deepEqual(standingOf({ records }), { there: 1, all: 3, worst: 'different' });
  assert.deepEqual(standingOf({ records: [record('dkim', 'ok'), record('ownership', 'missing')] }), { there: 1, all: 1, worst: 'ok' });
  const all = [
    domain('good.test', 'verified', [record('dkim', 'ok')]),
    domain('half.test', 'verified', [record('dkim', 'ok'), record('dmarc', 'missing')]),
    domain('none.test', 'pending', [record('dkim', 'missing')]),
  ];
  assert.deepEqual(
    worstFirst(all).map(one => one.name),
    ['none.test', 'half.test', 'good.test'],
  );
});

test('a zone file has whole names and strings of at most 255 octets', () => {
  const text = zoneFile('mail.contoh.test', [
    record('dkim', 'missing', { expected: `v=DKIM1; k=rsa; p=${'A'.repeat(390)}` }),
    record('return_path', 'missing', { type: 'MX', host: 'bounce.mail.contoh.test', expected: '10 mx.sesame.test' }),
  ]);
  assert.match(text, /^dkim\.mail\.contoh\.test\.\t3600\tIN\tTXT\t"v=DKIM1;[^"]{247}" "A+"$/m);
  assert.match(text, /^bounce\.mail\.contoh\.test\.\t3600\tIN\tMX\t10 mx\.sesame\.test\.$/m);
  assert.equal(quoted(''), '""');
  assert.equal(quoted('a"b\\c\né'), '"a\\"b\\\\c\\010\\195\\169"');
  fc.assert(
    fc.property(fc.string({ maxLength: 700, unit: 'binary' }), value => {
      const strings = quoted(value).match(/"(?:[^"\\]|\\.)*"/gs) ?? [];
      const octets = strings.map(one =>
        one.slice(1, -1).replace(/\\(\d{3}|.)/g, (_, code: string) => (code.length === 3 ? String.fromCharCode(Number(code)) : code)),
      );
      assert.ok(octets.every(one => one.length <= 255));
      assert.equal(Buffer.from(octets.join(''), 'latin1').toString(), Buffer.from(value).toString());
      assert.doesNotMatch(quoted(value), /[\r\n]/);
    }),
  );
});
