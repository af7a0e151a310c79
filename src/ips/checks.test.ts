// Each check of an IP: what passes, what fails, and that no answer is never a failure.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as checks from './checks.ts';
import { pageOf, readListing, zoneState, type Told } from './dnsbl.ts';

const IP = '192.0.2.9';
const some = (...records: string[]): Told => ({ kind: 'records', records });
const none: Told = { kind: 'none' };
const silent: Told = { kind: 'no answer' };
const state = (look: checks.Look): string => look.state;

test('the address is on this machine or it is not; another fault of the system is unknown', () => {
  assert.deepEqual(
    [null, 'EADDRNOTAVAIL', 'EMFILE'].map(error => state(checks.addressLook(IP, error))),
    ['ok', 'fail', 'unknown'],
  );
});

test('reverse DNS: a name, none, a generic one, no answer', () => {
  const look = (told: Told): checks.Look => checks.ptrLook(IP, 'mail.a.test', told);
  assert.deepEqual(
    [some('mail.a.test'), some('x.b.test'), none, some(), silent].map(told => state(look(told))),
    ['ok', 'ok', 'fail', 'fail', 'unknown'],
  );
  assert.equal(state(look(some('192-0-2-9.isp.test'))), 'warn');
  assert.equal(state(look(some('192-0-2-9.isp.test', 'mail.a.test'))), 'ok');
  assert.match(look(none).fix ?? '', /hosting provider.* 192\.0\.2\.9 to mail\.a\.test/);
  assert.equal(look(none).expected, 'mail.a.test');
});

test('the name must lead back; our own name is said when it does, else the address’s', () => {
  const named = (name: string, addresses: Told): checks.Named => ({ name, addresses });
  const look = (...names: checks.Named[]): string => state(checks.forwardLook(IP, names));
  assert.equal(look(named('a.test', some('192.0.2.1')), named('b.test', some('192.0.2.1', IP))), 'ok');
  assert.equal(look(named('a.test', some('192.0.2.1'))), 'fail');
  assert.equal(look(named('a.test', none)), 'fail');
  assert.equal(look(named('a.test', none), named('b.test', silent)), 'unknown');
  assert.equal(look(), 'fail');
  assert.equal(state(checks.forwardLook(IP, null)), 'unknown');
  const both = [named('own.test', some(IP)), named('mail.a.test', some(IP)), named('far.test', some('192.0.2.1'))];
  assert.equal(checks.confirmedName(IP, 'mail.a.test', both), 'mail.a.test');
  assert.equal(checks.confirmedName(IP, 'other.test', both), 'own.test');
  for (const bad of ['x y.test', 'x\r\nMAIL.test', 'x\u001b[2J.test', ''])
    assert.equal(checks.confirmedName(IP, 'mail.a.test', [named(bad, some(IP))]), null);
  assert.doesNotMatch(checks.ptrLook(IP, 'a.test', some('x\u001b[2J.test')).found, /\p{Cc}/u);
  assert.equal(checks.confirmedName(IP, 'far.test', [named('far.test', some('192.0.2.1'))]), null);
});

test('the greeting: a confirmed name, or our hostname when that leads to the address', () => {
  const own = (addresses: Told): checks.Named => ({ name: 'mail.a.test', addresses });
  assert.equal(state(checks.heloLook(IP, 'x.test', own(none))), 'ok');
  assert.deepEqual(
    [some(IP), some('192.0.2.1'), none, silent].map(told => state(checks.heloLook(IP, null, own(told)))),
    ['ok', 'fail', 'fail', 'unknown'],
  );
});

test('SPF: one domain’s slip is told and stops nothing, an IP that no domain covers fails', () => {
  const look = (...results: string[]): checks.Look =>
    checks.spfLook(
      IP,
      results.map((result, n) => ({ domain: `d${n}.test`, result })),
    );
  assert.deepEqual(
    [
      look(),
      look('pass', 'pass'),
      look('pass', 'softfail'),
      look('fail', 'none'),
      look('temperror', 'fail'),
      look('pass', 'temperror'),
    ].map(state),
    ['ok', 'ok', 'warn', 'fail', 'unknown', 'unknown'],
  );
  assert.match(look('pass', 'softfail').found, /not for bounce\.d1\.test \(softfail\)/);
  assert.deepEqual(look('pass', 'softfail', 'fail').domains, ['d0.test', 'd1.test', 'd2.test']);
  assert.equal(look('fail').expected, 'ip4:192.0.2.9');
  assert.equal(checks.spfLook('2001:db8::1', [{ domain: 'a.test', result: 'fail' }]).expected, 'ip6:2001:db8::1');
});

