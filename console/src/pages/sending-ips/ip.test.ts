import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capOf, curveOf, kindOf, listOf, troubleFirst, urgentFirst, type BriefIp, type Check } from './ip.ts';

test('what is wrong comes first', () => {
  const checks = (['ok', 'fail', 'unknown', 'warn'] as const).map(state => ({ name: state, state }) as Check);
  assert.deepEqual(
    urgentFirst(checks).map(one => one.state),
    ['fail', 'warn', 'unknown', 'ok'],
  );
  const ips = (['good', 'warming', 'failed', 'resting'] as const).map(state => ({ ip: state, state }) as BriefIp);
  assert.deepEqual(
    troubleFirst(ips).map(one => one.state),
    ['failed', 'resting', 'warming', 'good'],
  );
});

test('the smaller cap holds', () => {
  assert.equal(capOf({ dayCap: null, warmUpDayCap: null }), null);
  assert.equal(capOf({ dayCap: 500, warmUpDayCap: null }), 500);
  assert.equal(capOf({ dayCap: null, warmUpDayCap: 200 }), 200);
  assert.equal(capOf({ dayCap: 500, warmUpDayCap: 200 }), 200);
});

test('days rise, the cap of today stands at today only', () => {
  const day = (from: string, delivered: number): { from: string; counts: { delivered: number; deferred: number } } => ({
    from,
    counts: { delivered, deferred: 1 },
  });
  const days = [day('2026-11-22T00:00:00Z', 5), day('2026-11-21T00:00:00Z', 3)];
  const names = { delivered: 'd', deferred: 'p', cap: 'c' };
  const { times, lines } = curveOf(days, 200, names);
  assert.deepEqual(times, [Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 22)]);
  assert.deepEqual(
    lines.map(line => line.values),
    [
      [3, 5],
      [1, 1],
      [null, 200],
    ],
  );
  assert.equal(curveOf(days, null, names).lines.length, 2);
});

test('blocklists are one kind; a list is read however it is written', () => {
  assert.equal(kindOf('dnsbl/bl.example'), 'dnsbl');
  assert.equal(kindOf('ptr'), 'ptr');
  assert.deepEqual(listOf(' 192.0.2.1, 192.0.2.2\n2001:db8::1 '), ['192.0.2.1', '192.0.2.2', '2001:db8::1']);
});
