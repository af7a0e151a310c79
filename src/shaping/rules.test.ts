// The rules as data: what is shipped can be read, an operator's file goes over it field by field, and every fault is told with its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import shipped from './shaping.json' with { type: 'json' };
import { newProviderOf, newRulesOf } from './providers.ts';
import { readRules, type RuleBook } from './rules.ts';

const ours = { name: 'shaping.json', json: shipped as unknown };
function bookOf(...more: readonly unknown[]): RuleBook {
  const read = readRules([ours, ...more.map(json => ({ name: 'own.json', json }))]);
  assert.ok('book' in read, 'faults' in read ? read.faults.join('\n') : '');
  return read.book;
}

test('what is shipped can be read, and every figure has its note', () => {
  const book = bookOf();
  assert.ok(book.providers.length >= 20);
  for (const [key, value] of Object.entries(shipped.providers)) assert.ok(value.notes.length > 20, key);
  assert.equal(book.defaults.perSecond, null, 'a site nobody knows is not slowed down');
});

test('the provider is known by the first mail host; of several names the longest decides; else it is the site', () => {
  const of = newProviderOf(bookOf(), host => (host.endsWith('.example.org') ? 'example.org' : null));
  assert.equal(of(['gmail-smtp-in.l.google.com']).key, 'gmail');
  assert.equal(of(['ASPMX.L.GOOGLE.COM.', 'mx.example.org']).key, 'gmail');
  assert.equal(of(['hotmail-com.olc.protection.outlook.com']).key, 'outlook');
  assert.equal(of(['firm-com.mail.protection.outlook.com']).key, 'microsoft365');
  assert.equal(of(['mta5.am0.yahoodns.net']).key, 'yahoo');
  assert.equal(of(['163mx01.mxmail.netease.com']).key, 'netease');
  assert.equal(of(['mx1.example.org', 'aspmx.l.google.com']).key, 'example.org');
  assert.equal(of(['google.com.evil.test']).key, 'google.com.evil.test');
  assert.equal(of(['192.0.2.1']).key, '192.0.2.1');
  assert.equal(of([]).key, 'unknown');
});

test('an operator’s file goes over ours, field by field, and may name providers of its own', () => {
  const book = bookOf({
    defaults: { connections: 4 },
    providers: { gmail: { perSecond: 3 }, kantor: { mx: ['mx.kantor.test'], warmUp: { firstDay: 7 } }, naver: { perSecond: null } },
  });
  const of = newRulesOf(book);
  assert.equal(of('gmail').perSecond, 3);
  assert.equal(of('gmail').connections, 10, 'what it does not name stays');
  assert.equal(of('kantor').connections, 4);
  assert.deepEqual(of('kantor').warmUp, { firstDay: 7, growth: 2, full: 50_000, spreadSeconds: 60 });
  assert.equal(of('naver').perSecond, null);
  assert.equal(newProviderOf(book, () => null)(['mx.kantor.test']).key, 'kantor');
});

test('every fault is told with its file, its place and what is allowed', () => {
  const faultsOf = (json: unknown): string => {
    const read = readRules([ours, { name: 'own.json', json }]);
    return 'faults' in read ? read.faults.join('\n') : '';
  };
  assert.match(faultsOf([]), /own\.json: the file is no JSON object/);
  assert.match(faultsOf({ provider: {} }), /"provider" is unknown: allowed are notes, defaults, providers/);
  assert.match(
    faultsOf({ providers: { gmail: { connections: 0 } } }),
    /"providers\.gmail\.connections" is 0: allowed is a whole number from 1 to 1000/,
  );
  assert.match(faultsOf({ providers: { gmail: { conections: 4 } } }), /"providers\.gmail\.conections" is unknown/);
  assert.match(faultsOf({ providers: { Gmail: {} } }), /"providers\.Gmail" is no key/);
  assert.match(faultsOf({ providers: { kantor: {} } }), /"providers\.kantor\.mx" is missing/);
  assert.match(faultsOf({ providers: { gmail: { mx: ['*'] } } }), /"providers\.gmail\.mx" holds "\*"/);
  assert.match(faultsOf({ providers: { gmail: { warmUp: { growth: 9 } } } }), /"providers\.gmail\.warmUp\.growth" is 9/);
  assert.match(faultsOf({ providers: { gmail: { connections: 60 } } }), /"providers\.gmail": connections is above maxConnections/);
  assert.match(faultsOf({ defaults: { utcOffsetHours: 20 } }), /"defaults\.utcOffsetHours" is 20/);
});