test('the port: a probe that nobody reaches proves nothing, five silent sites and no connection do', () => {
  const probe = (error: string | null, othersReach: boolean): checks.PortFacts['probe'] => ({ host: 'mx.test:25', error, othersReach });
  const look = (facts: Partial<checks.PortFacts>): string =>
    state(checks.portLook(IP, { port: 25, probe: null, connected: 0, unreached: 0, ...facts }));
  assert.equal(look({}), 'ok');
  assert.equal(look({ unreached: 4 }), 'ok');
  assert.equal(look({ unreached: 5 }), 'fail');
  assert.equal(look({ unreached: 50, connected: 1 }), 'ok');
  assert.equal(look({ probe: probe(null, false), unreached: 5 }), 'ok');
  assert.equal(look({ probe: probe('timeout', true) }), 'fail');
  assert.equal(look({ probe: probe('timeout', false) }), 'unknown');
  assert.equal(look({ probe: probe('timeout', true), connected: 3 }), 'ok');
});

test('a listing is 127.0.0.2 and up; refusals, wildcards and hijacked answers are none', () => {
  assert.deepEqual(
    [none, silent, some('127.0.0.2'), some('127.0.0.4', '127.0.0.11'), some('127.255.255.254'), some('192.0.2.77'), some('127.0.0.1')].map(
      told => readListing(told).kind,
    ),
    ['clear', 'no answer', 'listed', 'listed', 'refused', 'broken', 'broken'],
  );
});

test('a list is believed only when it knows its test points (RFC 5782 section 5)', () => {
  const listed = some('127.0.0.2');
  assert.equal(zoneState(4, listed, none).kind, 'works');
  assert.equal(zoneState(4, listed, listed).kind, 'broken');
  assert.equal(zoneState(4, none, none).kind, 'broken');
  assert.equal(zoneState(6, none, none).kind, 'none');
  assert.equal(zoneState(4, silent, none).kind, 'no answer');
  assert.equal(zoneState(4, some('127.255.255.254'), none).kind, 'refused');
  assert.equal(zoneState(4, some('203.0.113.5'), some('203.0.113.5')).kind, 'broken');
});

test('what a list says of the IP: only a working list’s word counts', () => {
  const look = (zone: Parameters<typeof checks.listLook>[2], told: Told): checks.Look =>
    checks.listLook('zen.spamhaus.org', IP, zone, told);
  assert.equal(state(look({ kind: 'works' }, none)), 'ok');
  assert.equal(state(look({ kind: 'works' }, some('127.0.0.2'))), 'fail');
  assert.match(look({ kind: 'works' }, some('127.0.0.2')).fix ?? '', /check\.spamhaus\.org.*192\.0\.2\.9/);
  assert.equal(state(look({ kind: 'works' }, silent)), 'unknown');
  assert.equal(state(look({ kind: 'works' }, some('127.255.255.255'))), 'unknown');
  assert.equal(state(look({ kind: 'refused', answer: '127.255.255.254' }, none)), 'unknown');
  assert.equal(state(look({ kind: 'broken', answer: 'x' }, none)), 'unknown');
  assert.equal(state(look({ kind: 'none' }, none)), 'ok');
  assert.equal(pageOf('other.test', IP), null);
  const paid = checks.listLook('secretkey.zen.dq.spamhaus.net', IP, { kind: 'works' }, some('127.0.0.3'));
  assert.equal(paid.name, 'dnsbl/zen.dq.spamhaus.net');
  assert.doesNotMatch(JSON.stringify(paid), /secretkey/);
  assert.match(paid.fix ?? '', /check\.spamhaus\.org/);
});
